"""At the draw: the values of the room are those whose digest was logged before the keys; else a trace is left."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.refusals import Refused
from onevisit.stages.draws import declaring, events, room, values
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

Made = TypeVar("Made")


class SourceDiffers(DrawRefused):
    """The values of the room that are to be used are not those that the ledger has held the digest of."""

    def __init__(self, *, round_number: int) -> None:
        words = _(
            "现场取值与事先登记的不符，可能被改动，不能抽取。已留痕并预警。"
            "请执法监督核对两人的录入和取值照片，恢复原取值后再抽取。"
        )
        super().__init__(message=words, code="source_differs")
        self.round_number = round_number


def must_be_as_logged(draw: Draw) -> None:
    """Refuse values of the room that are not those of the one entry `draw.sourced` (draw-protocol.md section 7).

    Raises:
        SourceDiffers: they were changed since, or there is not exactly one such entry.
    """
    if room.logged(draw) != (_found(draw, round_number=0),):
        raise SourceDiffers(round_number=0)


def round_must_be_as_published(draw: Draw, *, round_number: int) -> None:
    """Refuse values of the room of a round that are not those that were published before its `t0`, each once.

    Raises:
        SourceDiffers: they were changed since.
    """
    rows = [row.value for row in draw.source_values.filter(round_number=round_number)]
    found = sorted(values.line_of(value) for value in rows if declaring.is_local(str(value.get("type", ""))))
    entries = ledger_state.timeline("draw", draw.pk).filter(event="draw.value_published")
    payloads = [canonical.parse(data=bytes(entry.payload)) for entry in entries]
    lines = [str(one["line"]) for one in payloads if one["round"] == str(round_number)]
    if found != sorted(line for line in lines if declaring.is_local(line.partition(":")[0])):
        raise SourceDiffers(round_number=round_number)


def noting_difference(act: Callable[..., Made]) -> Callable[..., Made]:
    """Let a draw leave one entry when it was refused for changed values, though nothing else of it stays."""

    @wraps(act)
    def watched(*, draw: Draw, actor: Actor, at: datetime) -> Made:
        try:
            with transaction.atomic():
                return act(draw=draw, actor=actor, at=at)
        except SourceDiffers as refused:
            event = events.SourceDiffers(subject=str(draw.pk), draw=draw.number, round=str(refused.round_number))
            noted = ledger_state.timeline("draw", draw.pk).filter(event=event.name)
            if event.round not in [canonical.parse(data=bytes(one.payload))["round"] for one in noted]:
                ledger.append(event, actor=actor, at=at)
            raise

    return watched


def _found(draw: Draw, *, round_number: int) -> str:
    """Return the digest of the values that stand, empty where what stands is no value at all."""
    try:
        return room.digest_of(draw, round_number=round_number)
    except Refused:
        return ""
