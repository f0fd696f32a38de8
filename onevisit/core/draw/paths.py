"""Alternating paths: how slots hand officers on to one another so that all of them stay filled.

A slot needs one officer, an officer has room for so many slots, and serves a visit at most once. Slots and officers are
numbers here. A slot that is fixed keeps its officer whatever comes.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

NOBODY = -1
Step = tuple[int, int]
"""The slot that pushed another out, and the officer it took for that."""


@dataclass
class Reached:
    """The closed part of the graph that failed searches have seen: nothing in it leads to room."""

    slots: set[int] = field(default_factory=set)
    officers: set[int] = field(default_factory=set)

    def open_if_touched(self, *, slot: int, officer: int) -> None:
        """Forget all of it when a slot that is taken up again, or the officer it frees, lies inside."""
        if slot in self.slots or officer in self.officers:
            self.slots.clear()
            self.officers.clear()


class Filling:
    """A partial filling of slots that only changes along paths which keep every filled slot filled."""

    def __init__(self, *, visits: Sequence[int], eligible: Sequence[Sequence[int]], room: Sequence[int]) -> None:
        self.visits = visits
        self.eligible = eligible
        self.room = list(room)
        self.officer_of = [NOBODY] * len(visits)
        self.load = [0] * len(room)
        self.held: list[set[int]] = [set() for _ in room]
        self.serving: dict[tuple[int, int], int] = {}
        self.is_fixed = [False] * len(visits)

    def place(self, slot: int, officer: int) -> None:
        """Give a free slot to an officer."""
        self.officer_of[slot] = officer
        self.load[officer] += 1
        self.held[officer].add(slot)
        self.serving[self.visits[slot], officer] = slot

    def free(self, slot: int) -> int:
        """Take a slot from its officer, whose number is returned."""
        officer = self.officer_of[slot]
        self.officer_of[slot] = NOBODY
        self.load[officer] -= 1
        self.held[officer].discard(slot)
        del self.serving[self.visits[slot], officer]
        return officer

    def place_least_loaded(self, slot: int) -> bool:
        """Give a slot to the eligible officer with the least load, if one is free for it."""
        visit, load, room = self.visits[slot], self.load, self.room
        best, best_load = NOBODY, 0
        for officer in self.eligible[slot]:
            own = load[officer]
            if own < room[officer] and (best == NOBODY or own < best_load) and (visit, officer) not in self.serving:
                best, best_load = officer, own
                if own == 0:
                    break
        if best == NOBODY:
            return False
        self.place(slot, best)
        return True

    def push(self, slots: Iterable[int], *, reached: Reached, officer: int = NOBODY) -> bool:
        """Move one of `slots` to other officers along a path, or change nothing and extend what was reached.

        Args:
            officer: whose slots these are, if one of them is to leave him.
        """
        search = _Search(self, reached)
        end = search.run(slots, officer)
        if end is None:
            reached.slots |= search.slots
            reached.officers |= search.officers
            return False
        self._shift(search.trace(end))
        return True

    def fix(self, slot: int, officer: int, *, reached: Reached) -> bool:
        """Give a filled slot to an officer for good if all others can stay filled, or change nothing."""
        before = self.officer_of[slot]
        rival = self.serving.get((self.visits[slot], officer), slot)
        if self.is_fixed[rival] or (rival != slot and rival in reached.slots):
            return False
        if rival == slot and officer != before and self._is_full(officer) and officer in reached.officers:
            return False
        self.is_fixed[slot] = True
        if officer == before or self._take(slot, officer, rival, reached):
            self.held[officer].discard(slot)
            return True
        self.is_fixed[slot] = False
        return False

    def _take(self, slot: int, officer: int, rival: int, reached: Reached) -> bool:
        """Move a slot to another officer, who gives up a slot of the same visit or, if he is full, any other."""
        before = self.free(slot)
        if rival != slot:
            self.free(rival)
        must_shed = rival == slot and self._is_full(officer)
        self.place(slot, officer)
        if rival != slot:
            is_possible = self.push([rival], reached=reached)
        else:
            is_possible = not must_shed or self.push(list(self.held[officer]), reached=reached, officer=officer)
        if not is_possible:
            self.free(slot)
            if rival != slot:
                self.place(rival, officer)
            self.place(slot, before)
        return is_possible

    def _is_full(self, officer: int) -> bool:
        return self.load[officer] >= self.room[officer]

    def reachable(self, slots: Iterable[int]) -> set[int]:
        """Return all slots that alternating paths reach from free ones that no path can fill."""
        search = _Search(self, Reached())
        if search.run(slots, NOBODY) is not None:
            raise AssertionError("a path would fill a slot that was said to stay free")
        return search.slots

    def _shift(self, path: Sequence[Step]) -> None:
        for slot, _ in path:
            if self.officer_of[slot] != NOBODY:
                self.free(slot)
        for slot, officer in path:
            self.place(slot, officer)


class _Search:
    """One breadth-first search for a slot that can go to an officer with room."""

    def __init__(self, filling: Filling, reached: Reached) -> None:
        self.filling = filling
        self.closed = reached
        self.slots: set[int] = set()
        self.officers: set[int] = set()
        self.pushed_by: dict[int, Step] = {}
        self.queue: deque[int] = deque()

    def run(self, slots: Iterable[int], officer: int) -> Step | None:
        """Return the last step of the shortest path, None if there is no path."""
        if officer != NOBODY:
            self.officers.add(officer)
        for slot in slots:
            self._open(slot, None)
        while self.queue:
            slot = self.queue.popleft()
            found = self._expand(slot)
            if found != NOBODY:
                return slot, found
        return None

    def trace(self, end: Step) -> list[Step]:
        """Return the moves that a path makes, from its end to its beginning."""
        path = [end]
        while path[-1][0] in self.pushed_by:
            path.append(self.pushed_by[path[-1][0]])
        return path

    def _open(self, slot: int, step: Step | None) -> None:
        if slot in self.slots or slot in self.closed.slots or self.filling.is_fixed[slot]:
            return
        self.slots.add(slot)
        self.queue.append(slot)
        if step is not None:
            self.pushed_by[slot] = step

    def _expand(self, slot: int) -> int:
        filling, visit = self.filling, self.filling.visits[slot]
        officers, closed = self.officers, self.closed.officers
        for officer in filling.eligible[slot]:
            if officer in officers or officer in closed:
                continue
            serving = filling.serving.get((visit, officer))
            if serving is not None:  # he serves this visit already; only that slot can give him up
                self._open(serving, (slot, officer))
            elif filling.load[officer] < filling.room[officer]:
                return officer
            else:
                officers.add(officer)
                for other in filling.held[officer]:
                    self._open(other, (slot, officer))
        return NOBODY
