"""Alternating paths: how slots hand officers on to one another so that all of them stay filled.

A slot needs one officer, an officer has room for so many slots, and serves a visit at most once. Slots, officers and
pools are numbers here; slots with the same eligible officers share a pool. A slot that is fixed keeps its officer
whatever comes.

A search goes from officer to officer: a full officer leads to the pools of the slots he holds, and a pool is looked
through once, except for those officers who serve the very visit a slot belongs to. So its cost grows with the pools and
officers it passes, not with the slots that they hold.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

NOBODY = -1
Step = tuple[int, int]
"""The slot that is handed on, and the officer who takes it."""


@dataclass
class Closed:
    """The part of the graph that failed searches have seen: nothing in it leads to room.

    It consists of the officers, all slots that they hold, and single slots of other officers.
    """

    officers: set[int] = field(default_factory=set)
    slots: set[int] = field(default_factory=set)

    def clear(self) -> None:
        """Forget all of it."""
        self.officers.clear()
        self.slots.clear()


class Filling:
    """A partial filling of slots that only changes along paths which keep every filled slot filled."""

    def __init__(
        self, *, visits: Sequence[int], pools: Sequence[int], eligible: Sequence[Sequence[int]], room: Sequence[int]
    ) -> None:
        self.visits = visits
        self.pools = pools
        self.eligible = eligible
        self.room = list(room)
        self.officer_of = [NOBODY] * len(visits)
        self.load = [0] * len(room)
        self.held: list[dict[int, set[int]]] = [{} for _ in room]
        self.is_fixed = [False] * len(visits)
        self.fixed_count = [0] * len(room)
        self.mates: list[list[int]] = [[] for _ in range(max(visits, default=-1) + 1)]
        for slot, visit in enumerate(visits):
            self.mates[visit].append(slot)

    def place(self, slot: int, officer: int) -> None:
        """Give a free slot to an officer."""
        self.officer_of[slot] = officer
        self.load[officer] += 1
        held, pool = self.held[officer], self.pools[slot]
        if pool in held:
            held[pool].add(slot)
        else:
            held[pool] = {slot}

    def free(self, slot: int) -> int:
        """Take a slot from its officer, whose number is returned."""
        officer = self.officer_of[slot]
        self.officer_of[slot] = NOBODY
        self.load[officer] -= 1
        self.held[officer][self.pools[slot]].discard(slot)
        return officer

    def serving(self, slot: int) -> dict[int, int]:
        """Return who serves the visit of a slot, and by which of its slots."""
        officer_of = self.officer_of
        return {officer_of[mate]: mate for mate in self.mates[self.visits[slot]]}

    def fix(self, slot: int, officer: int, *, closed: Closed) -> bool:
        """Give a filled slot to an officer for good if all others can stay filled, or change nothing."""
        if self.fixed_count[officer] >= self.room[officer]:
            return False
        if officer == self.officer_of[slot]:
            self.held[officer][self.pools[slot]].discard(slot)
        elif not self._take(slot, officer, closed):
            return False
        self.is_fixed[slot] = True
        self.fixed_count[officer] += 1
        return True

    def _take(self, slot: int, officer: int, closed: Closed) -> bool:
        """Move a slot to another officer, who does not hold it as one that he could give up again."""
        rival = self._mate_of(officer, slot)
        if rival != NOBODY:
            return self._take_from_mate(slot, officer, rival, closed)
        if self.load[officer] < self.room[officer]:
            self._leave(slot, closed)
            self._keep(slot, officer)
            return True
        if officer in closed.officers and not self._is_inside(slot, closed):
            return False
        return self._trade(slot, officer, closed) or self._take_by_search(slot, officer, [], closed)

    def _take_from_mate(self, slot: int, officer: int, rival: int, closed: Closed) -> bool:
        """Take an officer from another slot of the same visit, which finds somebody else."""
        if self.is_fixed[rival]:
            return False
        if (officer in closed.officers or rival in closed.slots) and not self._is_inside(slot, closed):
            return False
        return self._take_by_search(slot, officer, [rival], closed)

    def _trade(self, slot: int, officer: int, closed: Closed) -> bool:
        """Let the officer take the slot and hand another one of the same pool to the officer whom he replaces."""
        before, pool = self.officer_of[slot], self.pools[slot]
        for other in self.held[officer].get(pool, ()):
            if other not in closed.slots and self._mate_of(before, other) == NOBODY:
                if slot in closed.slots:
                    closed.clear()
                self.officer_of[slot], self.officer_of[other] = officer, before
                self.held[officer][pool].discard(other)
                self.held[before][pool].discard(slot)
                self.held[before][pool].add(other)
                return True
        return False

    def _mate_of(self, officer: int, slot: int) -> int:
        """Return the slot by which an officer serves the visit of a slot."""
        officer_of = self.officer_of
        for mate in self.mates[self.visits[slot]]:
            if officer_of[mate] == officer:
                return mate
        return NOBODY

    def _take_by_search(self, slot: int, officer: int, rivals: list[int], closed: Closed) -> bool:
        """Move a slot to another officer, who gives up the rival slots or, where there are none, any he can."""
        before = self._leave(slot, closed)
        for rival in rivals:
            self.free(rival)
        self._keep(slot, officer)
        self.is_fixed[slot] = True
        is_possible = self.push(rivals, closed=closed, officer=NOBODY if rivals else officer)
        if not is_possible:
            self.is_fixed[slot] = False
            self.load[officer] -= 1
            for rival in rivals:
                self.place(rival, officer)
            self.place(slot, before)
        return is_possible

    def _keep(self, slot: int, officer: int) -> None:
        """Give a free slot to an officer who is not to hand it on."""
        self.officer_of[slot] = officer
        self.load[officer] += 1

    def _leave(self, slot: int, closed: Closed) -> int:
        """Free a slot; what was closed is open again if the slot or its officer lies inside."""
        if self._is_inside(slot, closed):
            closed.clear()
        return self.free(slot)

    def _is_inside(self, slot: int, closed: Closed) -> bool:
        return self.officer_of[slot] in closed.officers or slot in closed.slots

    def push(self, slots: Sequence[int], *, closed: Closed, officer: int = NOBODY) -> bool:
        """Fill one of the free `slots`, or relieve an officer of one slot; or change nothing and extend `closed`."""
        search = _Search(self, closed)
        end = search.run(slots, officer)
        if end is None:
            closed.officers |= search.taken_by.keys()
            closed.slots.update(search.displaced, slots)
            return False
        self._shift(search.trace(end))
        return True

    def reachable(self, slots: Iterable[int]) -> set[int]:
        """Return all slots that alternating paths reach from free ones that no path can fill."""
        start = list(slots)
        search = _Search(self, Closed())
        if search.run(start, NOBODY) is not None:
            raise AssertionError("a path would fill a slot that was said to stay free")
        held = (slot for officer in search.taken_by for of_pool in self.held[officer].values() for slot in of_pool)
        return {*start, *search.displaced, *held}

    def _shift(self, path: Sequence[Step]) -> None:
        for slot, _ in path:
            if self.officer_of[slot] != NOBODY:
                self.free(slot)
        for slot, officer in path:
            self.place(slot, officer)


class _Search:
    """One breadth-first search for a slot that can go to an officer with room."""

    def __init__(self, filling: Filling, closed: Closed) -> None:
        self.filling = filling
        self.closed = closed
        self.taken_by: dict[int, int] = {}
        """Who was reached with all he holds, and the slot that he takes for one of them."""
        self.displaced: dict[int, Step] = {}
        """Slots that give up their officer only to another slot of their visit."""
        self.left: dict[int, Sequence[int]] = {}
        """Of each pool, who was not reached through it yet."""
        self.officers: deque[int] = deque()
        self.slots: deque[int] = deque()

    def run(self, slots: Iterable[int], officer: int) -> Step | None:
        """Return the last step of a path, None if there is no path."""
        self.slots.extend(slots)
        if officer != NOBODY:
            self.taken_by[officer] = NOBODY
            self.officers.append(officer)
        while self.slots or self.officers:
            end = self._look_from(self.slots.popleft()) if self.slots else self._look_through(self.officers.popleft())
            if end is not None:
                return end
        return None

    def trace(self, end: Step) -> list[Step]:
        """Return the moves that a path makes, from its end to its beginning."""
        path = [end]
        while True:
            slot, _ = path[-1]
            if slot in self.displaced:
                path.append(self.displaced[slot])
                continue
            officer = self.filling.officer_of[slot]
            pushed_by = self.taken_by[officer] if officer != NOBODY else NOBODY
            if pushed_by == NOBODY:
                return path
            path.append((pushed_by, officer))

    def _look_through(self, officer: int) -> Step | None:
        """Look where each slot of an officer can go; one slot speaks for all of its pool that stand alike."""
        for pool, slots in self.filling.held[officer].items():
            for slot in slots:
                if pool in self.left and not self.left[pool]:
                    break
                end = self._look_from(slot)
                if end is not None:
                    return end
        return None

    def _look_from(self, slot: int) -> Step | None:
        filling, taken_by, closed = self.filling, self.taken_by, self.closed.officers
        pool, load, room = filling.pools[slot], filling.load, filling.room
        serving = filling.serving(slot)
        left = []
        for officer in self.left.get(pool, filling.eligible[pool]):
            if officer in taken_by or officer in closed:
                continue
            if officer in serving:  # he serves this visit already; only that slot can give him up
                left.append(officer)
                self._displace(serving[officer], (slot, officer))
            elif load[officer] < room[officer]:
                return slot, officer
            else:
                taken_by[officer] = slot
                self.officers.append(officer)
        self.left[pool] = left
        return None

    def _displace(self, slot: int, step: Step) -> None:
        if slot in self.displaced or slot in self.closed.slots or self.filling.is_fixed[slot]:
            return
        self.displaced[slot] = step
        self.slots.append(slot)
