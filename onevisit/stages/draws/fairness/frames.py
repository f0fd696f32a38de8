"""The public files of a draw as the counts want them: receipt and frames from the database, one at a time."""

from collections.abc import Iterator, Mapping

from onevisit.core.draw import forms, frame
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.results import Receipt
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.public import seen_receipt


class StoredFrames(Mapping[str, Frame]):
    """The frames of a draw by item, each read when it is asked for: a frame may have a million lines."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def __getitem__(self, item: str) -> Frame:
        found = DrawItem.objects.filter(draw=self._draw, item=item).values_list("frame", flat=True).first()
        if found is None:
            raise KeyError(item)
        return frame.parse_frame(data=bytes(found))

    def __iter__(self) -> Iterator[str]:
        return iter(DrawItem.objects.filter(draw=self._draw).values_list("item", flat=True))

    def __len__(self) -> int:
        return DrawItem.objects.filter(draw=self._draw).count()


def receipt_of(draw: Draw) -> Receipt:
    """Read the receipt of a draw as everybody gets it."""
    data = seen_receipt.receipt_of(draw)
    if data is None:
        raise ValueError("a draw without a receipt is not counted")
    return forms.parse_receipt(data=data)
