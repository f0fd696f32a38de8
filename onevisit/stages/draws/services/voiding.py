"""Give a draw up: freely before anything is committed, with a second organ afterwards. The number stays."""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms
from onevisit.stages.draws import declaring, events
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.valuing import name_of
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

VOID_REASONS = {
    "KEY_MISSING": gettext_lazy("部门密钥未在 T0 前 1 分钟交齐"),
    "SOURCE_MISSING": gettext_lazy("种子来源未能取得"),
    "NOT_WITNESSED": gettext_lazy("承诺未在 T0 前 10 分钟见证"),
    "FRAME_DEFECT": gettext_lazy("抽取池确有错误"),
    "OFFICERS_SHORT": gettext_lazy("执法人员不足，没有派出检查"),
}
BY_RULE_BEFORE_SEED = ("KEY_MISSING", "SOURCE_MISSING", "NOT_WITNESSED")
SOURCE_TERM = timedelta(hours=24)
"""After `t0`: a lottery is drawn and a market closes within the day; the beacon within seconds."""
SEED_IN_REACH = ("keyed", "sealed")
_HEX = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def cancel(*, draw: Draw, reason: str, actor: Actor, at: datetime) -> Draw:
    """End a preparation of which nothing was committed; the number is not used again.

    Raises:
        DrawRefused: the reason says too little.
    """
    capacity = actor.must("draw.cancel", draw)
    held = locked(draw)
    held.state = DRAW.next(state=held.state, verb="draw.cancel")
    held.void_words, held.void_reason, held.voided_at = reason_of(reason)[:400], "CANCELLED", at
    held.save(update_fields=["state", "void_words", "void_reason", "voided_at"])
    event = events.DrawVoided(
        subject=str(held.pk), draw=held.number, digest="", stage="before-commitment", reason="CANCELLED"
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def propose_void(*, draw: Draw, reason: str, words: str, evidence_sha256: str, actor: Actor, at: datetime) -> Draw:
    """Ask a second organ to give up a committed draw.

    Raises:
        DrawRefused: the reason is unknown, is none once a result exists, or says too little; or evidence is missing.
    """
    capacity = actor.must("draw.propose_void", draw)
    held = locked(draw)
    DRAW.next(state=held.state, verb="draw.propose_void")
    if reason not in VOID_REASONS:
        raise DrawRefused(message=_("请选择作废原因。"), field="reason")
    _check_reason(held, reason, at=at)
    if not _HEX.fullmatch(evidence_sha256):
        raise DrawRefused(message=_("请附上证明材料。"), field="evidence")
    held.void_reason, held.void_words, held.void_evidence = (
        reason,
        reason_of(words, field="words")[:400],
        evidence_sha256,
    )
    held.void_proposed_by, held.void_proposed_at = actor.id, at
    held.save(update_fields=["void_reason", "void_words", "void_evidence", "void_proposed_by", "void_proposed_at"])
    event = events.VoidProposed(subject=str(held.pk), draw=held.number, reason=reason)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def void(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Agree as a second organ that a committed draw is given up; its record is public.

    Raises:
        DrawRefused: nobody proposed it, the same person did, or its reason has passed since.
    """
    capacity = actor.must("draw.void", draw)
    held = locked(draw)
    stage = _stage(held, at=at)
    state = DRAW.next(state=held.state, verb="draw.void")
    if not held.void_proposed_by:
        raise DrawRefused(message=_("协调处尚未申请作废。"), code="not_proposed")
    if held.void_proposed_by == actor.id:
        raise DrawRefused(message=_("申请人不能同意自己的申请。"), code="same_person")
    _check_reason(held, held.void_reason, at=at)
    held.state = state
    held.void_record = _record(held, stage=stage, confirmer=actor.id)
    held.voided_at = at
    held.save(update_fields=["state", "void_record", "voided_at"])
    event = events.DrawVoided(
        subject=str(held.pk),
        draw=held.number,
        digest=forms.parse_void(data=held.void_record).digest,
        stage=stage,
        reason=held.void_reason,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _check_reason(draw: Draw, reason: str, *, at: datetime) -> None:
    """With source and keys in hand none of them is missing any more, and the seed can be computed.

    Only a public source that has not come when its term is over is missing after the keys.
    """
    if reason == "SOURCE_MISSING" and never_came(draw, at=at):
        return
    if reason == "OFFICERS_SHORT" and not draw.is_infeasible:
        raise DrawRefused(message=_("本次抽取的执法人员并无不足，不能以此作废。"), field="reason")
    if draw.state in SEED_IN_REACH and reason in BY_RULE_BEFORE_SEED:
        raise DrawRefused(message=_("种子产生以后，只有抽取池确有错误才能作废。"), field="reason")


def never_came(draw: Draw, *, at: datetime) -> bool:
    """Tell whether a declared public source has no value though its term after `t0` is over.

    The beacon always comes, whether somebody carries its value in or not: it is never missing (section 12).
    """
    if draw.state != "keyed" or draw.t0 is None or at < draw.t0 + SOURCE_TERM:
        return False
    fixed = set(draw.source_values.filter(round_number=0).values_list("position", flat=True))
    return any(n not in fixed and type_ != declaring.DRAND for n, type_ in enumerate(draw.source_types))


def _stage(draw: Draw, *, at: datetime) -> str:
    """A void is before the seed exactly if it is recorded before `t0`, whatever was known by then (section 12)."""
    return "after-seed" if draw.state == "sealed" or (draw.t0 is not None and at >= draw.t0) else "before-seed"


def _record(draw: Draw, *, stage: str, confirmer: str) -> bytes:
    record: dict[str, Json] = {
        "v": "srd1",
        "kind": "void",
        "draw": draw.number,
        "basis": draw.manifest_digest,
        "stage": stage,
        "reason": draw.void_reason,
        "evidence_sha256": draw.void_evidence,
        "proposer": name_of(actor_id=draw.void_proposed_by),
        "confirmer": name_of(actor_id=confirmer),
    }
    return canonical.encode(value=record)
