"""RSD-F: officers are drawn slot by slot in ticket order, each choice leaving the rest possible."""

import hashlib
import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onevisit.core.draw import grammar
from onevisit.core.draw.pair_tickets import Hashed, Hashing, pair_tickets
from onevisit.core.draw.paths import NOBODY, Closed, Filling


@dataclass(frozen=True)
class Slot:
    """A slot to fill and the officers who may fill it."""

    visit: str
    slot: str
    eligible: tuple[str, ...]


@dataclass(frozen=True)
class FilledSlot:
    """A filled slot: among how many the officer was drawn, and how many with smaller tickets were passed over."""

    visit: str
    slot: str
    officer: str
    width: int
    skipped: int


@dataclass(frozen=True)
class Assignment:
    """Every slot of a round with its officer, in canonical order."""

    seed: str
    least_load: int
    slots: tuple[FilledSlot, ...]


@dataclass(frozen=True)
class Infeasible:
    """Why no complete assignment exists: these slots, and all the room there is for them."""

    seed: str
    short: int
    slots: tuple[tuple[str, str], ...]
    officers: tuple[tuple[str, int], ...]


def assign(
    *, slots: Sequence[Slot], room: Mapping[str, int], seed: str, slack: int, hashing: Hashing = pair_tickets
) -> Assignment | Infeasible:
    """Draw an officer for every slot, or prove that no complete assignment exists.

    Args:
        room: how many more slots each officer can take.
        seed: the assignment seed of the round.
        slack: how far loads may rise above the least possible maximum.
        hashing: what hashes the pairs of slots and officers.
    """
    ordered = sorted(slots, key=lambda slot: grammar.slot_key(slot.visit, slot.slot))
    names = sorted(room)
    filling = _filling(ordered, names, room)
    order = _drawing_order(ordered, seed)
    with hashing(
        prefix=f"srd1|asg|{seed}|".encode("ascii"),
        slots=[
            (f"{ordered[index].visit}|{ordered[index].slot}|".encode("ascii"), filling.pools[index]) for index in order
        ],
        pools=[[names[officer].encode("ascii") for officer in pool] for pool in filling.eligible],
    ) as hashed:
        unfilled = _fill(filling)
        if unfilled:
            return _certificate(ordered, names, filling, unfilled, seed)
        least_load = _lower_the_loads(filling)
        filling.room = [min(own, least_load + slack) for own in filling.room]
        skipped = _draw_officers(filling, order, hashed)
    return Assignment(
        seed=seed,
        least_load=least_load,
        slots=tuple(
            FilledSlot(slot.visit, slot.slot, names[officer], len(filling.eligible[pool]), passed_over)
            for slot, officer, pool, passed_over in zip(
                ordered, filling.officer_of, filling.pools, skipped, strict=True
            )
        ),
    )


def _filling(slots: Sequence[Slot], names: Sequence[str], room: Mapping[str, int]) -> Filling:
    """Number visits, officers and pools; slots of one pool share one list of the officers who have room."""
    numbers = {name: number for number, name in enumerate(names)}
    visits: dict[str, int] = {}
    known: dict[int, int] = {}
    lists: dict[tuple[int, ...], int] = {}
    pools = []
    for slot in slots:
        visits.setdefault(slot.visit, len(visits))
        pool = known.get(id(slot.eligible))
        if pool is None:
            with_room = tuple(sorted({numbers[officer] for officer in slot.eligible if room[officer] > 0}))
            pool = known[id(slot.eligible)] = lists.setdefault(with_room, len(lists))
        pools.append(pool)
    return Filling(
        visits=[visits[slot.visit] for slot in slots],
        pools=pools,
        eligible=list(lists),
        room=[room[name] for name in names],
    )


def _fill(filling: Filling) -> list[int]:
    """Fill as many slots as can be filled and return the others."""
    heaps: dict[int, list[tuple[int, int]]] = {}
    open_slots = []
    for slot, pool in enumerate(filling.pools):
        if pool not in heaps:
            heaps[pool] = [(0, officer) for officer in filling.eligible[pool]]
        officer = _least_loaded(filling, slot, heaps[pool])
        if officer == NOBODY:
            open_slots.append(slot)
        else:
            filling.place(slot, officer)
    closed = Closed()
    return [slot for slot in open_slots if not filling.push([slot], closed=closed)]


