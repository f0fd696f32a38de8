"""Visits that still come to one target, so that a further one can join them (能合并不重复)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onevisit.stages.visits.models import Visit
from onevisit.stages.visits.selectors.boards import is_sealed

_COMING = ("pending", "dispatched")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One visit to come: when, and which departments take part."""

    visit_id: UUID
    offer_id: UUID | None
    target_id: UUID
    title: str
    starts_at: datetime
    departments: tuple[str, ...]


def planned_for(*target_ids: UUID, at: datetime) -> list[Planned]:
    """Return the visits to come to some targets; a sealed one is not told before its address is open."""
    visits = (
        Visit.objects.filter(target_id__in=target_ids, state__in=_COMING)
        .select_related("draw")
        .prefetch_related("inspections__department")
        .order_by("starts_at")
    )
    return [
        Planned(
            visit_id=visit.pk,
            offer_id=visit.draw.offer_id if visit.draw else None,
            target_id=visit.target_id,
            title=visit.title,
            starts_at=visit.starts_at,
            departments=tuple(part.department.short_name for part in visit.inspections.all()),
        )
        for visit in visits
        if not is_sealed(visit, at=at)
    ]
