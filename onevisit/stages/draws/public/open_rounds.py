"""What everybody may know of a draw's rounds: counts and digests at once, who came for whom once it is open.

Officers stand under the pseudonyms of the draw; everything of an open draw is read from its public receipt.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onevisit.stages.draws.models import Draw, DrawRound
from onevisit.stages.draws.public import open_record, seen_receipt
from onevisit.stages.draws.rounds.swap_reasons import words_of
from onevisit.stages.draws.services.swapping import LEAST_CHOICE


@dataclass(frozen=True, kw_only=True)
class OpenSwap:
    """One officer who was replaced: under pseudonyms, who left, why, who came, and among how many he was drawn."""

    object_id: str
    department: str
    former: str
    successor: str
    reason: str
    width: int

    @property
    def is_narrow(self) -> bool:
        return self.width < LEAST_CHOICE


@dataclass(frozen=True, kw_only=True)
class OpenRound:
    """One round: what its order holds in figures, and how it ended."""

    number: int
    t0: datetime
    drawn_at: datetime | None
    lapsed_at: datetime | None
    lapse_words: str
    is_infeasible: bool
    order_digest: str
    targets: int
    officers: int
    swaps: tuple[OpenSwap, ...] = ()


def open_rounds(number: str) -> tuple[OpenRound, ...]:
    """Return the rounds of a committed draw by its number."""
    rows = Draw.objects.filter(number=number, state__in=open_record.SHOWN_STATES)
    draw = rows.defer("manifest", "roster", "exclusions", "groups", "sources").first()
    if draw is None:
        return ()
    rounds = list(draw.rounds.all())
    if not rounds:
        return ()
    targets = Counter(draw.replacements.values_list("round_number", flat=True))
    officers = Counter(draw.swaps.values_list("round_number", flat=True))
    shown = _swaps(draw) if open_record.is_open(draw) else {}
    return tuple(
        _round(one, targets=targets[one.number], officers=officers[one.number], swaps=shown.get(one.number, ()))
        for one in rounds
    )


def _round(row: DrawRound, *, targets: int, officers: int, swaps: tuple[OpenSwap, ...]) -> OpenRound:
    return OpenRound(
        number=row.number,
        t0=row.t0,
        drawn_at=row.drawn_at,
        lapsed_at=row.lapsed_at,
        lapse_words=row.lapse_words,
        is_infeasible=row.is_infeasible,
        order_digest=row.order_digest,
        targets=targets,
        officers=officers,
        swaps=swaps,
    )


def _swaps(draw: Draw) -> dict[int, tuple[OpenSwap, ...]]:
    """Read from the public receipt who held each swapped slot before and after its round."""
    if (data := seen_receipt.receipt_of(draw)) is None:
        return {}
    receipt = json.loads(data)
    names = {item.item: item.department.short_name for item in draw.items.defer("frame").select_related("department")}
    held: dict[tuple[str, str], str] = {}
    found: dict[int, tuple[OpenSwap, ...]] = {}
    for number, recorded in enumerate(receipt["results"]):
        filled = {(one["visit"], one["slot"]): one for one in recorded["result"]["assignment"].get("slots", [])}
        if number:
            swapped = receipt["orders"][number - 1]["order"]["swapped"]
            found[number] = tuple(_swap(one, filled, held, names) for one in swapped)
        held.update({key: one["officer"] for key, one in filled.items() if "officer" in one})
    return found


def _swap(
    one: dict[str, str],
    filled: dict[tuple[str, str], dict[str, Any]],
    held: dict[tuple[str, str], str],
    names: dict[str, str],
) -> OpenSwap:
    key = one["visit"], one["slot"]
    item = one["slot"].partition(":")[0]
    return OpenSwap(
        object_id=one["visit"],
        department=names.get(item, item),
        former=held.get(key, ""),
        successor=str(filled.get(key, {}).get("officer", "")),
        reason=words_of(one["reason"]),
        width=int(filled.get(key, {}).get("width", 0)),
    )
