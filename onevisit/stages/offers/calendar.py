"""Who is free on which day: the offer's days and those proposed, side by side (S10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from onevisit.stages.offers.models import Offer, OfferReply
from onevisit.stages.offers.services.parts import MIN_INSPECTORS
from onevisit.stages.registers import availability

LONGEST = 21


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """One department: how many inspectors it can send on each day."""

    department_id: UUID
    name: str
    free: tuple[tuple[date, int, bool], ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The days of the offer and of the proposals; `common` are those on which everybody has two."""

    days: tuple[tuple[date, bool, bool], ...]
    rows: tuple[DayRow, ...]
    common: tuple[date, ...]


def compare(offer: Offer, replies: Iterable[OfferReply]) -> Comparison:
    """Compare the days of an offer with those that its participants propose."""
    listed = list(replies)
    taking_part = [reply for reply in listed if reply.state not in ("declined", "expired")]
    names = {offer.initiator_id: offer.initiator.short_name} | {
        reply.department_id: reply.department.short_name for reply in taking_part
    }
    days = _days(offer, listed)
    free = availability.free_counts(department_ids=names, days=days)
    rows = tuple(
        DayRow(
            department_id=pk,
            name=name,
            free=tuple((day, free[pk][day], free[pk][day] >= MIN_INSPECTORS) for day in days),
        )
        for pk, name in names.items()
    )
    common = tuple(day for day in days if all(free[pk][day] >= MIN_INSPECTORS for pk in names))
    marked = tuple((day, offer.starts_on <= day <= offer.ends_on, day in common) for day in days)
    return Comparison(days=marked, rows=rows, common=common)


def free_of(*, department_id: UUID, starts_on: date, ends_on: date) -> list[tuple[date, int]]:
    """Return how many inspectors one department can send on each day."""
    days = _between(starts_on, ends_on)
    counts = availability.free_counts(department_ids=[department_id], days=days)[department_id]
    return [(day, counts[day]) for day in days]


def _days(offer: Offer, replies: Iterable[OfferReply]) -> list[date]:
    starts, ends = [offer.starts_on], [offer.ends_on]
    for reply in replies:
        if reply.state == "countered" and reply.proposed_starts_on and reply.proposed_ends_on:
            starts.append(reply.proposed_starts_on)
            ends.append(reply.proposed_ends_on)
    return _between(min(starts), max(ends))


def _between(first: date, latest: date) -> list[date]:
    count = min((latest - first).days + 1, LONGEST)
    return [first + timedelta(days=step) for step in range(count)]
