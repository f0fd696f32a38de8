"""The receipt as everybody gets it: of an open draw without the rounds whose result the quorum has not seen yet.

A sealed draw waits with its opening; an open one is public already when a round follows. Its proof comes with the
witnesses, so until then the round would fail check V11 in every honest bundle.
"""

from dataclasses import replace

from onevisit.core.draw import forms
from onevisit.core.draw import receipt as core
from onevisit.stages.draws import modes
from onevisit.stages.draws.models import Draw
from onevisit.support.ledger import selectors as ledger


def rounds_of(draw: Draw) -> int:
    """Count the drawn rounds of a draw whose results may be public: those of an open one up to the first that waits."""
    entries = list(draw.rounds.filter(drawn_at__isnull=False).order_by("number").values_list("result_entry", flat=True))
    if not modes.is_open(draw):
        return len(entries)
    waiting = (n for n, entry in enumerate(entries) if entry is None or ledger.awaits_quorum(entry))
    return next(waiting, len(entries))


def receipt_of(draw: Draw) -> bytes | None:
    """Return the stored receipt, cut to the rounds that may be public."""
    if draw.receipt is None:
        return None
    data = bytes(draw.receipt)
    if not modes.is_open(draw) or not draw.rounds.filter(drawn_at__isnull=False).exists():
        return data
    receipt, seen = forms.parse_receipt(data=data), rounds_of(draw)
    if seen >= len(receipt.orders):
        return data
    return core.encode_receipt(
        receipt=replace(receipt, results=receipt.results[: seen + 1], orders=receipt.orders[:seen])
    )
