"""The raw counts of one draw: of every group and every tenth of the list, how many stood in the frame and were drawn.

All items of one namespace share their tickets, so they are one draw and not several: the item with the largest frame
(the first by id among equals) is counted for all of them. Replacement rounds are counted apart, since their number
follows from what happened on site.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from onevisit.core.draw.documents import Item
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.results import Receipt
from onevisit.core.fairness import officers
from onevisit.core.fairness.groups import FIELDS, UNKNOWN, Groups

POSITION = "position"
TENTHS = 10


class StratumCounts(TypedDict):
    """One stratum of a counted item: its size, its quota, and how many were drawn."""

    item: str
    stratum: str
    frame: int
    quota: int
    drawn: int


class NarrowSlot(TypedDict):
    """A slot with fewer than two officers to choose from for each place."""

    visit: str
    slot: str
    width: int
    need: int


class PairCounts(TypedDict):
    """How often officers of one draw met; `times` is [times, pairs], `p` an upper bound over all possible pairs."""

    visits: int
    officers: int
    possible: int
    meetings: int
    times: list[list[int]]
    pair: list[str]
    most: int
    expected: float
    p: float


class Counts(TypedDict):
    """One draw; in `tables` every group has [in frame, drawn] for each of `strata`, in that order."""

    draw: str
    t0: str
    mode: str
    items: list[str]
    registry: int
    excluded: int
    frame: int
    drawn: int
    substitutes: int
    strata: list[StratumCounts]
    tables: dict[str, dict[str, list[list[int]]]]
    widths: list[list[int]]
    narrow: list[NarrowSlot]
    pairs: PairCounts | None


@dataclass(frozen=True)
class Counted:
    """One item of a draw that is counted: its frame, its quotas, and who was drawn in round 0."""

    item: Item
    frame: Frame = field(repr=False)
    drawn: frozenset[str] = field(repr=False)


def counted_items(*, receipt: Receipt, frames: Mapping[str, Frame]) -> list[Counted]:
    """Choose the item that is counted for each namespace."""
    chosen: dict[str, Item] = {}
    for item in receipt.manifest.items:
        if item.namespace not in chosen or item.size > chosen[item.namespace].size:
            chosen[item.namespace] = item
    drawn = {item.item: item.strata for item in receipt.results[0].result.items}
    return [
        Counted(
            item=item,
            frame=frames[item.item],
            drawn=frozenset(one.object_id for stratum in drawn[item.item] for one in stratum.selected),
        )
        for _namespace, item in sorted(chosen.items())
    ]


def counts_of(*, receipt: Receipt, frames: Mapping[str, Frame], groups: Groups | None) -> Counts:
    """Count one draw from its public files; without `groups.txt` only the place in the list is counted."""
    counted = counted_items(receipt=receipt, frames=frames)
    widths = officers.widths_of(receipt=receipt)
    return Counts(
        draw=receipt.manifest.draw,
        t0=receipt.manifest.t0,
        mode=str(receipt.manifest.mode),
        items=[one.item.item for one in counted],
        registry=sum(one.item.registry_size for one in counted),
        excluded=sum(one.item.registry_size - one.item.size for one in counted),
        frame=sum(one.item.size for one in counted),
        drawn=sum(len(one.drawn) for one in counted),
        substitutes=_substitutes(receipt),
        strata=[stratum for one in counted for stratum in _strata(one)],
        tables=_tables(counted, groups),
        widths=_distribution(widths),
        narrow=[
            NarrowSlot(visit=one.visit, slot=one.slot, width=one.width, need=one.need)
            for one in widths
            if one.is_narrow
        ],
        pairs=_pairs(receipt),
    )


def _substitutes(receipt: Receipt) -> int:
    """Count the objects that replacement rounds brought in."""
    return len(
        {
            (recorded.result.round_number, one.object_id)
            for recorded in receipt.results[1:]
            for item in recorded.result.items
            for stratum in item.strata
            for one in stratum.selected
        }
    )


def _strata(one: Counted) -> list[StratumCounts]:
    found = dict.fromkeys((stratum.id for stratum in one.item.strata), 0)
    for object_id, stratum in zip(one.frame.ids, one.frame.strata, strict=True):
        found[stratum] += object_id in one.drawn
    return [
        StratumCounts(
            item=one.item.item, stratum=stratum.id, frame=stratum.size, quota=stratum.quota, drawn=found[stratum.id]
        )
        for stratum in one.item.strata
    ]


def _tables(counted: list[Counted], groups: Groups | None) -> dict[str, dict[str, list[list[int]]]]:
    tables: dict[str, dict[str, list[list[int]]]] = {name: {} for name in (POSITION, *(FIELDS if groups else ()))}
    width = sum(len(one.item.strata) for one in counted)
    first = 0
    for one in counted:
        columns = {stratum.id: first + place for place, stratum in enumerate(one.item.strata)}
        first += len(columns)
        for place, (object_id, stratum) in enumerate(zip(one.frame.ids, one.frame.strata, strict=True)):
            values = _values(object_id, place * TENTHS // len(one.frame.ids) + 1, groups)
            for name, value in zip(tables, values, strict=True):
                cells = tables[name].setdefault(value, [])
                if not cells:
                    cells.extend([0, 0] for _column in range(width))
                cell = cells[columns[stratum]]
                cell[0] += 1
                cell[1] += object_id in one.drawn
    return tables


def _values(object_id: str, tenth: int, groups: Groups | None) -> tuple[str, ...]:
    if not groups:
        return (f"{tenth:02d}",)
    return (f"{tenth:02d}", *groups.get(object_id, (UNKNOWN,) * len(FIELDS)))


def _distribution(widths: list[officers.Width]) -> list[list[int]]:
    """Count slots by (need, width)."""
    found: dict[tuple[int, int], int] = {}
    for one in widths:
        found[one.need, one.width] = found.get((one.need, one.width), 0) + 1
    return [[need, width, slots] for (need, width), slots in sorted(found.items())]


def _pairs(receipt: Receipt) -> PairCounts | None:
    meetings = officers.meetings_of(receipt=receipt)
    greatest = meetings.greatest if meetings else None
    if meetings is None or greatest is None:
        return None
    times: dict[int, int] = {}
    for count in meetings.times.values():
        times[count] = times.get(count, 0) + 1
    return PairCounts(
        visits=len(meetings.visits),
        officers=len(frozenset().union(*meetings.members.values())),
        possible=meetings.possible,
        meetings=sum(meetings.times.values()),
        times=[[count, pairs] for count, pairs in sorted(times.items())],
        pair=list(greatest.pair),
        most=greatest.times,
        expected=round(greatest.expected, 6),
        p=round(greatest.p, 6),
    )
