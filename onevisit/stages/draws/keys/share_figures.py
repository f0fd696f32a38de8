"""What is published of key shares, counted from their public entries: a later answer never lowers a figure."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from onevisit.support.ledger import selectors as ledger

REJECTED = ("draw.share_rejected", "draw.deposit_rejected")
DEPOSITED, TAKEN = "draw.shares_deposited", "draw.escrow_taken"


@dataclass(frozen=True, kw_only=True)
class ShareFigures:
    """How often a share was of no use in one draw, and how often another escrow took over."""

    rejected: int = 0
    escrow_changes: int = 0


def by_draw(draws: Iterable[UUID]) -> defaultdict[UUID, ShareFigures]:
    """Return the figures of several draws; those without any entry have none.

    A share counts once for each time it was deposited, whoever answers on it how often: for a holder his own share,
    for the escrow the whole set of a key.
    """
    found: defaultdict[UUID, ShareFigures] = defaultdict(ShareFigures)
    rejected: dict[UUID, set[tuple[int, str, str]]] = defaultdict(set)
    times: dict[tuple[UUID, str], int] = defaultdict(int)
    taken: dict[UUID, int] = defaultdict(int)
    wanted = [str(pk) for pk in draws]
    rows = ledger.newest_first().filter(
        subject_type="draw", subject__in=wanted, event__in=(*REJECTED, DEPOSITED, TAKEN)
    )
    for event, subject, payload in rows.reverse().values_list("event", "subject", "payload"):
        draw, said = UUID(subject), json.loads(bytes(payload))
        if event == DEPOSITED:
            times[draw, said["party"]] += 1
        elif event == TAKEN:
            taken[draw] += 1
        else:
            rejected[draw].add((times[draw, said["party"]], said["party"], said.get("holder", "")))
    for draw in {*rejected, *taken}:
        found[draw] = ShareFigures(rejected=len(rejected[draw]), escrow_changes=taken[draw])
    return found
