"""What a phone sends, read strictly: a message that is not as agreed is refused with the field and the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.attachments.services import Place

KINDS = ("entry", "unable", "answer", "opinion", "signature", "recusal", "submit")
ANSWERS = ("ok", "problem", "not_applicable", "not_checked")
SKIP_REASONS = ("not_operated", "site_not_ready", "needs_testing", "other")
PLACE_REASONS = ("register_wrong", "other_premises", "drift", "other")
CONFIRMATION_WAYS = ("badge", "pin", "certificate")
UNABLE_REASONS = ("closed", "moved", "refused", "not_found")
SIGNATURE_ROLES = ("party", "officer", "witness")
LONGEST_TEXT = 4000

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of a phone: its envelope read, its payload still to be read by kind."""

    inspection_id: UUID
    kind: str
    payload: Body
    device: str
    sequence: int
    recorded_at: datetime
    clock_offset_ms: int
    place: Place | None


@dataclass(frozen=True)
class Confirmation:
    """How one colleague's presence was confirmed; a scanned badge comes with what the code said."""

    officer_id: UUID
    way: str
    badge: str


@dataclass(frozen=True)
class Entry:
    """Two certified officers are there, the code was shown, the rights were told."""

    confirmed_by: tuple[UUID, ...]
    confirmations: tuple["Confirmation", ...]
    code_shown_at: datetime | None
    place_reason: str


@dataclass(frozen=True)
class AnswerGiven:
    """One observation on one item."""

    item_id: str
    answer: str
    result_type: str
    note: str
    skip_reason: str
    is_batch: bool
    batch_note: str
    base_version: int
    files: tuple[UUID, ...]


@dataclass(frozen=True)
class SignatureGiven:
    """A signature, or the reason why it was refused."""

    role: str
    name: str
    officer_id: UUID | None
    picture_id: UUID | None
    refused_reason: str


@dataclass(frozen=True)
class HandIn:
    """A department's part is handed in: which checklist, how many of each answer, which files belong to it."""

    checklist_sha256: str
    counts: dict[str, int]
    files: tuple[UUID, ...]


def read(body: object) -> Message:
    """Read the envelope of a message.

    Raises:
        VisitRefused: a field is missing or not of its kind.
    """
    if not isinstance(body, Mapping):
        raise _bad("body")
    kind = choice(body, "kind", KINDS)
    payload = body.get("payload")
    if not isinstance(payload, Mapping):
        raise _bad("payload")
    recorded_at = moment(body, "recorded_at")
    if recorded_at is None:
        raise _bad("recorded_at")
    return Message(
        inspection_id=identifier(body, "inspection"),
        kind=kind,
        payload=payload,
        device=text(body, "device", longest=64),
        sequence=integer(body, "sequence"),
        recorded_at=recorded_at,
        clock_offset_ms=integer(body, "clock_offset_ms", least=-(10**12)),
        place=read_place(body.get("place")),
    )


def read_entry(payload: Body) -> Entry:
    return Entry(
        confirmed_by=identifiers(payload, "confirmed_by"),
        confirmations=_confirmations(payload),
        code_shown_at=moment(payload, "code_shown_at"),
        place_reason=text(payload, "place_reason", longest=40),
    )


def _confirmations(payload: Body) -> tuple[Confirmation, ...]:
    rows = payload.get("confirmations", [])
    if not isinstance(rows, list) or len(rows) > 20 or not all(isinstance(row, Mapping) for row in rows):
        raise _bad("confirmations")
    return tuple(
        Confirmation(
            officer_id=identifier(row, "officer_id"),
            way=choice(row, "way", CONFIRMATION_WAYS),
            badge=text(row, "badge", longest=400),
        )
        for row in rows
    )


def read_answer(payload: Body) -> AnswerGiven:
    return AnswerGiven(
        item_id=text(payload, "item_id", longest=80),
        answer=choice(payload, "answer", ANSWERS),
        result_type=text(payload, "result_type", longest=20),
        note=text(payload, "note"),
        skip_reason=text(payload, "skip_reason", longest=40),
        is_batch=flag(payload, "is_batch"),
        batch_note=text(payload, "batch_note", longest=200),
        base_version=integer(payload, "base_version"),
        files=identifiers(payload, "files"),
    )


def read_signature(payload: Body) -> SignatureGiven:
    return SignatureGiven(
        role=choice(payload, "role", SIGNATURE_ROLES),
        name=text(payload, "name", longest=60),
        officer_id=identifier(payload, "officer_id") if payload.get("officer_id") else None,
        picture_id=identifier(payload, "strokes_png_file") if payload.get("strokes_png_file") else None,
        refused_reason=text(payload, "refused_reason", longest=200),
    )


def read_hand_in(payload: Body) -> HandIn:
    counts = payload.get("counts")
    if not isinstance(counts, Mapping):
        raise _bad("counts")
    return HandIn(
        checklist_sha256=text(payload, "checklist_sha256", longest=64),
        counts={answer: integer(counts, answer) for answer in ANSWERS},
        files=identifiers(payload, "files"),
    )


def read_place(value: object) -> Place | None:
    """Read a place; none at all is allowed, half a one is not."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise _bad("place")
    latitude, longitude = number(value, "latitude", most=90), number(value, "longitude", most=180)
    accuracy = number(value, "accuracy_m", most=9_999_999) if value.get("accuracy_m") is not None else None
    return Place(
        latitude=latitude.quantize(Decimal("0.000001")),
        longitude=longitude.quantize(Decimal("0.000001")),
        accuracy_m=accuracy.quantize(Decimal("0.1")) if accuracy is not None else None,
    )


def text(body: Body, name: str, *, longest: int = LONGEST_TEXT) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value:
        raise _bad(name)
    if len(value) > longest:
        raise VisitRefused(
            code="too_long",
            message=_("“%(name)s”最多 %(count)s 字。") % {"name": name, "count": longest},
            fix=_("请缩短文字，详细情况可另附照片。"),
            field=name,
        )
    return value.strip()


def choice(body: Body, name: str, allowed: tuple[str, ...]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise _bad(name)
    return value


def flag(body: Body, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise _bad(name)
    return value


def integer(body: Body, name: str, *, least: int = 0, most: int = 2**53) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _bad(name)
    return value


def number(body: Body, name: str, *, most: int) -> Decimal:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
        raise _bad(name)
    return Decimal(str(value))


def moment(body: Body, name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _bad(name)
    return found


def identifier(body: Body, name: str) -> UUID:
    value = body.get(name)
    try:
        return UUID(value) if isinstance(value, str) else _fail(name)
    except ValueError:
        raise _bad(name) from None


def identifiers(body: Body, name: str) -> tuple[UUID, ...]:
    values = body.get(name, [])
    if not isinstance(values, list) or len(values) > 1000:
        raise _bad(name)
    return tuple(dict.fromkeys(identifier({name: value}, name) for value in values))


def _fail(name: str) -> UUID:
    raise _bad(name)


def _bad(name: str) -> VisitRefused:
    return VisitRefused(
        code="bad_message",
        message=_("上传内容的“%s”缺少或格式不符，服务器没有收下。") % name,
        fix=_("内容仍在本机。请更新现场应用后重试，或点“求助”交值班人员处理。"),
        field=name,
    )
