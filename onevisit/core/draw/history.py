"""What a draw has come to before a round: who is selected, withdrawn and assigned, and which sources are used up."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from onevisit.core.draw.documents import DeclaredSource, Manifest, Order, Roster
from onevisit.core.draw.officers import Infeasible
from onevisit.core.draw.results import RecordedResult

SlotKey = tuple[str, str]
"""A visit and the slot in it."""


@dataclass(frozen=True)
class History:
    """The state of a draw after some of its rounds.

    `selected` gives for each item the objects it ever selected and their strata; `released` the officers that were
    swapped out of a visit, who never return to it.
    """

    manifest: Manifest
    roster: Roster | None
    seed: str
    round_number: int
    prev: str
    t0: str
    sources: tuple[DeclaredSource, ...]
    selected: Mapping[str, Mapping[str, str]]
    withdrawn: Set[str]
    held: Mapping[SlotKey, str]
    released: Mapping[str, Set[str]]
    is_infeasible: bool


def unstarted(*, manifest: Manifest, roster: Roster | None, seed: str) -> History:
    """Return the state of a draw whose seed is known and that has no result yet."""
    return History(
        manifest=manifest,
        roster=roster,
        seed=seed,
        round_number=0,
        prev="",
        t0=manifest.t0,
        sources=manifest.sources,
        selected={item.item: {} for item in manifest.items},
        withdrawn=frozenset(),
        held={},
        released={},
        is_infeasible=False,
    )


def begin(*, manifest: Manifest, roster: Roster | None, recorded: RecordedResult) -> History:
    """Start the history with the result of round 0."""
    return _with_result(unstarted(manifest=manifest, roster=roster, seed=recorded.result.seed), recorded)


def ordered(*, history: History, order: Order) -> History:
    """Apply an order: withdrawn visits leave with their slots, swapped slots become free."""
    freed = released(
        history=history,
        withdrawn={withdrawal.object_id for withdrawal in order.withdrawn},
        swapped={(swap.visit, swap.slot) for swap in order.swapped},
    )
    return replace(freed, round_number=order.round_number, t0=order.t0, sources=(*history.sources, *order.sources))


def released(*, history: History, withdrawn: Set[str], swapped: Set[SlotKey]) -> History:
    """Take visits and the officers of slots out of what a draw has come to: every slot named here becomes free."""
    out = dict(history.released)
    for visit, slot in swapped:
        out[visit] = out.get(visit, frozenset()) | {history.held[visit, slot]}
    held = {key: officer for key, officer in history.held.items() if key[0] not in withdrawn and key not in swapped}
    return replace(history, withdrawn=history.withdrawn | withdrawn, held=held, released=out)


def after(*, history: History, order: Order, recorded: RecordedResult) -> History:
    """Add a replacement round, its order and its result."""
    return _with_result(ordered(history=history, order=order), recorded)


def _with_result(history: History, recorded: RecordedResult) -> History:
    selected = {item: dict(objects) for item, objects in history.selected.items()}
    for item in recorded.result.items:
        objects = selected.setdefault(item.item, {})
        for stratum in item.strata:
            objects.update((drawn.object_id, stratum.stratum) for drawn in stratum.selected)
    held = dict(history.held)
    assignment = recorded.result.assignment
    if assignment is not None and not isinstance(assignment, Infeasible):
        held.update(((filled.visit, filled.slot), filled.officer) for filled in assignment.slots)
    return replace(
        history,
        prev=recorded.digest,
        selected=selected,
        held=held,
        is_infeasible=isinstance(assignment, Infeasible),
    )
