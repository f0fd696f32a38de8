"""Django application `draws`."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from onevisit.support.attachments.models import Attachment
    from onevisit.support.identity.actors import Actor, Capacity


class DrawsConfig(AppConfig):
    name = "onevisit.stages.draws"
    label = "draws"
    verbose_name = "双随机抽取"

    def ready(self) -> None:
        """Say who may read the evidence of a draw and of a swap, which may tell of somebody's health; lodge; hold."""
        from onevisit.stages.draws.lodged.lodging_errand import LodgingErrand
        from onevisit.stages.draws.pool import needed
        from onevisit.stages.registers.held import register_holder
        from onevisit.support.attachments.policies import register_subject
        from onevisit.support.ledger import sequencer

        register_subject("draw", _evidence_reader)
        register_subject("drawn_slot", _swap_evidence_reader)
        register_holder(needed.needed)
        sequencer.ERRANDS.append(LodgingErrand().run)


def _evidence_reader(actor: "Actor", attachment: "Attachment") -> "Capacity | None":
    from onevisit.stages.draws.models import Draw
    from onevisit.stages.draws.policies import READERS

    is_known = Draw.objects.visible_to(actor).filter(pk=attachment.subject).exists()
    return actor.holds(*READERS) if is_known else None


def _swap_evidence_reader(actor: "Actor", attachment: "Attachment") -> "Capacity | None":
    from onevisit.stages.draws.models import DrawnSlot
    from onevisit.stages.draws.policies import swap_reader

    slot = DrawnSlot.objects.filter(pk=attachment.subject).first()
    return swap_reader(actor, slot.department_id) if slot else None
