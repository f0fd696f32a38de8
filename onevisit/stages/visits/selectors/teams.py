"""Whether the team of a visit is the one that was drawn: rows are held against the receipt and the ledger's swaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.stages.draws import assignments
from onevisit.stages.visits.models import Inspection, TeamMember
from onevisit.support.ledger import selectors as ledger

Swapped = dict[tuple[str, str], UUID | None]
"""Who came last into a slot of a part by an entry of the ledger, None where nobody did."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One slot of a part in which somebody else stands than was drawn, or somebody whom nothing drew."""

    part: Inspection
    visit: str
    slot: str
    drawn: str
    standing: str


def differing(*, draw_id: UUID, visit_id: UUID | None = None) -> list[Difference]:
    """Return where the teams of a draw's visits, or of one of them, are not those that the draw and its rounds gave.

    A place is held by whom the receipt names for it: the first one, a later one who was drawn in a round before the
    visit was made, and once an entry says that a round swapped him, exactly his successor.
    """
    holders = assignments.holders_of(draw_id)
    if holders is None:
        return []
    rows = Inspection.objects.filter(visit__draw_id=draw_id).exclude(state="withdrawn")
    if visit_id is not None:
        rows = rows.filter(visit_id=visit_id)
    parts = list(rows.select_related("visit__target", "department").prefetch_related("members").order_by("pk"))
    swapped = _swapped({part.visit_id for part in parts})
    by_part: dict[tuple[str, str], dict[str, tuple[UUID | None, ...]]] = {}
    for (visit, slot), held in holders.items():
        by_part.setdefault((visit, slot.partition(":")[0]), {})[slot] = held
    found = [
        difference
        for part in parts
        for difference in _of_part(part, by_part.get((part.visit.target.object_id, part.department.code), {}), swapped)
    ]
    return found + _other_people(draw_id, parts)


def _other_people(draw_id: UUID, parts: Iterable[Inspection]) -> list[Difference]:
    """Return the places of officers behind whose row another person stands than at the freeze."""
    standing = [(part, one) for part in parts for one in part.members.all() if one.replaced_at is None]
    changed = assignments.other_people(draw_id, among=[one.inspector_id for _part, one in standing])
    return [
        _difference(part, one.slot, drawn=str(one.inspector_id), standing=_("另一人"))
        for part, one in standing
        if one.inspector_id in changed
    ]


def _of_part(part: Inspection, places: dict[str, tuple[UUID | None, ...]], swapped: Swapped) -> Iterable[Difference]:
    team = [member for member in part.members.all() if member.replaced_at is None]
    for slot, held in sorted(places.items()):
        key = str(part.pk), slot
        wanted = {swapped[key]} & {*held, None} if key in swapped else set(held) - {None}
        found = _holder(team, slot, wanted)
        if found is not None:
            team.remove(found)
        if (found.inspector_id if found else None) not in wanted:
            yield _difference(part, slot, drawn=_words(wanted), standing=str(found.inspector_id) if found else "")
    for member in team:
        yield _difference(part, member.slot, drawn="", standing=str(member.inspector_id))


def _holder(team: list[TeamMember], slot: str, wanted: set[UUID | None]) -> TeamMember | None:
    """Return who stands in a slot; rows of earlier versions do not name it, so there whoever was drawn for it does."""
    named = next((member for member in team if member.slot == slot), None)
    return named or next((one for one in team if not one.slot and one.inspector_id in wanted), None)


def _difference(part: Inspection, slot: str, *, drawn: str, standing: str) -> Difference:
    return Difference(part=part, visit=part.visit.number, slot=slot, drawn=drawn, standing=standing)


def _words(wanted: set[UUID | None]) -> str:
    return "/".join(sorted(str(one) for one in wanted if one is not None))


def _swapped(visits: Iterable[UUID]) -> Swapped:
    """Read from the ledger who came last into each slot; the successor stands in the entry."""
    found: Swapped = {}
    for entry in ledger.events_of("visit", visits, event="visit.swapped"):
        payload = canonical.parse(data=bytes(entry))
        successor = str(payload["successor"])
        found[str(payload["inspection"]), str(payload.get("slot", ""))] = UUID(successor) if successor else None
    return found
