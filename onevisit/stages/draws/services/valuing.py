"""The values of the sources: typed by two people, or carried in with the beacon's own signature; each fixed once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms
from onevisit.stages.draws import documents, modes, policies, readiness
from onevisit.stages.draws.models import Draw, SourceValue, TypedValue
from onevisit.stages.draws.public.persons import person_of
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import differing_typings
from onevisit.stages.draws.services.committing import counted
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.sources import declaring, room, source_events, typists, values
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

_HEX = re.compile(r"[0-9a-f]{64}")


class Outcome(StrEnum):
    """What came of a typing."""

    FIRST = "first"
    AGREED = "agreed"
    DIFFERED = "differed"


@dataclass(frozen=True, kw_only=True)
class Typing:
    """What came of a typing; a difference names the position only, never the digit.

    `is_kept`: of the two that differ the one of an organ outside stays.
    """

    outcome: Outcome
    position: int = 0
    is_kept: bool = False


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Whose values are wanted now: those of the draw or of its open round, made in the room or public ones."""

    round_number: int
    t0: datetime
    declared: tuple[Mapping[str, Any], ...]
    is_local: bool

    def open_positions(self, draw: Draw) -> list[int]:
        """Return the places of the sources that are of this phase and have no value yet."""
        fixed = set(draw.source_values.filter(round_number=self.round_number).values_list("position", flat=True))
        return [
            position
            for position, source in enumerate(self.declared)
            if position not in fixed and declaring.is_local(str(source["type"])) == self.is_local
        ]


def phase_of(draw: Draw, *, at: datetime) -> Phase | None:
    """Return whose values are wanted now, None when none are.

    Local values come before the keys, public ones at `t0` and after them (draw-protocol.md section 7): digits that
    people make are never taken once a key is in. An open draw has no keys: its public values follow on the logged ones.
    """
    if draw.state in ("preparing", "frozen") or draw.t0 is None:
        return None
    if modes.is_running(draw):
        return _round_phase(draw, at=at)
    if draw.state == "sourced" and not modes.is_open(draw):
        return None
    is_local = draw.state in ("waiting", "committed")
    return Phase(round_number=0, t0=draw.t0, declared=_documents(documents.declared_sources(draw)), is_local=is_local)


def wanted(draw: Draw, *, at: datetime) -> Mapping[str, Any] | None:
    """Return the declaration of the source whose value is to be brought in next, None when none is."""
    phase = phase_of(draw, at=at)
    places = phase.open_positions(draw) if phase else []
    if phase is None or not places or (not phase.is_local and at < phase.t0):
        return None
    return phase.declared[places[0]]


def typed_now(draw: Draw, *, at: datetime) -> int:
    """Return how many typings stand of the source that is wanted now."""
    phase = phase_of(draw, at=at)
    places = phase.open_positions(draw) if phase else []
    return _standing(draw, phase.round_number, places[0]).count() if phase and places else 0


def has_typed(draw: Draw, *, actor: Actor, at: datetime) -> bool:
    """Say whether somebody has typed the value that is wanted now, and has nothing of it to correct."""
    phase = phase_of(draw, at=at)
    places = phase.open_positions(draw) if phase else []
    standing = list(_standing(draw, phase.round_number, places[0])) if phase and places else []
    is_his = any(typing.typed_by == actor.id for typing in standing)
    return is_his and differing_typings.to_correct(standing, actor=actor) is None


def wanted_beacon(draw: Draw, *, at: datetime) -> Mapping[str, Any] | None:
    """Return the declaration of the beacon's round that a draw waits for, None when it waits for none."""
    phase = phase_of(draw, at=at)
    if phase is None or phase.is_local or at < phase.t0:
        return None
    places = [n for n in phase.open_positions(draw) if phase.declared[n]["type"] == declaring.DRAND]
    return phase.declared[places[0]] if places else None


