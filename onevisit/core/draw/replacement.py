"""Replacement rounds: whether an order stands, and whom fresh randomness puts in the place of the withdrawn."""

from collections import Counter
from collections.abc import Mapping

from onevisit.core.draw import sources, tickets
from onevisit.core.draw.documents import Grounds, Order
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.grammar import unix
from onevisit.core.draw.history import History
from onevisit.core.draw.results import ItemDraw
from onevisit.core.refusals import Refused


def check_order(*, history: History, order: Order) -> None:
    """Refuse an order that does not follow from what the draw has come to."""
    manifest = history.manifest
    if order.round_number != history.round_number + 1 or order.round_number > manifest.max_rounds:
        raise Refused("E_ROUNDS", f"round {order.round_number} does not follow or is beyond {manifest.max_rounds}")
    if order.draw != manifest.draw:
        raise Refused("E_DRAW", f"the order is of draw {order.draw}")
    if history.is_infeasible:
        raise Refused("E_INFEASIBLE", "no round follows an assignment that is infeasible")
    if order.prev != history.prev:
        raise Refused("E_PREV", "the order is not bound to the result before it")
    if unix(order.t0) <= unix(history.t0):
        raise Refused("E_T0", f"{order.t0} is not later than {history.t0}")
    if [source.type for source in order.sources] != [source.type for source in manifest.sources]:
        raise Refused("E_SOURCE_MISMATCH", "the types of the sources are not those of the manifest")
    sources.check_declared(declared=order.sources, t0=order.t0, used=history.sources)
    if not order.withdrawn and not order.swapped:
        raise Refused("E_EMPTY", "the order withdraws and swaps nothing")
    _check_withdrawn(history, order)
    _check_swapped(history, order)


def wanted(*, history: History, order: Order) -> dict[str, dict[str, int]]:
    """Count for each item and stratum how many objects an order takes away."""
    result: dict[str, dict[str, int]] = {}
    for item in history.manifest.items:
        selected = history.selected[item.item]
        gone = Counter(selected[w.object_id] for w in order.withdrawn if w.object_id in selected)
        result[item.item] = {stratum.id: gone[stratum.id] for stratum in item.strata}
    return result


def substitutes(*, history: History, order: Order, frames: Mapping[str, Frame], seed: str) -> tuple[ItemDraw, ...]:
    """Draw substitutes for the withdrawn from whoever was never selected in the item nor withdrawn in the draw."""
    quotas = wanted(history=history, order=order)
    withdrawn = history.withdrawn | {withdrawal.object_id for withdrawal in order.withdrawn}
    return tuple(
        ItemDraw(
            item=item.item,
            strata=tickets.select(
                frame=frames[item.item],
                quotas=quotas[item.item],
                namespace=item.namespace,
                seed=seed,
                barred=history.selected[item.item].keys() | withdrawn,
            ),
        )
        for item in history.manifest.items
    )


def _check_withdrawn(history: History, order: Order) -> None:
    for withdrawal in order.withdrawn:
        is_selected = any(withdrawal.object_id in objects for objects in history.selected.values())
        if not is_selected or withdrawal.object_id in history.withdrawn:
            raise Refused("E_WITHDRAWN", f"{withdrawal.object_id} is not selected now")
        _check_grounds(withdrawal.grounds, history.manifest.reasons)


def _check_swapped(history: History, order: Order) -> None:
    withdrawn = {withdrawal.object_id for withdrawal in order.withdrawn}
    for swap in order.swapped:
        if (swap.visit, swap.slot) not in history.held or swap.visit in withdrawn:
            raise Refused("E_SWAP", f"slot {swap.slot} of {swap.visit} is not held or its visit is withdrawn")
        _check_grounds(swap.grounds, history.manifest.swap_reasons)


def _check_grounds(grounds: Grounds, reasons: tuple[str, ...]) -> None:
    if grounds.reason not in reasons:
        raise Refused("E_REASON", f"{grounds.reason} is not one of the reasons of the manifest")
    if grounds.proposer == grounds.confirmer:
        raise Refused("E_CONFIRM", f"{grounds.proposer} confirms his own proposal")
