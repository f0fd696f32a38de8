"""One object's own place in a draw: its ticket in every round and item, and whether that drew it."""

from collections.abc import Iterator, Mapping

from onevisit.core.draw import grammar, tickets
from onevisit.core.draw.documents import Item
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.results import ItemDraw, Receipt


def explain(*, receipt: Receipt, object_id: str, frames: Mapping[str, Frame] | None) -> tuple[str, ...]:
    """Tell of every round and item where an object stands; the receipt has been verified before."""
    grammar.object_id(object_id, "id")
    return tuple(_lines(receipt, object_id, _strata(receipt, object_id, frames)))


def _strata(receipt: Receipt, object_id: str, frames: Mapping[str, Frame] | None) -> Mapping[str, str | None] | None:
    """Find the stratum of an object in each frame, None where it is absent; None without frames."""
    if frames is None:
        return None
    found: dict[str, str | None] = {}
    for item in receipt.manifest.items:
        frame = frames[item.item]
        found[item.item] = frame.strata[frame.ids.index(object_id)] if object_id in frame.ids else None
    return found


def _lines(receipt: Receipt, object_id: str, strata: Mapping[str, str | None] | None) -> Iterator[str]:
    gone: set[str] = set()
    for number, recorded in enumerate(receipt.results):
        if number:
            withdrawn = receipt.orders[number - 1].order.withdrawn
            if any(withdrawal.object_id == object_id for withdrawal in withdrawn):
                gone.update(item.item for item in receipt.manifest.items)
        for item, drawn in zip(receipt.manifest.items, recorded.result.items, strict=True):
            ticket = tickets.ticket(namespace=item.namespace, seed=recorded.result.seed, object_id=object_id)
            words = _words(item, drawn, object_id, ticket, strata, item.item in gone)
            yield f"ID {item.item} round {number} {ticket} {words}"
            if words.startswith("drawn "):
                gone.add(item.item)


def _words(
    item: Item,
    drawn: ItemDraw,
    object_id: str,
    ticket: str,
    strata: Mapping[str, str | None] | None,
    is_excluded: bool,
) -> str:
    for stratum in drawn.strata:
        if any(found.object_id == object_id for found in stratum.selected):
            return f"drawn {stratum.stratum}"
    if strata is not None and strata[item.item] is None:
        return "absent -"
    if is_excluded:
        return "excluded -"
    if strata is not None:
        return f"not-drawn {strata[item.item]}"
    possible = [
        stratum.stratum
        for stratum in drawn.strata
        if stratum.want > 0 and (stratum.cut >= ticket or len(stratum.selected) < stratum.want)
    ]
    return f"not-drawn-unless-in {','.join(possible) or '-'}"
