"""Who comes next where a drawn officer cannot go: the order of the draw's own pair tickets; anybody can recompute it.

The rule of section 10 takes for each slot the eligible officer with the smallest ticket that leaves the rest possible;
the bench of a slot is everybody else of its frozen pool in the order of the same tickets.
"""

import hashlib
from dataclasses import dataclass

from onevisit.core.draw.officers import Assignment
from onevisit.core.draw.results import Receipt
from onevisit.core.refusals import Refused


@dataclass(frozen=True)
class Seat:
    """One officer on the bench of a slot, with the ticket that gives his place."""

    officer: str
    ticket: str


def bench(*, receipt: Receipt, visit: str, slot: str) -> tuple[Seat, ...]:
    """Return who can stand in for the officer of a slot, the next first.

    Left out is who is recused from the object, and who was drawn for a slot of the same visit.

    Raises:
        Refused: no round of the receipt filled this slot.
    """
    roster, item = receipt.roster, slot.partition(":")[0]
    drawn: set[str] = set()
    seed = stratum = ""
    for recorded in receipt.results:
        assignment = recorded.result.assignment
        if not isinstance(assignment, Assignment):
            continue
        for filled in assignment.slots:
            if filled.visit == visit:
                drawn.add(filled.officer)
                seed = assignment.seed if filled.slot == slot else seed
        for one in recorded.result.items:
            if one.item == item:
                found = [part.stratum for part in one.strata if any(o.object_id == visit for o in part.selected)]
                stratum = found[0] if found else stratum
    if roster is None or not seed:
        raise Refused("E_SWAP", f"slot {slot} of {visit} is not held")
    rule = next(rule for rule in roster.slots if (rule.item, rule.stratum) == (item, stratum))
    pool_id = rule.pools[int(slot.rpartition(":")[2])]
    pool = next(pool for pool in roster.pools if pool.id == pool_id)
    away = drawn | {recusal.officer for recusal in roster.recusals if recusal.object_id == visit}
    seats = [Seat(officer, ticket_of(seed=seed, visit=visit, slot=slot, officer=officer)) for officer in pool.officers]
    return tuple(
        sorted((seat for seat in seats if seat.officer not in away), key=lambda one: (one.ticket, one.officer))
    )


def ticket_of(*, seed: str, visit: str, slot: str, officer: str) -> str:
    """Return the pair ticket of an officer for a slot (section 10)."""
    return hashlib.sha256(f"srd1|asg|{seed}|{visit}|{slot}|{officer}".encode("ascii")).hexdigest()
