"""What was found on the visits of a draw that was given up: it stays in the house, and is no result of a draw."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import assignments
from onevisit.stages.publication import events, reasons
from onevisit.stages.publication.lifecycle import PUBLICATION
from onevisit.stages.publication.models import Publication
from onevisit.stages.visits.selectors import Visit
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

TERM = "publication.release"


class DrawIsVoid(Exception):
    """Results of a void draw's visit are not published."""

    code = "draw_void"
    status = 409

    def __init__(self) -> None:
        self.message = _("所依据的抽取已作废，检查记录留存，不作为该次抽查结果公示。")
        super().__init__(self.message)


def is_of_void_draw(visit: Visit) -> bool:
    """Say whether the draw that sent the departments was given up."""
    return visit.draw_id is not None and assignments.is_void(visit.draw_id)


def check(visit: Visit) -> None:
    """Refuse to publish what was found on a void draw's visit.

    Raises:
        DrawIsVoid: it was given up.
    """
    if is_of_void_draw(visit):
        raise DrawIsVoid


@transaction.atomic
def stop(*, draw_id: UUID, actor: Actor, at: datetime) -> list[Publication]:
    """Withhold what is not public yet of a void draw's visits, and take down what is; a second call finds nothing."""
    if not assignments.is_void(draw_id):
        return []
    rows = Publication.objects.select_for_update(of=("self",)).select_related("visit")
    found = rows.filter(visit__draw_id=draw_id, state__in=("pending", "approved", "released", "corrected")).order_by(
        "pk"
    )
    return [_stop(publication, actor=actor, at=at) for publication in found]


def _stop(publication: Publication, *, actor: Actor, at: datetime) -> Publication:
    capacity = actor.must("publication.stop", publication)
    related = (f"visit:{publication.visit_id}", f"target:{publication.target_id}")
    event: events.PublicationEvent
    if PUBLICATION.allows(state=publication.state, verb="publication.stop"):
        publication.state = PUBLICATION.next(state=publication.state, verb="publication.stop")
        publication.withheld_reason = reasons.DRAW_VOID.key
        publication.save(update_fields=["state", "withheld_reason"])
        event = events.PublicationWithheld(
            subject=str(publication.pk), visit=publication.visit.number, reason=reasons.DRAW_VOID.key, related=related
        )
    else:
        publication.state = PUBLICATION.next(state=publication.state, verb="publication.withdraw")
        publication.withdrawn_at, publication.withdrawn_reason = at, str(reasons.DRAW_VOID.words)
        publication.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
        event = events.PublicationWithdrawn(
            subject=str(publication.pk),
            visit=publication.visit.number,
            reason=str(reasons.DRAW_VOID.words),
            related=related,
        )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    deadlines.close_deadline(key=TERM, subject_type="publication", subject=publication.pk, at=at)
    return publication
