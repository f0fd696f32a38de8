"""What the rules around the protocol publish of each organiser: small pools, swaps, recusals, withdrawals, voids.

Draws, lapsed rounds, combined keys, refused consents, shares and escrows are counted from public entries, of sealed
draws too; all else from files that everybody can download, once a draw is public (draw-protocol.md, section 12).
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q

from onevisit.stages.draws.keys import share_figures
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import repeating
from onevisit.stages.draws.public import seen_receipt
from onevisit.stages.draws.public.open_record import is_open
from onevisit.support.ledger import selectors as ledger

NARROW = 4
"""A pool of fewer officers leaves too little choice."""
_DIFFERING = (
    "draw.officers_differ",
    "draw.team_differs",
    "draw.targets_differ",
    "draw.source_differs",
    "draw.moment_differs",
)
_COUNTED = "draw.round_lapsed", "draw.key_combined", "draw.consent_refused", *_DIFFERING
_KEPT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class OrganFigures:
    """The figures of one organiser over all its draws that are public.

    `voids_drawn` counts those that were given up when their objects had been drawn, whatever the reason: the next draw
    is a second throw. `unable` counts drawn objects that nobody inspected; who knows the visits fills it in.
    """

    code: str
    name: str
    draws: int = 0
    public: int = 0
    voids_before_seed: int = 0
    voids_after_seed: int = 0
    voids_beacon: int = 0
    voids_drawn: int = 0
    narrow_pools: int = 0
    recusals: int = 0
    swaps: int = 0
    narrow_swaps: int = 0
    lapsed_rounds: int = 0
    changed_repeats: int = 0
    unlisted: int = 0
    returned: int = 0
    combined_keys: int = 0
    rejected_shares: int = 0
    escrow_changes: int = 0
    refused_consents: int = 0
    changed_rows: int = 0
    unable: int = 0
    withdrawals: dict[str, int] = field(default_factory=dict)

    @property
    def withdrawals_count(self) -> int:
        return sum(self.withdrawals.values())


def organ_figures() -> list[OrganFigures]:
    """Return the figures of every organiser of a committed draw, by its code."""
    drawn = Count("rounds", filter=Q(rounds__drawn_at__isnull=False))
    rows = Draw.objects.filter(commitment_entry__isnull=False).select_related("organiser").annotate(drawn_rounds=drawn)
    draws = list(
        rows.only("pk", "state", "mode", "opened_at", "organiser__code", "organiser__name").order_by(
            "organiser__code", "pk"
        )
    )
    keys = share_figures.by_draw(draw.pk for draw in draws)
    lapsed, combined, refused, *differing = (_logged(draws, event) for event in _COUNTED)
    over = {_key(draw): draw for draw in draws if draw.state == "void" or is_open(draw)}
    known: dict[str, dict[str, int]] = cache.get_many(over)
    fresh = {key: dict(_counted(draw)) for key, draw in over.items() if key not in known}
    cache.set_many(fresh, _KEPT_SECONDS)
    found: dict[tuple[str, str], Counter[str]] = {}
    for draw in draws:
        counts = found.setdefault((draw.organiser.code, draw.organiser.name), Counter())
        counts.update({"draws": 1, "lapsed_rounds": lapsed[draw.pk], "combined_keys": combined[draw.pk]})
        own = keys[draw.pk]
        counts.update({"rejected_shares": own.rejected, "escrow_changes": own.escrow_changes})
        counts["refused_consents"] += refused[draw.pk]
        counts["changed_rows"] += any(one[draw.pk] for one in differing)
        counts.update((known | fresh).get(_key(draw), {}))
        counts["public"] += is_open(draw)
    return [_figures(code, name, counts) for (code, name), counts in found.items()]


def _logged(draws: Iterable[Draw], event: str) -> Counter[UUID]:
    """Count the entries of one event by draw."""
    wanted = [str(draw.pk) for draw in draws]
    rows = ledger.newest_first().filter(subject_type="draw", subject__in=wanted, event=event)
    return Counter(map(UUID, rows.values_list("subject", flat=True)))


def _key(draw: Draw) -> str:
    """Name what a public draw shows, so that it is counted once; to an open one rounds may be added, once seen."""
    drawn = draw.drawn_rounds  # type: ignore[attr-defined]  # annotated
    return f"draw-figures-6:{draw.pk}:{draw.state}:{seen_receipt.rounds_of(draw) if drawn else 0}"


def _counted(draw: Draw) -> Counter[str]:
    counts = _void(draw) if draw.state == "void" else Counter[str]()
    if is_open(draw):  # what an open draw published stays public when it is given up
        counts += _receipt(draw)
    counts["changed_repeats"] += any(came or went for _label, came, went in repeating.published(draw.direction))
    counts["unlisted"] += int(draw.direction.get("register", {}).get("missing", 0))
    counts["returned"] += int(draw.direction.get("returned", {}).get("n", 0))
    return counts


def _void(draw: Draw) -> Counter[str]:
    record = json.loads(bytes(draw.void_record)) if draw.void_record else {}
    stage = str(record.get("stage", ""))
    beacon = record.get("reason") == "BEACON_MISSING"
    is_drawn = draw.result_entry is not None and not draw.given_basis  # of given objects nothing is thrown again
    return Counter({f"void:{stage}": 1, "voids_beacon": int(beacon), "voids_drawn": int(is_drawn)} if stage else {})


def _receipt(draw: Draw) -> Counter[str]:
    data = seen_receipt.receipt_of(draw)
    if data is None:
        return Counter()
    receipt = json.loads(data)
    roster, counts = receipt["roster"], Counter[str]()
    counts["narrow_pools"] = sum(len(pool["officers"]) < NARROW for pool in roster.get("pools", []))
    counts["recusals"] = len(roster.get("recusals", []))
    for one, recorded in zip(receipt["orders"], receipt["results"][1:], strict=True):
        counts["swaps"] += len(one["order"]["swapped"])
        counts["narrow_swaps"] += _narrow_swaps(one["order"], recorded["result"]["assignment"])
        counts.update(f"withdrawn:{row['reason']}" for row in one["order"]["withdrawn"])
    return counts


def _narrow_swaps(order: dict[str, Any], assignment: dict[str, Any]) -> int:
    """Count the swaps of a round that had few to choose from; in a round without an assignment every one had."""
    swapped = {(one["visit"], one["slot"]) for one in order["swapped"]}
    if assignment["status"] != "complete":
        return len(swapped)
    return sum((one["visit"], one["slot"]) in swapped and one["width"] < NARROW for one in assignment["slots"])


def _figures(code: str, name: str, counts: Counter[str]) -> OrganFigures:
    return OrganFigures(
        code=code,
        name=name,
        draws=counts["draws"],
        public=counts["public"],
        voids_before_seed=counts["void:before-seed"],
        voids_after_seed=counts["void:after-seed"],
        voids_beacon=counts["voids_beacon"],
        voids_drawn=counts["voids_drawn"],
        narrow_pools=counts["narrow_pools"],
        recusals=counts["recusals"],
        swaps=counts["swaps"],
        narrow_swaps=counts["narrow_swaps"],
        lapsed_rounds=counts["lapsed_rounds"],
        changed_repeats=counts["changed_repeats"],
        unlisted=counts["unlisted"],
        returned=counts["returned"],
        combined_keys=counts["combined_keys"],
        rejected_shares=counts["rejected_shares"],
        escrow_changes=counts["escrow_changes"],
        refused_consents=counts["refused_consents"],
        changed_rows=counts["changed_rows"],
        withdrawals={
            key.partition(":")[2]: count for key, count in sorted(counts.items()) if key.startswith("withdrawn:")
        },
    )
