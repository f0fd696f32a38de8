"""A repetition of a draw's officer half only adds (section 12): the same objects, every officer, pool and recusal."""

from collections.abc import Iterator

from onevisit.core.draw.documents import Roster
from onevisit.core.draw.officers import Infeasible
from onevisit.core.draw.results import Receipt, Result
from onevisit.core.refusals import Refused


def lost(*, before: Roster, now: Roster) -> tuple[str, ...]:
    """Name what a roster lacks of the one that it may only add to; nothing when it keeps everything."""
    slack = ("the slack of the balance",) if before.slack != now.slack else ()
    return tuple((*slack, *_officers(before, now), *_pools(before, now), *_slots(before, now), *_recusals(before, now)))


def check_repetition(*, before: Receipt, now: Receipt) -> str:
    """Hold the receipt of a repetition against that of the draw whose officers did not suffice; say what it adds.

    Raises:
        Refused: nobody was short before, other objects or fewer, or something of the roster is missing.
    """
    number = short_round(before)
    if number is None:
        raise Refused("E_MISMATCH", f"the officers of {before.manifest.draw} sufficed, nothing is repeated")
    _check_objects(before.manifest.draw, number, before.results[number].result, now.results[0].result)
    if before.roster is None or now.roster is None:
        raise Refused("E_MISMATCH", "a repetition of the officer half has a roster, as the draw before")
    if missing := lost(before=before.roster, now=now.roster):
        raise Refused("E_MISMATCH", f"the roster does not only add to that of {before.manifest.draw}: {missing[0]}")
    added = len(now.roster.officers) - len(before.roster.officers)
    spent = _spent(before.roster, now.roster)
    kept = f"keeps every officer, pool and recusal of {before.manifest.draw}"
    return f"{kept}{f', {spent} of whom take no more,' if spent else ''} and adds {added} officers"


def check_same(*, stated: Receipt, given: Receipt) -> None:
    """See that the bundle which is given beside a repetition is of the very draw whose receipt the repetition states.

    Raises:
        Refused: another draw, another manifest, or another result of the round that fell short.
    """
    draw, number = stated.manifest.draw, short_round(stated) or 0
    if given.manifest.draw != draw:
        raise Refused("E_DRAW", f"it is of {given.manifest.draw}, the officers of {draw} are repeated")
    if given.manifest.digest != stated.manifest.digest:
        raise Refused("E_MISMATCH", f"it has another manifest of {draw} than repeated.json")
    if number >= len(given.results) or given.results[number].digest != stated.results[number].digest:
        raise Refused("E_MISMATCH", f"it has another result of round {number} of {draw} than repeated.json")


def short_round(receipt: Receipt) -> int | None:
    """Return the round whose assignment is infeasible, None when there is none."""
    found = (n for n, one in enumerate(receipt.results) if isinstance(one.result.assignment, Infeasible))
    return next(found, None)


def drawn(result: Result) -> set[str]:
    """Return the objects that a result selects."""
    return {one.object_id for item in result.items for stratum in item.strata for one in stratum.selected}


def _check_objects(draw: str, number: int, before: Result, now: Result) -> None:
    """Refuse an object that was not drawn in the same stratum of the same item, and one that is left out."""
    stood, here = _places(before), _places(now)
    for item, stratum, name in sorted(here ^ stood):
        if (item, stratum, name) in here:
            raise Refused("E_MISMATCH", f"{name} of {item} in {stratum} was not drawn in round {number} of {draw}")
        raise Refused(
            "E_MISMATCH", f"{name} of {item} in {stratum} was drawn in round {number} of {draw}, and is left out"
        )


def _places(result: Result) -> set[tuple[str, str, str]]:
    return {
        (item.item, stratum.stratum, one.object_id)
        for item in result.items
        for stratum in item.strata
        for one in stratum.selected
    }


def _spent(before: Roster, now: Roster) -> int:
    """Count who could be sent by the draw before and takes no more."""
    caps = {officer.id: officer.cap for officer in now.officers}
    return sum(officer.cap > 0 and caps.get(officer.id) == 0 for officer in before.officers)


def _officers(before: Roster, now: Roster) -> Iterator[str]:
    """An officer stays in his department; his cap may shrink by what he still holds, and never grows."""
    known = {officer.id: officer for officer in now.officers}
    for officer in before.officers:
        found = known.get(officer.id)
        if found is None or found.department != officer.department:
            yield f"officer {officer.id}"
        elif found.cap > officer.cap:
            yield f"the cap of officer {officer.id}"


def _pools(before: Roster, now: Roster) -> Iterator[str]:
    known = {pool.id: set(pool.officers) for pool in now.pools}
    for pool in before.pools:
        for name in sorted(set(pool.officers) - known.get(pool.id, set())):
            yield f"officer {name} in pool {pool.id}"


def _slots(before: Roster, now: Roster) -> Iterator[str]:
    """The places of what is repeated are drawn from the same pools; strata that stand are not repeated."""
    known = {(rule.item, rule.stratum): rule.pools for rule in before.slots}
    for rule in now.slots:
        if known.get((rule.item, rule.stratum)) != rule.pools:
            yield f"the places of {rule.item} in {rule.stratum}"


def _recusals(before: Roster, now: Roster) -> Iterator[str]:
    known = {(one.object_id, one.officer) for one in now.recusals}
    for one in before.recusals:
        if (one.object_id, one.officer) not in known:
            yield f"recusal of {one.officer} at {one.object_id}"
