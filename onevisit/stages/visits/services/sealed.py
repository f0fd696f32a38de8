"""A sealed draw's visits on the desk: street and team tell a part of the result, so who looks stands in the ledger."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.visits.models import Visit
from onevisit.stages.visits.selectors.boards import is_sealed
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger


@transaction.atomic
def note_sealed_reading(*, visits: Iterable[Visit], actor: Actor, at: datetime) -> int:
    """Write down that somebody sees visits whose addresses are sealed: once a person, draw and day.

    Returns:
        How many entries were written.
    """
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    noted = 0
    for draw_id, visit in _sealed(visits, at=at).items():
        capacity = actor.must("visit.see", visit)
        read = ledger_state.timeline("draw", draw_id).filter(
            event="record.read", actor=actor.id, at__gte=day, at__lte=at
        )
        if not read.exists():
            ledger.record_read(
                subject_type="draw",
                subject=draw_id,
                what=_("封存中的一次查（街道、组员）"),
                actor=actor,
                at=at,
                capacity=capacity,
            )
            noted += 1
    return noted


@transaction.atomic
def note_sealed_export(*, visits: QuerySet[Visit], actor: Actor, at: datetime) -> int:
    """Write down on every draw concerned that a list which holds its sealed visits is taken away, each time.

    Returns:
        How many entries were written.
    """
    found = _sealed(visits.filter(draw__isnull=False, address_opens_at__gt=at), at=at)
    for draw_id, visit in found.items():
        ledger.record_read(
            subject_type="draw",
            subject=draw_id,
            what=_("导出封存中的一次查（街道、批次、日期）"),
            actor=actor,
            at=at,
            capacity=actor.must("visit.see", visit),
        )
    return len(found)


def _sealed(visits: Iterable[Visit], *, at: datetime) -> dict[UUID, Visit]:
    """Return one visit of each draw whose addresses are sealed."""
    sealed = (visit for visit in reversed(list(visits)) if is_sealed(visit, at=at))
    return {visit.draw_id: visit for visit in sealed if visit.draw_id}
