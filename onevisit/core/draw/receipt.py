"""The draw itself: files in, receipt out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from onevisit.core.draw import (
    forms,
    frame,
    frozen,
    history,
    officers,
    replacement,
    results,
    rules,
    seeds,
    sources,
    tickets,
)
from onevisit.core.draw.documents import Manifest, OrderedRound, PartyKey, Roster, SourceValue
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.history import History
from onevisit.core.draw.officers import Assignment, Infeasible
from onevisit.core.draw.pair_tickets import Hashing, pair_tickets
from onevisit.core.draw.results import ItemDraw, Receipt, RecordedResult, Result, encode_receipt
from onevisit.core.draw.sieve import Sieve, sieve
from onevisit.core.draw.slots import SlotKey, slots_of
from onevisit.core.refusals import Refused

__all__ = ["Receipt", "draw", "encode_receipt"]


def draw(
    *,
    manifest: bytes,
    frames: Mapping[str, bytes],
    sources: bytes,
    keys: bytes | None = None,
    roster: bytes | None = None,
    replacements: bytes | None = None,
    is_frozen: bool = False,
    by: Sieve = sieve,
    hashing: Hashing = pair_tickets,
) -> Receipt:
    """Draw, assign and replace as the files say.

    Args:
        frames: the frame file of each item.
        is_frozen: who draws has checked order and root of the frames when he froze them; their digests are enough.
        by: what hashes a frozen frame.
        hashing: what hashes the pairs of slots and officers.
    """
    plan = forms.parse_manifest(data=manifest)
    rules.check_manifest(manifest=plan)
    is_quick = is_frozen and replacements is None
    checked = {} if is_quick else frame.check_frames(items=plan.items, read=partial(_frame_file, frames))
    people = forms.parse_roster(data=roster) if roster is not None else None
    rules.check_roster(manifest=plan, roster=people)
    values = _values(plan, sources)
    opened = _keys(plan, keys)
    seed = first_seed(manifest=plan, values=values, keys=opened)
    if is_quick:
        items = frozen.select_frozen(items=plan.items, frames=frames, seed=seed, by=by)
    else:
        items = first_selection(manifest=plan, frames=checked, seed=seed)
    first = _first_result(plan, items, people, values, seed, hashing)
    receipt = Receipt(manifest=plan, sources=values, keys=opened, roster=people, results=(first,), orders=())
    if replacements is None:
        return receipt
    return _with_rounds(receipt, checked, _rounds(plan, replacements), hashing)


def first_seed(*, manifest: Manifest, values: Sequence[SourceValue], keys: Sequence[PartyKey]) -> str:
    """Compute the seed of round 0 from checked inputs."""
    lines = sources.source_lines(declared=manifest.sources, values=values)
    by_party = {key.party: key.key for key in keys}
    return seeds.seed(manifest_digest=manifest.digest, lines=lines, keys=by_party)


def round_seed(*, seed: str, ordered: OrderedRound) -> str:
    """Compute the seed of a replacement round from that of round 0 and checked values."""
    lines = sources.source_lines(declared=ordered.order.sources, values=ordered.sources)
    return seeds.replacement_seed(
        seed=seed, round_number=ordered.order.round_number, order_digest=ordered.order.digest, lines=lines
    )


def first_selection(*, manifest: Manifest, frames: Mapping[str, Frame], seed: str) -> tuple[ItemDraw, ...]:
    """Draw the objects of round 0."""
    return tuple(
        ItemDraw(
            item=item.item,
            strata=tickets.select(
                frame=frames[item.item],
                quotas={stratum.id: stratum.quota for stratum in item.strata},
                namespace=item.namespace,
                seed=seed,
                barred=(),
            ),
        )
        for item in manifest.items
    )


def assignment_of(
    *,
    state: History,
    items: Sequence[ItemDraw],
    seed: str,
    swapped: Sequence[SlotKey] = (),
    hashing: Hashing = pair_tickets,
) -> Assignment | Infeasible | None:
    """Assign officers to the slots of a round; `state` has its order applied, its result not yet."""
    if state.roster is None:
        return None
    slots, room = slots_of(history=state, items=items, swapped=swapped)
    return officers.assign(
        slots=slots,
        room=room,
        seed=seeds.assignment_seed(seed=seed, roster_digest=state.roster.digest),
        slack=state.roster.slack,
        hashing=hashing,
    )


def _frame_file(frames: Mapping[str, bytes], name: str) -> bytes:
    if name not in frames:
        raise Refused("E_FRAME_MISSING", f"the frame of item {name} is missing")
    return frames[name]


def _values(manifest: Manifest, data: bytes) -> tuple[SourceValue, ...]:
    given = forms.parse_sources(data=data)
    _check_draw(manifest, given.draw, "sources.json")
    sources.source_lines(declared=manifest.sources, values=given.sources)
    return given.sources


def _keys(manifest: Manifest, data: bytes | None) -> tuple[PartyKey, ...]:
    given: tuple[PartyKey, ...] = ()
    if data is not None:
        parsed = forms.parse_keys(data=data)
        _check_draw(manifest, parsed.draw, "keys.json")
        given = parsed.keys
    rules.check_keys(manifest=manifest, keys=given)
    return given


def _rounds(manifest: Manifest, data: bytes) -> tuple[OrderedRound, ...]:
    given = forms.parse_replacements(data=data)
    _check_draw(manifest, given.draw, "replacements.json")
    return given.rounds


def _check_draw(manifest: Manifest, draw_number: str, where: str) -> None:
    if draw_number != manifest.draw:
        raise Refused("E_DRAW", f"{where} is of draw {draw_number}, not {manifest.draw}")


def _first_result(
    manifest: Manifest,
    items: tuple[ItemDraw, ...],
    roster: Roster | None,
    values: tuple[SourceValue, ...],
    seed: str,
    hashing: Hashing,
) -> RecordedResult:
    state = history.unstarted(manifest=manifest, roster=roster, seed=seed)
    result = Result(
        draw=manifest.draw,
        round_number=0,
        basis=manifest.digest,
        prev=manifest.prev,
        sources_digest=results.sources_digest(values=values),
        source_lines=sources.source_lines(declared=manifest.sources, values=values),
        seed=seed,
        items=items,
        assignment=assignment_of(state=state, items=items, seed=seed, hashing=hashing),
    )
    return results.recorded(result=result, mode=manifest.mode)


def _with_rounds(
    receipt: Receipt, frames: Mapping[str, Frame], rounds: Sequence[OrderedRound], hashing: Hashing
) -> Receipt:
    state = history.begin(manifest=receipt.manifest, roster=receipt.roster, recorded=receipt.results[0])
    for ordered in rounds:
        recorded = _round_result(state, frames, ordered, hashing)
        state = history.after(history=state, order=ordered.order, recorded=recorded)
        receipt = replace(receipt, results=(*receipt.results, recorded), orders=(*receipt.orders, ordered))
    return receipt


def _round_result(
    state: History, frames: Mapping[str, Frame], ordered: OrderedRound, hashing: Hashing
) -> RecordedResult:
    order = ordered.order
    replacement.check_order(history=state, order=order)
    seed = round_seed(seed=state.seed, ordered=ordered)
    items = replacement.substitutes(history=state, order=order, frames=frames, seed=seed)
    swapped = [(swap.visit, swap.slot) for swap in order.swapped]
    freed = history.ordered(history=state, order=order)
    result = Result(
        draw=state.manifest.draw,
        round_number=order.round_number,
        basis=order.digest,
        prev=state.prev,
        sources_digest=results.sources_digest(values=ordered.sources),
        source_lines=sources.source_lines(declared=order.sources, values=ordered.sources),
        seed=seed,
        items=items,
        assignment=assignment_of(state=freed, items=items, seed=seed, swapped=swapped, hashing=hashing),
    )
    return results.recorded(result=result, mode=state.manifest.mode)
