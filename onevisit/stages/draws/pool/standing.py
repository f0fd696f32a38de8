"""The officer half of a draw again, after an assignment that could not be complete (draw-protocol.md, section 10).

What stays is read from the receipt and the roster of the draw that fell short, never from the registers: the drawn
objects in their strata, and every officer, pool and recusal. The new roster only adds.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import additions, forms
from onevisit.stages.draws import modes
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.pool import naming, shortage

HELD, BARRED = "HELD", "BARRED"
"""Why an officer who is kept takes no more: his places of the draw before use him up; he may not be sent any more."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What stands of a draw that fell short: the stratum of each object that nobody was sent to, and the pools."""

    strata: Mapping[str, str]
    pools: Mapping[str, frozenset[UUID]]


def stands(draw: Draw) -> Standing:
    """Return what a repetition of a draw's officer half keeps."""
    number = shortage.short_round_of(draw)
    if number is None or draw.receipt is None:
        raise ValueError("nobody was short in this draw")
    receipt = forms.parse_receipt(data=bytes(draw.receipt))
    people = naming.people_of(draw)
    drawn = receipt.results[number].result.items
    return Standing(
        strata={taken.object_id: one.stratum for item in drawn for one in item.strata for taken in one.selected},
        pools={
            pool.id: frozenset(people[name] for name in pool.officers if name in people)
            for pool in (receipt.roster.pools if receipt.roster else ())
        },
    )


def added_to(draw: Draw, document: Mapping[str, Json]) -> dict[str, Json]:
    """Return the roster of a repetition: all of the draw before, and what the document has beyond it."""
    before = _document(draw)
    kept, fresh = _by_id(before["officers"]), _by_id(document["officers"])
    held = _held(draw)
    officers = {**fresh, **{name: _kept(one, is_able=name in fresh, held=held[name]) for name, one in kept.items()}}
    slots = {(rule["item"], rule["stratum"]) for rule in document["slots"]}  # type: ignore[index,call-overload,union-attr]
    return {
        **document,
        "slack": before["slack"],
        "officers": [officers[name] for name in sorted(officers)],
        "pools": _pools(_by_id(before["pools"]), _by_id(document["pools"])),
        "slots": [rule for rule in before["slots"] if (rule["item"], rule["stratum"]) in slots],
        "recusals": _recusals(before["recusals"], document["recusals"]),
    }


def missing_in(draw: Draw, roster: bytes) -> list[str]:
    """Name what a roster lacks of the one that it may only add to; nothing when it keeps everything."""
    if draw.roster is None:
        raise ValueError("a draw of this platform has a roster")
    before = forms.parse_roster(data=bytes(draw.roster))
    return list(additions.lost(before=before, now=forms.parse_roster(data=roster)))


def live_of(draw: Draw) -> Draw | None:
    """Return the repetition of a draw's officer half that was not given up."""
    return draw.repetitions.exclude(state="void").first()


def is_wanted(draw: Draw) -> bool:
    """Tell whether drawn objects stand to which nobody can be sent, and no other draw sees to it.

    A round that only replaced officers leaves places empty at visits that others go to: nothing is drawn again for it.
    Nor for a sealed draw once it is opened: its targets are public by then.
    """
    if not modes.is_running(draw):
        return False
    is_short = draw.receipt is not None and shortage.short_round_of(draw) is not None
    return is_short and live_of(draw) is None and bool(stands(draw).strata)


def wanted() -> list[Draw]:
    """Return the draws under way whose officers did not suffice and whose officer half nobody repeats yet."""
    short = Draw.objects.running().filter(void_proposed_at__isnull=True).select_related("organiser")
    rows = (short.filter(is_infeasible=True) | short.filter(rounds__is_infeasible=True)).distinct()
    return [draw for draw in rows if is_wanted(draw)]


def _document(draw: Draw) -> dict[str, Any]:
    if draw.roster is None:
        raise ValueError("a draw of this platform has a roster")
    found = canonical.parse(data=bytes(draw.roster))
    assert isinstance(found, dict)
    return found


def _by_id(rows: Any) -> dict[str, Any]:
    return {row["id"]: row for row in rows}


def _held(draw: Draw) -> Counter[str]:
    """Count the places that officers still hold in the draw before."""
    names = {inspector: name for name, inspector in naming.people_of(draw).items()}
    rows = DrawnSlot.objects.filter(draw=draw, withdrawn_in__isnull=True).values_list("inspector_id", flat=True)
    return Counter(names[inspector] for inspector in rows if inspector in names)


def _kept(officer: Mapping[str, Any], *, is_able: bool, held: int) -> dict[str, Json]:
    """Return an officer as he stands in the next roster: the same, with the room that is left to him."""
    room = max(int(officer["cap"]) - held, 0)
    if not officer["cap"] or not is_able:
        return {**officer, "cap": 0, "reason": officer["reason"] or BARRED}
    return {**officer, "cap": room, "reason": "" if room else HELD}


def _pools(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Json]:
    found: dict[str, set[str]] = {}
    for pool in (*before.values(), *now.values()):
        found.setdefault(pool["id"], set()).update(pool["officers"])
    return [{"id": name, "officers": list(sorted(people))} for name, people in sorted(found.items())]


def _recusals(before: Any, now: Any) -> list[Json]:
    found = {(one["object"], one["officer"]): one for one in (*now, *before)}
    return [found[pair] for pair in sorted(found)]