def _least_loaded(filling: Filling, slot: int, heap: list[tuple[int, int]]) -> int:
    """Return the officer of a pool with the least load who is free for a slot; its heap may lag behind the loads."""
    load, room, serving = filling.load, filling.room, filling.serving(slot)
    passed_over = []
    found = NOBODY
    while heap:
        known, officer = heap[0]
        if load[officer] >= room[officer]:
            heapq.heappop(heap)
        elif known < load[officer]:
            heapq.heapreplace(heap, (load[officer], officer))
        elif officer in serving:
            passed_over.append(heapq.heappop(heap))
        else:
            found = officer
            break
    for entry in passed_over:
        heapq.heappush(heap, entry)
    return found


def _certificate(
    slots: Sequence[Slot], names: Sequence[str], filling: Filling, unfilled: Sequence[int], seed: str
) -> Infeasible:
    """Give the smallest set of slots with the greatest shortage, and the room there is for it."""
    stuck = sorted(filling.reachable(unfilled))
    visits_of: dict[int, set[int]] = {}
    for slot in stuck:
        for officer in filling.eligible[filling.pools[slot]]:
            visits_of.setdefault(officer, set()).add(filling.visits[slot])
    officers = [
        (names[officer], min(filling.room[officer], len(visits))) for officer, visits in sorted(visits_of.items())
    ]
    return Infeasible(
        seed=seed,
        short=len(stuck) - sum(room for _, room in officers),
        slots=tuple((slots[slot].visit, slots[slot].slot) for slot in stuck),
        officers=tuple(officers),
    )


def _lower_the_loads(filling: Filling) -> int:
    """Shed one slot from every officer at the maximum load until one cannot; return the least possible maximum."""
    own_room = list(filling.room)
    least = max(filling.load, default=0)
    while least and _shed(filling, own_room, least):
        least -= 1
    filling.room = own_room
    return least


def _shed(filling: Filling, own_room: Sequence[int], maximum: int) -> bool:
    filling.room = [min(own, maximum - 1) for own in own_room]
    return all(
        filling.push((), closed=Closed(), officer=officer)
        for officer, load in enumerate(filling.load)
        if load == maximum
    )


def _draw_officers(filling: Filling, order: Sequence[int], hashed: Iterator[Hashed]) -> list[int]:
    """Fix for each slot the first officer in ticket order that leaves the rest possible; count who was passed over."""
    skipped = [0] * len(order)
    with_room = [list(range(len(officers))) for officers in filling.eligible]
    closed = Closed()
    for index, (first, tickets) in zip(order, hashed, strict=True):
        pool = filling.pools[index]
        if not filling.fix(index, filling.eligible[pool][first], closed=closed):
            with_room[pool] = _with_room(filling, pool, with_room[pool])
            skipped[index] = _fix_next(filling, index, tickets(), with_room[pool], closed)
    return skipped


def _with_room(filling: Filling, pool: int, places: Sequence[int]) -> list[int]:
    """Keep the places of those of a pool who can still be fixed: whoever is full stays so."""
    officers, fixed_count, room = filling.eligible[pool], filling.fixed_count, filling.room
    return [place for place in places if fixed_count[officers[place]] < room[officers[place]]]


def _fix_next(filling: Filling, index: int, tickets: Sequence[bytes], with_room: Sequence[int], closed: Closed) -> int:
    """Go on after the first officer, who was not possible; return how many were passed over."""
    officers = filling.eligible[filling.pools[index]]
    for place in _in_order(with_room, tickets):
        if filling.fix(index, officers[place], closed=closed):
            ticket = tickets[place]
            return sum(map(ticket.__gt__, tickets)) + tickets[:place].count(ticket)
    raise AssertionError("the officer who held the slot was not accepted")


def _in_order(places: Sequence[int], tickets: Sequence[bytes]) -> Iterator[int]:
    """Give places by their tickets, equal ones by name as they stand; the first one mostly is enough."""
    first = min(places, key=tickets.__getitem__)
    yield first
    yield from (place for place in sorted(places, key=tickets.__getitem__) if place != first)


def _drawing_order(slots: Sequence[Slot], seed: str) -> list[int]:
    """Give the slots of visits in the order of the visits' tickets; in a visit they stay canonical."""
    of_visit: dict[str, list[int]] = {}
    for index, slot in enumerate(slots):
        of_visit.setdefault(slot.visit, []).append(index)
    begin = hashlib.sha256(f"srd1|ord|{seed}|".encode("ascii")).copy
    tickets = []
    for visit in of_visit:
        state = begin()
        state.update(visit.encode("ascii"))
        tickets.append((state.digest(), visit))
    return [index for _, visit in sorted(tickets) for index in of_visit[visit]]
