"""Who of those who could be drawn into a place is known not to come that day: what an order of a round cannot look at.

The roster was frozen before; the draw sees only lists (ADR 0020). The organiser reads the figure before he orders.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.selectors import Draw, Swap
from onevisit.stages.registers import availability
from onevisit.stages.visits.models import TeamMember, Visit

_OVER = ("closed", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class PlaceToFill:
    """One place that the next order fills: among how many, and how many of them are known to be away or elsewhere."""

    target: str
    department: str
    choice: int
    on_leave: int
    elsewhere: int
    away: int


def places_to_fill(draw: Draw) -> list[PlaceToFill]:
    """Return the places of the swaps that the next order of a draw takes, in the order of their requests."""
    eligible = draws.agreed_eligible(draw)
    swaps = Swap.objects.filter(pk__in=eligible).select_related("slot__target", "department")
    visits = {visit.target_id: visit for visit in Visit.objects.filter(draw_id=draw.pk).exclude(state__in=_OVER)}
    return [_place(swap, eligible, visits) for swap in swaps if swap.slot.target_id in visits]


def _place(swap: Swap, eligible: Mapping[UUID, frozenset[UUID]], visits: Mapping[UUID, Visit]) -> PlaceToFill:
    people, visit = eligible[swap.pk], visits[swap.slot.target_id]
    on_leave = availability.away_between(
        inspector_ids=people,
        starts_on=timezone.localtime(visit.starts_at).date(),
        ends_on=timezone.localtime(visit.ends_at).date(),
    )
    elsewhere = _elsewhere(people, visit)
    return PlaceToFill(
        target=swap.slot.target.name,
        department=swap.department.short_name,
        choice=len(people),
        on_leave=len(on_leave),
        elsewhere=len(elsewhere),
        away=len(on_leave | elsewhere),
    )


def _elsewhere(people: Collection[UUID], visit: Visit) -> set[UUID]:
    """Return who stands in the team of another visit at these hours."""
    rows = TeamMember.objects.filter(
        inspector_id__in=people,
        replaced_at__isnull=True,
        inspection__visit__starts_at__lt=visit.ends_at,
        inspection__visit__ends_at__gt=visit.starts_at,
    )
    others = rows.exclude(inspection__visit_id=visit.pk).exclude(inspection__visit__state__in=_OVER)
    return set(others.values_list("inspector_id", flat=True))
