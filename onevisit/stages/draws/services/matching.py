"""At the draw: values and pseudonyms are those that were fixed before anybody could choose; else a trace is left."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial, wraps
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import grammar, room_values
from onevisit.core.refusals import Refused
from onevisit.stages.draws import differing_events, events, modes
from onevisit.stages.draws.models import Draw, Pseudonym
from onevisit.stages.draws.moments import MomentDiffers, note_moment, row_of
from onevisit.stages.draws.pool import behind, naming
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import declaring, room, values
from onevisit.stages.draws.void_reasons import ROWS_CHANGED, label_of
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

Made = TypeVar("Made")


class SourceDiffers(DrawRefused):
    """The values that are to be used are not those that the ledger has held, or held the digest of."""

    def __init__(self, *, round_number: int) -> None:
        words = _(
            "来源取值与事先登记、公布的不符，可能被改动，不能抽取。已留痕并预警。"
            "请执法监督核对两人的录入和取值照片，恢复原取值后再抽取；"
            "无法恢复的，申请作废，原因选“取值与登记的不符”。"
        )
        super().__init__(message=words, code="source_differs")
        self.round_number = round_number


class OfficersDiffer(DrawRefused):
    """Behind a pseudonym of the roster stands another person than at the freeze."""

    def __init__(self) -> None:
        words = _(
            "执法人员或其化名与冻结时的不符，可能被调换，不能抽取。已留痕并预警。"
            "请执法监督核对，运维按冻结时的名册恢复名录库和化名后再抽取。"
        )
        words += _lost_words()
        super().__init__(message=words, code="officers_differ")


class ReceiptDiffers(OfficersDiffer):
    """The stored result is not the one whose digest the ledger holds."""

    def __init__(self) -> None:
        words = _(
            "保存的抽取结果与留痕里的指纹不符，可能被改动，不能继续。已留痕并预警。"
            "请执法监督核对，运维恢复抽取时的结果后再办理。"
        )
        DrawRefused.__init__(self, message=words, code="receipt_differs")


class TargetsDiffer(DrawRefused):
    """Behind an id of the frame stands another row of the register than at the freeze."""

    def __init__(self) -> None:
        words = _(
            "检查对象的编号与冻结时的不符，可能被调换，不能继续。已留痕并预警。"
            "请执法监督核对，运维按冻结时的名单恢复检查对象库后再办。"
        )
        words += _lost_words()
        super().__init__(message=words, code="targets_differ")


def _lost_words() -> str:
    """Say the way out where what the freeze fixed is lost, or the registers cannot be brought back."""
    return _("无法恢复的，申请作废，原因选“{reason}”。").format(reason=label_of(ROWS_CHANGED))


def must_be_as_named(draw: Draw) -> None:
    """Refuse pseudonyms that are not made of the draw's salt and the officer behind them, and other rows behind ids.

    Who could exchange two of them when the result is known would choose who goes or who is visited, and no receipt
    would show it.

    Raises:
        OfficersDiffer: one was changed since the freeze, or another person stands behind one.
        TargetsDiffer: another row of the register stands behind an id of the frame.
    """
    for row in Pseudonym.objects.filter(draw=draw):
        if row.pseudonym != naming.pseudonym_of(salt=draw.salt, inspector_id=row.inspector_id):
            raise OfficersDiffer
    if behind.have_officers_changed(draw):
        raise OfficersDiffer
    if behind.have_targets_changed(draw):
        raise TargetsDiffer


def must_be_as_logged(draw: Draw) -> UUID:
    """Return the one entry `draw.sourced`; refuse values of the room that are not its own (draw-protocol.md section 7).

    Raises:
        SourceDiffers: they were changed since, or there is not exactly one such entry.
    """
    entries = room.logged(draw)
    if [digest for digest, _entry in entries] != [_found(draw, round_number=0)]:
        raise SourceDiffers(round_number=0)
    return entries[0][1]


def must_be_as_published(draw: Draw, *, round_number: int) -> None:
    """Refuse typed values that are not those that the ledger published, each once.

    These are the public ones that people typed, in a round the values of the room as well. The beacon proves itself.

    Raises:
        SourceDiffers: they were changed since, or no entry holds them.
    """
    rows = [row.value for row in draw.source_values.filter(round_number=round_number)]
    is_one = partial(room_values.is_published, round_number=round_number)
    found = sorted(_line(value) for value in rows if is_one(type_=str(value.get("type", ""))))
    entries = room.published(draw, round_number=round_number)
    lines = sorted(line for line, _entry in entries if is_one(type_=room.type_of(line)))
    if found == lines:
        return
    has_room = any(declaring.is_local(room.type_of(line)) for line in lines)
    if round_number and not has_room and _is_of_before(draw, round_number=round_number):
        found = [line for line in found if not declaring.is_local(room.type_of(line))]
    if found != lines:
        raise SourceDiffers(round_number=round_number)


def _is_of_before(draw: Draw, *, round_number: int) -> bool:
    """Tell whether a round was ordered, as the ledger holds it, before values of the room were published in rounds."""
    orders = ledger_state.timeline("draw", draw.pk).filter(event="draw.ordered", subject=str(draw.pk))
    payloads = [(canonical.parse(data=bytes(entry.payload)), entry.at) for entry in orders]
    moments = [at.timestamp() for payload, at in payloads if payload["round"] == str(round_number)]
    return bool(moments) and max(moments) < grammar.unix(room_values.SINCE)


def _line(value: Mapping[str, Json]) -> str:
    """Return the line of a value, what can be no line where what stands is no value at all."""
    try:
        return values.line_of(value)
    except Refused:
        return str(value.get("type", ""))


def noting_difference(act: Callable[..., Made]) -> Callable[..., Made]:
    """Let a draw leave one entry when it was refused for what was changed, though nothing else of it stays."""

    @wraps(act)
    def watched(*, draw: Draw, actor: Actor, at: datetime, **more: object) -> Made:
        try:
            with transaction.atomic():
                return act(draw=draw, actor=actor, at=at, **more)
        except SourceDiffers as refused:
            note_difference(draw, round_number=refused.round_number, at=at)
            raise
        except OfficersDiffer:
            note_officers(draw, at=at)
            raise
        except MomentDiffers:
            note_moment(draw, at=at)
            raise
        except TargetsDiffer:
            note_targets(draw, at=at)
            raise

    return watched


def is_changed(draw: Draw, *, round_number: int) -> bool:
    """Tell whether a draw, or a round, was refused for changed values that are still not what the ledger holds."""
    if str(round_number) not in _noted(draw):
        return False
    try:
        if round_number == 0:
            must_be_as_logged(draw)
        must_be_as_published(draw, round_number=round_number)
    except SourceDiffers:
        return True
    return False


def have_rows_changed(draw: Draw) -> bool:
    """Tell whether a draw was stopped for other people or objects behind its rows, and would be once more.

    Nobody asks of one that can no longer be given up: its visits are over.
    """
    if not modes.allows(draw, verb="draw.void"):
        return False
    names = (
        differing_events.OfficersDiffer.name,
        differing_events.TargetsDiffer.name,
        differing_events.TeamDiffers.name,
    )
    if not ledger_state.timeline("draw", draw.pk).filter(event__in=names, subject=str(draw.pk)).exists():
        return False
    try:
        must_be_as_named(draw)
    except (OfficersDiffer, TargetsDiffer):
        return True
    return False


@transaction.atomic
def note_difference(draw: Draw, *, round_number: int, at: datetime) -> None:
    """Leave the entry of the platform's own finding, one a round however often and by whomever it is tried."""
    held = row_of(draw)
    if str(round_number) not in _noted(held):
        event = differing_events.SourceDiffers(subject=str(held.pk), draw=held.number, round=str(round_number))
        ledger.append(event, actor=SYSTEM, at=at)


