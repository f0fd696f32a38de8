"""The part of verification that looks at what a round selected: wants, tickets, order, cuts and substitutes."""

from collections.abc import Mapping

from onevisit.core.draw import replacement, results, sources, tickets
from onevisit.core.draw.documents import Manifest, OrderedRound
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.history import History
from onevisit.core.draw.receipt import round_seed
from onevisit.core.draw.results import Result
from onevisit.core.draw.tickets import StratumDraw
from onevisit.core.refusals import Refused


def expect(expected: object, found: object, what: str) -> None:
    """Refuse a value that re-computes differently."""
    if expected != found:
        raise Refused("E_MISMATCH", f"{what} re-computes differently")


def check_tickets(
    *, manifest: Manifest, result: Result, wanted: Mapping[str, Mapping[str, int]], is_exact: bool
) -> None:
    """Check everything about a selection that can be checked without the frames.

    Args:
        is_exact: whether each stratum must have as many as it wants; a replacement round may run out.
    """
    expect([item.item for item in manifest.items], [item.item for item in result.items], "the items")
    for item, drawn in zip(manifest.items, result.items, strict=True):
        strata = [stratum.id for stratum in item.strata]
        expect(strata, [stratum.stratum for stratum in drawn.strata], f"the strata of item {item.item}")
        for stratum in drawn.strata:
            where = f"stratum {stratum.stratum} of item {item.item}"
            expect(wanted[item.item][stratum.stratum], stratum.want, f"the number wanted in {where}")
            _check_stratum(stratum, where, item.namespace, result.seed, is_exact)
        ids = [found.object_id for stratum in drawn.strata for found in stratum.selected]
        if len(set(ids)) != len(ids):
            raise Refused("E_MISMATCH", f"item {item.item} selects an object twice")


def check_round(*, state: History, ordered: OrderedRound, result: Result, frames: Mapping[str, Frame] | None) -> None:
    """Check a replacement round but for its officers."""
    order = ordered.order
    replacement.check_order(history=state, order=order)
    lines = sources.source_lines(declared=order.sources, values=ordered.sources)
    expect(lines, result.source_lines, "the source lines")
    expect(results.sources_digest(values=ordered.sources), result.sources_digest, "the digest of the sources")
    expect(state.manifest.draw, result.draw, "the number of the draw")
    expect(order.round_number, result.round_number, "the round")
    expect(order.digest, result.basis, "the order digest")
    expect(state.prev, result.prev, "the digest of the result before")
    expect(round_seed(seed=state.seed, ordered=ordered), result.seed, "the seed")
    wanted = replacement.wanted(history=state, order=order)
    check_tickets(manifest=state.manifest, result=result, wanted=wanted, is_exact=False)
    _check_fresh(state, ordered, result)
    if frames is not None:
        expected = replacement.substitutes(history=state, order=order, frames=frames, seed=result.seed)
        expect(expected, result.items, "the substitutes")


def _check_fresh(state: History, ordered: OrderedRound, result: Result) -> None:
    withdrawn = state.withdrawn | {withdrawal.object_id for withdrawal in ordered.order.withdrawn}
    for item in result.items:
        for stratum in item.strata:
            for drawn in stratum.selected:
                if drawn.object_id in state.selected[item.item] or drawn.object_id in withdrawn:
                    raise Refused("E_MISMATCH", f"{drawn.object_id} cannot be a substitute in item {item.item}")


def _check_stratum(stratum: StratumDraw, where: str, namespace: str, seed: str, is_exact: bool) -> None:
    count = len(stratum.selected)
    if count > stratum.want or (is_exact and count != stratum.want):
        raise Refused("E_MISMATCH", f"{where} has {count} objects and wants {stratum.want}")
    pairs = [(drawn.ticket, drawn.object_id) for drawn in stratum.selected]
    if pairs != sorted(pairs):
        raise Refused("E_MISMATCH", f"{where} is not in ticket order")
    expect(pairs[-1][0] if pairs else "", stratum.cut, f"the cut of {where}")
    for found, object_id in pairs:
        again = tickets.ticket(namespace=namespace, seed=seed, object_id=object_id)
        expect(again, found, f"the ticket of {object_id} in {where}")
