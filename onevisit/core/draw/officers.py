"""RSD-F: officers are drawn slot by slot in ticket order, each choice leaving the rest possible."""

import hashlib
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onevisit.core.draw import grammar
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


def assign(*, slots: Sequence[Slot], room: Mapping[str, int], seed: str, slack: int) -> Assignment | Infeasible:
    """Draw an officer for every slot, or prove that no complete assignment exists.

    Args:
        room: how many more slots each officer can take.
        seed: the assignment seed of the round.
        slack: how far loads may rise above the least possible maximum.
    """
    ordered = sorted(slots, key=lambda slot: grammar.slot_key(slot.visit, slot.slot))
    names = sorted(room)
    filling = _filling(ordered, names, room)
    unfilled = _fill(filling)
    if unfilled:
        return _certificate(ordered, names, filling, unfilled, seed)
    least_load = _lower_the_loads(filling)
    filling.room = [min(own, least_load + slack) for own in filling.room]
    skipped = _draw_officers(filling, ordered, names, seed)
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


def _draw_officers(filling: Filling, slots: Sequence[Slot], names: Sequence[str], seed: str) -> list[int]:
    """Fix for each slot the first officer in ticket order that leaves the rest possible; count who was passed over."""
    encoded = [[names[officer].encode("ascii") for officer in pool] for pool in filling.eligible]
    skipped = [0] * len(slots)
    closed = Closed()
    for index in _drawing_order(slots, seed):
        slot, pool = slots[index], filling.pools[index]
        prefix = hashlib.sha256(f"srd1|asg|{seed}|{slot.visit}|{slot.slot}|".encode("ascii"))
        tickets = _tickets(prefix, encoded[pool])
        first = tickets.index(min(tickets))  # officers stand by name, and so equal tickets do
        if not filling.fix(index, filling.eligible[pool][first], closed=closed):
            skipped[index] = _fix_next(filling, index, tickets, closed)
    return skipped


def _tickets(prefix: "hashlib._Hash", officers: Sequence[bytes]) -> list[bytes]:
    """Hash every officer of a pool after the same beginning."""
    begin = prefix.copy
    tickets = []
    for officer in officers:
        state = begin()
        state.update(officer)
        tickets.append(state.digest())
    return tickets


def _fix_next(filling: Filling, index: int, tickets: Sequence[bytes], closed: Closed) -> int:
    """Go on after the first officer, who was not possible; return how many were passed over."""
    officers = filling.eligible[filling.pools[index]]
    for passed_over, place in enumerate(sorted(range(len(tickets)), key=tickets.__getitem__)):
        if passed_over and filling.fix(index, officers[place], closed=closed):
            return passed_over
    raise AssertionError("the officer who held the slot was not accepted")


def _drawing_order(slots: Sequence[Slot], seed: str) -> list[int]:
    tickets: dict[str, str] = {}
    for slot in slots:
        if slot.visit not in tickets:
            tickets[slot.visit] = hashlib.sha256(f"srd1|ord|{seed}|{slot.visit}".encode("ascii")).hexdigest()
    return sorted(range(len(slots)), key=lambda index: (tickets[slots[index].visit], slots[index].visit, index))
