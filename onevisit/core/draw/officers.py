"""RSD-F: officers are drawn slot by slot in ticket order, each choice leaving the rest possible."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onevisit.core.draw import grammar
from onevisit.core.draw.paths import Filling, Reached


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
    numbers = {name: number for number, name in enumerate(names)}
    filling = _filling(ordered, numbers, [room[name] for name in names])
    unfilled = _fill(filling)
    if unfilled:
        return _certificate(ordered, names, filling, unfilled, seed)
    least_load = _lower_the_loads(filling)
    filling.room = [min(own, least_load + slack) for own in filling.room]
    skipped = [0] * len(ordered)
    reached = Reached()
    for index in _drawing_order(ordered, seed):
        by_ticket = _by_ticket(ordered[index], filling.eligible[index], names, seed)
        skipped[index] = _draw_officer(filling, index, by_ticket, reached)
    return Assignment(
        seed=seed,
        least_load=least_load,
        slots=tuple(
            FilledSlot(
                visit=slot.visit,
                slot=slot.slot,
                officer=names[filling.officer_of[index]],
                width=len(filling.eligible[index]),
                skipped=skipped[index],
            )
            for index, slot in enumerate(ordered)
        ),
    )


def _filling(slots: Sequence[Slot], numbers: Mapping[str, int], room: Sequence[int]) -> Filling:
    """Number visits and officers; slots of one pool share one list of the officers who have room."""
    visit_numbers: dict[str, int] = {}
    lists: dict[int, tuple[int, ...]] = {}
    for slot in slots:
        visit_numbers.setdefault(slot.visit, len(visit_numbers))
        if id(slot.eligible) not in lists:
            with_room = {numbers[officer] for officer in slot.eligible if room[numbers[officer]] > 0}
            lists[id(slot.eligible)] = tuple(sorted(with_room))
    return Filling(
        visits=[visit_numbers[slot.visit] for slot in slots],
        eligible=[lists[id(slot.eligible)] for slot in slots],
        room=room,
    )


def _fill(filling: Filling) -> list[int]:
    """Fill as many slots as can be filled and return the others."""
    open_slots = [slot for slot in range(len(filling.visits)) if not filling.place_least_loaded(slot)]
    reached = Reached()
    return [slot for slot in open_slots if not filling.push([slot], reached=reached)]


def _certificate(
    slots: Sequence[Slot], names: Sequence[str], filling: Filling, unfilled: Sequence[int], seed: str
) -> Infeasible:
    """Give the smallest set of slots with the greatest shortage, and the room there is for it."""
    stuck = sorted(filling.reachable(unfilled))
    visits_of: dict[int, set[int]] = {}
    for slot in stuck:
        for officer in filling.eligible[slot]:
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
        filling.push(list(filling.held[officer]), reached=Reached(), officer=officer)
        for officer, load in enumerate(filling.load)
        if load == maximum
    )


def _drawing_order(slots: Sequence[Slot], seed: str) -> list[int]:
    tickets: dict[str, str] = {}
    for slot in slots:
        if slot.visit not in tickets:
            tickets[slot.visit] = hashlib.sha256(f"srd1|ord|{seed}|{slot.visit}".encode("ascii")).hexdigest()
    return sorted(range(len(slots)), key=lambda index: (tickets[slots[index].visit], slots[index].visit, index))


def _draw_officer(filling: Filling, index: int, by_ticket: Sequence[int], reached: Reached) -> int:
    """Fix the first officer in ticket order that leaves the rest possible; return how many were passed over."""
    reached.open_if_touched(slot=index, officer=filling.officer_of[index])
    for skipped, officer in enumerate(by_ticket):
        if filling.fix(index, officer, reached=reached):
            return skipped
    raise AssertionError("the officer who held the slot was not accepted")


def _by_ticket(slot: Slot, eligible: Sequence[int], names: Sequence[str], seed: str) -> list[int]:
    """Order officers by their tickets for a slot; their numbers ascend as their names do, so they break ties."""
    prefix = hashlib.sha256(f"srd1|asg|{seed}|{slot.visit}|{slot.slot}|".encode("ascii"))
    tickets = []
    for officer in eligible:
        state = prefix.copy()
        state.update(names[officer].encode("ascii"))
        tickets.append((state.digest(), officer))
    tickets.sort()
    return [officer for _, officer in tickets]
