"""Which slots a round has to fill, and who may fill them."""

from collections.abc import Iterator, Mapping, Sequence, Set

from onevisit.core.draw.documents import Roster
from onevisit.core.draw.history import History, released
from onevisit.core.draw.officers import Slot
from onevisit.core.draw.results import ItemDraw

SlotKey = tuple[str, str]
Pools = Mapping[tuple[str, str], tuple[str, ...]]
"""The pools of the slots of every item and stratum."""


def slots_of(
    *, history: History, items: Sequence[ItemDraw], swapped: Sequence[SlotKey] = ()
) -> tuple[tuple[Slot, ...], dict[str, int]]:
    """List the slots of a round with their eligible officers, and the room each officer has.

    Args:
        history: the draw with the order of this round applied, its result not yet.
        items: what this round selected.
        swapped: the slots its order freed.
    """
    roster = history.roster
    if roster is None:
        return (), {}
    room = _room(roster, history.held)
    eligible = _Eligible(history, roster, room)
    pools = {(rule.item, rule.stratum): rule.pools for rule in roster.slots}
    slots = [eligible.slot(visit, slot, pool) for visit, slot, pool in _new_slots(items, pools)]
    slots.extend(eligible.slot(visit, slot, _pool_of(history, pools, visit, slot)) for visit, slot in swapped)
    return tuple(slots), room


def swappable(
    *, history: History, swapped: Sequence[SlotKey], withdrawn: Set[str] = frozenset()
) -> tuple[tuple[Slot, ...], dict[str, int]]:
    """List who could fill held slots, were these officers swapped now and these visits withdrawn, and their room.

    The released never return to their visit, so that two slots of one visit leave fewer for each other.
    """
    freed = released(history=history, withdrawn=withdrawn, swapped=frozenset(swapped))
    return slots_of(history=freed, items=(), swapped=swapped)


def _room(roster: Roster, held: Mapping[SlotKey, str]) -> dict[str, int]:
    room = {officer.id: officer.cap for officer in roster.officers}
    for officer in held.values():
        room[officer] -= 1
    return room


def _new_slots(items: Sequence[ItemDraw], pools: Pools) -> Iterator[tuple[str, str, str]]:
    for item in items:
        for stratum in item.strata:
            for number, pool in enumerate(pools[item.item, stratum.stratum]):
                for drawn in stratum.selected:
                    yield drawn.object_id, f"{item.item}:{number}", pool


def _pool_of(history: History, pools: Pools, visit: str, slot: str) -> str:
    item, _, number = slot.partition(":")
    return pools[item, history.selected[item][visit]][int(number)]


class _Eligible:
    """Finds who may fill a slot; slots without any special case share the list of their pool."""

    def __init__(self, history: History, roster: Roster, room: Mapping[str, int]) -> None:
        self.pools = {
            pool.id: tuple(officer for officer in pool.officers if room[officer] > 0) for pool in roster.pools
        }
        self.barred: dict[str, set[str]] = {}
        self.lists: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {}
        for recusal in roster.recusals:
            self._bar(recusal.object_id, {recusal.officer})
        for visit, officers in history.released.items():
            self._bar(visit, officers)
        for (visit, _), officer in history.held.items():
            self._bar(visit, {officer})

    def slot(self, visit: str, slot: str, pool: str) -> Slot:
        barred = self.barred.get(visit)
        if not barred:
            return Slot(visit=visit, slot=slot, eligible=self.pools[pool])
        key = pool, frozenset(barred)
        if key not in self.lists:
            self.lists[key] = tuple(officer for officer in self.pools[pool] if officer not in barred)
        return Slot(visit=visit, slot=slot, eligible=self.lists[key])

    def _bar(self, visit: str, officers: Set[str]) -> None:
        self.barred.setdefault(visit, set()).update(officers)
