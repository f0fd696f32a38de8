"""What the receipt of a draw says of who goes where, read only while it is the one whose digests the ledger holds.

Receipt and tables stand in one database: who changes both would choose who goes. The entries `draw.drawn` and
`draw.replaced` hold the digest of each round's result, so the receipt is hashed again and compared before it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from onevisit.core import canonical
from onevisit.core.draw import forms, results
from onevisit.core.draw.officers import Assignment
from onevisit.core.draw.results import Receipt
from onevisit.core.refusals import Refused
from onevisit.stages.draws.models import Draw
from onevisit.support.ledger import selectors as ledger

DRAWN, REPLACED = "draw.drawn", "draw.replaced"
Place = tuple[str, str]
"""An object and one of its officer slots."""


@dataclass(frozen=True)
class Drawn:
    """The digests of the rounds as they stand in the ledger, and who was drawn for each place, the first round first.

    Officers stand under the pseudonyms of the draw.
    """

    digests: tuple[str, ...]
    holders: Mapping[Place, tuple[tuple[int, str], ...]]


def of_draw(draw: Draw) -> Drawn | None:
    """Return what the receipt says, None where it is missing, damaged, or not the one of the ledger's entries."""
    if draw.receipt is None:
        return None
    try:
        found = _read(bytes(draw.receipt))
    except (Refused, ValueError, LookupError):
        return None
    return found if found.digests == logged(draw) else None


def logged(draw: Draw) -> tuple[str, ...]:
    """Return the digest of each round's result as the ledger holds it; the first entry of a round counts."""
    entries = ledger.timeline("draw", draw.pk).filter(event__in=(DRAWN, REPLACED), subject=str(draw.pk))
    found: dict[int, str] = {}
    for entry in entries.reverse():
        payload = canonical.parse(data=bytes(entry.payload))
        found.setdefault(int(str(payload.get("round", "0"))), str(payload["digest"]))
    return tuple(found[number] for number in sorted(found))


def digests_of(receipt: Receipt) -> tuple[str, ...]:
    """Hash each round's result again: its seal in sealed mode, as the ledger holds it."""
    mode = receipt.manifest.mode
    made = [results.recorded(result=one.result, mode=mode) for one in receipt.results]
    return tuple(one.seal or one.digest for one in made)


@lru_cache(maxsize=2)  # of the bytes themselves: what was read for others is never returned
def _read(data: bytes) -> Drawn:
    receipt = forms.parse_receipt(data=data)
    holders: dict[Place, tuple[tuple[int, str], ...]] = {}
    for one in receipt.results:
        assignment = one.result.assignment
        for slot in assignment.slots if isinstance(assignment, Assignment) else ():
            place = slot.visit, slot.slot
            holders[place] = (*holders.get(place, ()), (one.result.round_number, slot.officer))
    return Drawn(digests=digests_of(receipt), holders=holders)