@transaction.atomic
def type_value(*, draw: Draw, digits: str, evidence_sha256: str, device: str, actor: Actor, at: datetime) -> Typing:
    """Type the next source's value; the second person's typing is compared, and a difference sets both aside.

    Args:
        device: what the browser is known by; only a digest of it under this draw is kept.

    Raises:
        DrawRefused: the form is wrong, the same person, device or the organiser types twice, or it is too late or
            too early.
    """
    capacity = actor.must("draw.type", draw)
    held = counted(draw=draw, at=at)
    modes.step(held, verb="draw.type")
    phase, position = _place(held, at=at, is_typed=True)
    declared = phase.declared[position]
    given = values.read(declared=declared, text=digits)
    if not _HEX.fullmatch(evidence_sha256):
        raise DrawRefused(message=_("请附上取值记录的照片或扫描件。"), field="evidence")
    standing = list(_standing(held, phase.round_number, position))
    own = None if phase.is_local else differing_typings.to_correct(standing, actor=actor)
    standing = [typing for typing in standing if typing != own]
    _check_typist(held, standing, type_=str(phase.declared[position]["type"]), actor=actor, capacity=capacity)
    mark = _marked(held, standing, device)
    if own is not None:
        differing_typings.withdraw(held, own, actor=actor, at=at, capacity=capacity)
    typing = TypedValue.objects.create(
        draw=held,
        round_number=phase.round_number,
        position=position,
        digits=given,
        evidence_sha256=evidence_sha256,
        typed_by=actor.id,
        department_id=capacity.department_id,
        typed_at=at,
        device=mark,
    )
    event = source_events.ValueTyped(
        subject=str(held.pk),
        draw=held.number,
        evidence_sha256=evidence_sha256,
        device=mark[:16],
        typing=str(typing.pk),
        department=typing.department.code if typing.department else "",
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    if not standing:
        return Typing(outcome=Outcome.FIRST)
    return _compared(held, phase, position, standing[0], typing, actor=actor, at=at)


@transaction.atomic
def carry_value(*, draw: Draw, signature: str, actor: Actor, at: datetime) -> SourceValue:
    """Bring in the beacon's signature for the declared round; it proves itself, so one person or a relay is enough.

    Raises:
        DrawRefused: it is not wanted now, or does not sign the declared round.
    """
    capacity = actor.must("draw.carry", draw)
    held = locked(draw)
    modes.step(held, verb="draw.carry")
    phase, position = _place(held, at=at, is_typed=False)
    value = values.beacon(declared=phase.declared[position], text=signature)
    return _fix(held, phase, position, value, actor=actor, at=at, capacity=capacity)


def complete(draw: Draw, *, round_number: int, declared: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Return the values of all declared sources in their order.

    Raises:
        DrawRefused: one is not there yet; the message names it.
    """
    fixed = dict(draw.source_values.filter(round_number=round_number).values_list("position", "value"))
    missing = [str(declaring.LABELS[str(source["type"])]) for n, source in enumerate(declared) if n not in fixed]
    if missing:
        raise DrawRefused(message=_("来源还没有取值：%s。") % "、".join(missing), code="missing")
    return [fixed[position] for position in range(len(declared))]


def is_organisers(draw: Draw, department_id: UUID | None) -> bool:
    """Say whether an organ stands on the organiser's side: its own, its host, or the office that runs the draw."""
    if department_id is None or department_id in draw.organising_ids():
        return True
    return identity.is_coordination_office(department_id)


def who_types(draw: Draw, *, type_: str) -> str:
    """Say who may type a value, for the screens on which it is typed."""
    if declaring.is_local(type_):
        return _("两人在两台设备上分别录入，至少一人来自组织单位以外；录入前看不到对方的数字。")
    words = _(
        "两人在两台设备上分别录入，至少一人来自不组织、不协调、不参加本次抽取的公证或执法监督单位（托管单位除外），"
        "各自对照官方公布的取值；录入前看不到对方的录入。"
    )
    return words if modes.is_open(draw) else words + _("密钥已交出，参加部门不录入。")


def local_margin(draw: Draw) -> timedelta:
    """Return how long before `t0` the values made in the room are logged at the latest."""
    return readiness.VALUES_MARGIN if modes.is_open(draw) else readiness.KEY_MARGIN


def check_before(t0: datetime | None, at: datetime, margin: timedelta) -> None:
    """Refuse what comes too near to a `t0`."""
    if t0 is None or t0 - at < margin:
        words = _("距 T0 不足 %(n)s 分钟，来源和密钥都不再接收。本次抽取须按程序作废。")
        raise DrawRefused(message=words % {"n": int(margin.total_seconds()) // 60}, code="late")


def _round_phase(draw: Draw, *, at: datetime) -> Phase | None:
    pending = draw.rounds.pending().first()
    if pending is None:
        return None
    document = canonical.parse(data=bytes(pending.order))
    assert isinstance(document, dict)
    declared = document["sources"]
    assert isinstance(declared, list)
    return Phase(round_number=pending.number, t0=pending.t0, declared=_documents(declared), is_local=at < pending.t0)


def _documents(declared: Sequence[Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(dict(source) for source in declared)


def _place(draw: Draw, *, at: datetime, is_typed: bool) -> tuple[Phase, int]:
    """Return the phase and the place of the source that is to be typed, or carried in, now."""
    phase = phase_of(draw, at=at)
    if phase is None:
        raise DrawRefused(message=_("现在没有待录入的来源。"), code="none")
    if phase.is_local:
        check_before(phase.t0, at, local_margin(draw) if phase.round_number == 0 else readiness.KEY_MARGIN)
    elif at < phase.t0:
        raise DrawRefused(
            message=_("公开来源在 T0（%s）之后才有取值，此前不能录入。")
            % f"{timezone.localtime(phase.t0):%m-%d %H:%M}",
            code="early",
        )
    fitting = [
        position
        for position in phase.open_positions(draw)
        if (phase.declared[position]["type"] != declaring.DRAND) == is_typed
    ]
    if not fitting:
        raise DrawRefused(message=_("两人已录入一致或不需录入，不再录入。"), code="agreed")
    return phase, fitting[0]


def _check_typist(draw: Draw, standing: Sequence[TypedValue], *, type_: str, actor: Actor, capacity: Capacity) -> None:
    if any(value.typed_by == actor.id for value in standing):
        raise DrawRefused(message=_("您已录入。另一次须由他人录入。"), code="same_person")
    if standing and all(is_organisers(draw, organ) for organ in (standing[0].department_id, capacity.department_id)):
        raise DrawRefused(
            message=_("已录入的一次出自组织单位。另一次须由公证员或其他部门录入，不能两次都由组织单位录入。"),
            code="same_organ",
        )
    takes_part = draw.items.filter(department_id=capacity.department_id).exists()
    if not declaring.is_local(type_):
        _check_outside_typist(draw, standing, capacity=capacity, takes_part=takes_part)
    elif takes_part and draw.share_deposits.exists():
        # Enough holders of shares together know every key: who could know the result types no value of the room.
        raise DrawRefused(
            message=_("本单位收存其他部门的密钥份额，不录入现场取值。请由公证员和组织单位录入。"), code="holder"
        )


def _check_outside_typist(draw: Draw, standing: Sequence[TypedValue], *, capacity: Capacity, takes_part: bool) -> None:
    """Hold a typed public value against whoever could choose it: the keys are in by now (section 7, step 4)."""
    if takes_part and not modes.is_open(draw):
        raise DrawRefused(
            message=_("密钥已交出，参加部门可能算出结果，不录入公开来源的取值。请由组织单位和公证或执法监督录入。"),
            code="holder",
        )
    escrows = set(draw.receiving_keys.filter(is_escrow=True).values_list("department_id", flat=True))
    organs = {pk for pk in (capacity.department_id, *(one.department_id for one in standing)) if pk} - escrows
    if standing and not policies.organs_outside(draw, organs).exists():
        raise DrawRefused(
            message=_(
                "公开来源的取值至少一次由不组织、不协调、不参加本次抽取的公证或执法监督单位录入。"
                "另一次请由其中一家录入。"
            ),
            code="not_outside",
        )


def _marked(draw: Draw, standing: Sequence[TypedValue], device: str) -> str:
    """Return the digest by which a device is known in this draw; the same one does not type twice."""
    mark = sha256(f"{draw.salt}|{device}".encode()).hexdigest()
    if not device:
        raise DrawRefused(
            message=_("浏览器没有保存本机标记，无法确认是哪一台设备。请允许本站 Cookie，刷新后再录入。"), code="device"
        )
    if any(typing.device == mark for typing in standing):
        raise DrawRefused(
            message=_("两次录入须在两台设备上：这台设备上已录入一次，请另一人用自己的电脑或手机录入。"),
            code="same_device",
        )
    return mark


def _standing(draw: Draw, round_number: int, position: int) -> Any:
    rows = draw.typed_values.filter(round_number=round_number, position=position, is_superseded=False)
    return rows.order_by("typed_at")


def _compared(
    draw: Draw, phase: Phase, position: int, first: TypedValue, second: TypedValue, *, actor: Actor, at: datetime
) -> Typing:
    declared = phase.declared[position]
    type_ = str(declared["type"])
    one, other = (values.parts_of(type_=type_, written=typing.digits) for typing in (first, second))
    if one != other:
        differing = next((n for n, pair in enumerate(zip(one, other, strict=False), 1) if pair[0] != pair[1]), len(one))
        is_kept = differing_typings.set_aside(
            draw, (first, second), is_local=phase.is_local, position=differing, actor=actor, at=at
        )
        return Typing(outcome=Outcome.DIFFERED, position=differing, is_kept=is_kept)
    value = values.typed(
        declared=declared,
        written=first.digits,
        evidence_sha256=first.evidence_sha256,
        typists=[person_of(draw, typing.typed_by) for typing in (first, second)],
    )
    _fix(draw, phase, position, value, actor=actor, at=at, capacity=None)
    return Typing(outcome=Outcome.AGREED)


def _fix(
    draw: Draw,
    phase: Phase,
    position: int,
    value: dict[str, Json],
    *,
    actor: Actor,
    at: datetime,
    capacity: Capacity | None,
) -> SourceValue:
    """Keep a value for good; a public one is published at once, before anybody computes the seed.

    So is one of the room in a replacement round: there `draw.sourced` does not fix it and no key comes after it.
    """
    made = SourceValue(draw=draw, round_number=phase.round_number, position=position, value=value, fixed_at=at)
    if not phase.is_local or phase.round_number:
        event = source_events.ValuePublished(
            subject=str(draw.pk),
            draw=draw.number,
            round=str(phase.round_number),
            line=values.line_of(value),
            organs=typists.of_value(draw, round_number=phase.round_number, position=position),
        )
        made.entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    made.save()
    return made


def must_be_compared(draw: Draw, *, round_number: int) -> None:
    """Refuse to compute a seed before the witnesses saw every public value that people typed (section 7, step 4).

    The beacon's value proves itself and waits for nobody.

    Raises:
        DrawRefused: one was published and is not seen yet.
    """
    types = [type_ for type_ in draw.source_types if type_ != declaring.DRAND and not declaring.is_local(type_)]
    published = room.published(draw, round_number=round_number)
    if not all(ledger_state.is_witnessed(entry) for line, entry in published if room.type_of(line) in types):
        raise DrawRefused(message=_("公开来源的取值已公布，正在等待见证人核对，请稍候几秒再抽取。"), code="unwitnessed")


def sources_file(draw: Draw, given: Sequence[Json]) -> bytes:
    """Write sources.json from the values of round 0."""
    data = canonical.encode(value={"v": "srd1", "kind": "sources", "draw": draw.number, "sources": list(given)})
    forms.parse_sources(data=data)
    return data
