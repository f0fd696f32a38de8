"""The seed: a value typed by two people, then the departments' keys, all before `t0`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms, results, seeds, sources
from onevisit.stages.draws import documents, events, readiness
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem, TypedValue
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.committing import counted
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

_HEX = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"[0-9]+")


class Outcome(StrEnum):
    """What came of a typing."""

    FIRST = "first"
    AGREED = "agreed"
    DIFFERED = "differed"


@dataclass(frozen=True, kw_only=True)
class Typing:
    """What came of a typing; a difference names the position only, never the digit."""

    outcome: Outcome
    position: int = 0


@transaction.atomic
def type_value(*, draw: Draw, digits: str, evidence_sha256: str, actor: Actor, at: datetime) -> Typing:
    """Type the ceremony's value; the second person's typing is compared, and a difference sets both aside.

    Raises:
        DrawRefused: the form is wrong, the same person or the organiser types twice, or it is too late.
    """
    capacity = actor.must("draw.type", draw)
    own = capacity.department_id
    held = counted(draw=draw, at=at)
    DRAW.next(state=held.state, verb="draw.type")
    given = digits.replace(" ", "")
    if not _DIGITS.fullmatch(given) or len(given) != held.ceremony_length:
        raise DrawRefused(message=_("请录入 %(n)s 位数字。") % {"n": held.ceremony_length}, field="digits")
    if not _HEX.fullmatch(evidence_sha256):
        raise DrawRefused(message=_("请附上公证摇号记录的照片或扫描件。"), field="evidence")
    _check_before_keys(held, at)
    standing = list(held.typed_values.filter(is_superseded=False).order_by("typed_at"))
    if any(value.typed_by == actor.id for value in standing):
        raise DrawRefused(message=_("您已录入。另一次须由他人录入。"), code="same_person")
    if len(standing) > 1:
        raise DrawRefused(message=_("两人已录入一致，不再录入。"), code="agreed")
    if standing and all(is_organisers(held, department_id) for department_id in (standing[0].department_id, own)):
        raise DrawRefused(
            message=_("已录入的一次出自组织单位。另一次须由公证员或其他部门录入，不能两次都由组织单位录入。"),
            code="same_organ",
        )
    TypedValue.objects.create(
        draw=held,
        digits=given,
        evidence_sha256=evidence_sha256,
        typed_by=actor.id,
        department_id=own,
        typed_at=at,
    )
    event = events.ValueTyped(subject=str(held.pk), draw=held.number, evidence_sha256=evidence_sha256)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return _compared(held, standing, given, actor=actor, at=at)


@transaction.atomic
def source(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Fix the value that two people typed alike, before any key is handed over.

    Raises:
        DrawRefused: two typings that agree are not there yet, or it is too late.
    """
    capacity = actor.must("draw.source", draw)
    held = counted(draw=draw, at=at)
    held.state = DRAW.next(state=held.state, verb="draw.source")
    _check_before_keys(held, at)
    typed = list(held.typed_values.filter(is_superseded=False).order_by("typed_at"))
    if len(typed) != 2:
        raise DrawRefused(message=_("公证摇号须由两人分别录入且一致，现有 %(n)s 次。") % {"n": len(typed)})
    held.sources = _sources_file(held, typed)
    values = forms.parse_sources(data=held.sources).sources
    manifest = forms.parse_manifest(data=bytes(held.manifest or b""))
    sources.source_lines(declared=manifest.sources, values=values)
    event = events.DrawSourced(subject=str(held.pk), draw=held.number, digest=results.sources_digest(values=values))
    held.source_entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    held.sourced_at = at
    held.save(update_fields=["state", "sources", "source_entry", "sourced_at"])
    return held


@transaction.atomic
def hand_key(*, item: DrawItem, key: str, actor: Actor, at: datetime) -> DepartmentKey:
    """Take over a department's key; it must open the commitment, and come 60 seconds before `t0` at the latest.

    Raises:
        DrawRefused: too early, too late, twice, or not the key that was committed to.
    """
    capacity = actor.must("draw.hand_key", item)
    held = locked(item.draw)
    DRAW.next(state=held.state, verb="draw.hand_key")
    if held.source_entry is None or not ledger_state.is_witnessed(held.source_entry):
        raise DrawRefused(message=_("来源取值尚未见证，请稍候再交出密钥。"), code="unwitnessed")
    _check_before(held, at, readiness.KEY_MARGIN)
    row = DepartmentKey.objects.select_for_update().get(draw=held, party=item.item)
    if row.handed_at is not None:
        raise DrawRefused(message=_("本部门密钥已交出。"), code="twice")
    if not _HEX.fullmatch(key) or seeds.key_commitment(draw=held.number, party=row.party, key=key) != row.commitment:
        raise DrawRefused(message=_("密钥与承诺不符。请选择本次抽取生成的密钥文件。"), field="key")
    row.key, row.handed_at, row.handed_by = key, at, actor.id
    row.save(update_fields=["key", "handed_at", "handed_by"])
    event = events.KeyHanded(subject=str(held.pk), draw=held.number, party=row.party, commitment=row.commitment)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    if not held.keys.filter(handed_at__isnull=True).exists():
        held.state = DRAW.next(state=held.state, verb="draw.close_keys")
        held.save(update_fields=["state"])
    return row


def is_organisers(draw: Draw, department_id: UUID | None) -> bool:
    """Say whether an organ stands on the organiser's side: its own, or the coordination office that runs the draw."""
    if department_id is None or department_id == draw.organiser_id:
        return True
    return identity.is_coordination_office(department_id)


def _compared(draw: Draw, standing: list[TypedValue], given: str, *, actor: Actor, at: datetime) -> Typing:
    if not standing:
        return Typing(outcome=Outcome.FIRST)
    first = standing[0].digits
    position = next((n for n, (one, other) in enumerate(zip(first, given, strict=True), 1) if one != other), 0)
    if not position:
        return Typing(outcome=Outcome.AGREED)
    draw.typed_values.filter(is_superseded=False).update(is_superseded=True)
    event = events.TypingsDiffered(subject=str(draw.pk), draw=draw.number, position=position)
    ledger.append(event, actor=actor, at=at)
    return Typing(outcome=Outcome.DIFFERED, position=position)


def _sources_file(draw: Draw, typed: list[TypedValue]) -> bytes:
    value: dict[str, Json] = {
        "type": documents.SOURCE,
        "protocol": draw.ceremony_protocol,
        "digits": typed[0].digits,
        "evidence_sha256": typed[0].evidence_sha256,
        "typed_by": [name_of(actor_id=value.typed_by) for value in typed],
    }
    return canonical.encode(value={"v": "srd1", "kind": "sources", "draw": draw.number, "sources": [value]})


def name_of(*, actor_id: str) -> str:
    """Turn the id of an actor into a name of the protocol."""
    return actor_id.replace(":", "-")


def _check_before_keys(draw: Draw, at: datetime) -> None:
    _check_before(draw, at, readiness.KEY_MARGIN)


def _check_before(draw: Draw, at: datetime, margin: timedelta) -> None:
    if draw.t0 is None or draw.t0 - at < margin:
        raise DrawRefused(message=_("距 T0 不足 1 分钟，来源和密钥都不再接收。本次抽取须按程序作废。"), code="late")