@transaction.atomic
def note_officers(draw: Draw, *, at: datetime) -> None:
    """Leave one entry of a draw however often it is tried."""
    held = row_of(draw)
    _note_once(held, differing_events.OfficersDiffer(subject=str(held.pk), draw=held.number), at=at)


@transaction.atomic
def note_targets(draw: Draw, *, at: datetime) -> None:
    """Leave one entry of a draw however often it is tried."""
    held = row_of(draw)
    _note_once(held, differing_events.TargetsDiffer(subject=str(held.pk), draw=held.number), at=at)


def _note_once(draw: Draw, event: events.PublicDrawEvent, *, at: datetime) -> None:
    if not ledger_state.timeline("draw", draw.pk).filter(event=event.name, subject=str(draw.pk)).exists():
        ledger.append(event, actor=SYSTEM, at=at)


def _noted(draw: Draw) -> list[str]:
    entries = ledger_state.timeline("draw", draw.pk).filter(
        event=differing_events.SourceDiffers.name, subject=str(draw.pk)
    )
    return [str(canonical.parse(data=bytes(one.payload))["round"]) for one in entries]


def _found(draw: Draw, *, round_number: int) -> str:
    """Return the digest of the values that stand, empty where what stands is no value at all."""
    try:
        return room.digest_of(draw, round_number=round_number)
    except Refused:
        return ""
