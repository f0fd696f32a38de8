"""Fix into how many batches the drawn targets are put, before anybody can know who is drawn (随机排批次)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import documents, modes
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import pool_events
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def batch(*, draw: Draw, count: int, actor: Actor, at: datetime) -> Draw:
    """Divide the days of the inspection into batches; the seed decides which target comes into which.

    Raises:
        DrawRefused: fewer than one batch, or more than days or drawn targets.
    """
    capacity = actor.must("draw.batch", draw)
    held = locked(draw)
    modes.step(held, verb="draw.batch")
    ground = documents.ground_of(held)
    days = (ground.offer.ends_on - ground.offer.starts_on).days + 1
    most = min(days, max(documents.drawn_count(ground), 1))
    if not 1 <= count <= most:
        raise DrawRefused(
            message=_("批次数为 1 至 %(most)s：检查共 %(days)s 天、抽 %(n)s 个对象。")
            % {"most": most, "days": days, "n": documents.drawn_count(ground)},
            field="count",
        )
    held.batch_count = count
    held.save(update_fields=["batch_count"])
    event = pool_events.DrawBatched(subject=str(held.pk), draw=held.number, count=count)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held
