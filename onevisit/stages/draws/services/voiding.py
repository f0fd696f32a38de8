"""Give a draw up: freely before anything is committed, with a second organ afterwards. The number stays."""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core.draw import beside
from onevisit.stages.draws import events, modes, void_events
from onevisit.stages.draws.keys import escrows
from onevisit.stages.draws.lifecycle import WITH_RESULT
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import standing
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.services.matching import have_rows_changed, is_changed
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.terms import BEACON_MISSING, UNSEEN, beacon_never_came, missed, never_came
from onevisit.stages.draws.services.voiding_seen import count_void, publish
from onevisit.stages.draws.void_reasons import ROWS_CHANGED, VOID_REASONS
from onevisit.stages.offers import selectors as offers
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

BY_RULE_BEFORE_SEED = ("KEY_MISSING", "SOURCE_MISSING", "NOT_WITNESSED", UNSEEN)
SEED_IN_REACH = ("keyed", *WITH_RESULT)
CHANGED = "VALUES_CHANGED"
_HEX = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def cancel(*, draw: Draw, reason: str, actor: Actor, at: datetime) -> Draw:
    """End a preparation of which nothing was committed; the number is not used again.

    Raises:
        DrawRefused: the reason says too little.
    """
    capacity = actor.must("draw.cancel", draw)
    held = locked(draw, is_to_end=True)
    held.state = modes.step(held, verb="draw.cancel")
    held.void_words, held.void_reason, held.voided_at = reason_of(reason)[:400], "CANCELLED", at
    held.save(update_fields=["state", "void_words", "void_reason", "voided_at"])
    event = events.DrawVoided(
        subject=str(held.pk), draw=held.number, digest="", stage="before-commitment", reason="CANCELLED"
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    escrows.keep_clock(held, since=None, escrow=None, at=at)
    return held


@transaction.atomic
def propose_void(*, draw: Draw, reason: str, words: str, evidence_sha256: str, actor: Actor, at: datetime) -> Draw:
    """Ask a second organ to give up a committed draw.

    Raises:
        DrawRefused: the reason is unknown, is none once a result exists, or says too little; or evidence is missing.
    """
    capacity = actor.must("draw.propose_void", draw)
    held = locked(draw, is_to_end=True)
    modes.step(held, verb="draw.propose_void")
    if other := standing.live_of(held):
        raise DrawRefused(message=_("抽取 %s 正在为本次重抽人员，须先作废它。") % other.number, code="repeated")
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
    event = void_events.VoidProposed(subject=str(held.pk), draw=held.number, reason=reason)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def withdraw_void(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Take a proposal back before a second organ agreed; both entries stay.

    Who proposed may do so at any time. What the system or a colleague proposed stands as long as its reason does.

    Raises:
        DrawRefused: nothing is proposed, or another one proposed it and the reason still holds.
    """
    capacity = actor.must("draw.withdraw_void", draw)
    held = locked(draw, is_to_end=True)
    modes.step(held, verb="draw.withdraw_void")
    if not held.void_proposed_by:
        raise DrawRefused(message=_("没有待同意的作废申请。"), code="not_proposed")
    if held.void_proposed_by != actor.id and not _is_gone(held, at=at):
        words = _("作废申请的原因仍然成立，只有申请人可以撤回。")
        raise DrawRefused(message=words, code="stands")
    event = void_events.VoidWithdrawn(subject=str(held.pk), draw=held.number, reason=held.void_reason)
    held.void_reason = held.void_words = held.void_evidence = held.void_proposed_by = ""
    held.void_proposed_at = None
    held.save(update_fields=["void_reason", "void_words", "void_evidence", "void_proposed_by", "void_proposed_at"])
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def may_withdraw(draw: Draw, *, actor: Actor, at: datetime) -> bool:
    """Tell whether a proposal is there that somebody who may do so can take back now."""
    return bool(draw.void_proposed_by) and (draw.void_proposed_by == actor.id or _is_gone(draw, at=at))


def _is_gone(draw: Draw, *, at: datetime) -> bool:
    """Tell whether a second organ could no longer agree, since what the proposal says is not so any more."""
    try:
        _check_reason(draw, draw.void_reason, at=at)
    except DrawRefused:
        return True
    return False


@transaction.atomic
def void(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Agree as a second organ that a committed draw is given up; its record is public.

    From here on nothing more is done with the draw. It is void once the policy's quorum has seen the entry, with
    `quorum none` at once.

    Raises:
        DrawRefused: nobody proposed it, the same person did, or its reason has passed since.
    """
    capacity = actor.must("draw.void", draw)
    held = locked(draw, is_to_end=True)
    stage = _stage(held, at=at)
    state = modes.step(held, verb="draw.void")
    if not held.void_proposed_by:
        raise DrawRefused(message=_("协调处尚未申请作废。"), code="not_proposed")
    if held.void_proposed_by == actor.id:
        raise DrawRefused(message=_("申请人不能同意自己的申请。"), code="same_person")
    _check_reason(held, held.void_reason, at=at)
    held.state, held.void_agreed_by, held.void_agreed_at = state, actor.id, at
    held.save(update_fields=["state", "void_agreed_by", "void_agreed_at"])
    publish(held, stage=stage, actor=actor, capacity=capacity, at=at)
    return count_void(draw=held, at=at)


def _check_reason(draw: Draw, reason: str, *, at: datetime) -> None:
    """With source and keys in hand none of them is missing any more, and the seed can be computed.

    Only a public source that has not come when its term is over is missing after the keys, or a key that nobody saw
    in time; and values or rows of the registers that were changed stop a draw whose keys are there.
    """
    _check_changed(draw, reason)
    if reason == "SOURCE_MISSING" and never_came(draw, at=at):
        return
    if reason == BEACON_MISSING:
        if not beacon_never_came(draw, at=at):
            words = _("drand 信标已经取得，或者 T0 后还不到 30 日，不能以此作废。请从任一中继查询该轮的值并录入。")
            raise DrawRefused(message=words, field="reason")
        return
    if reason == UNSEEN and missed(draw, at=at) != UNSEEN:
        raise DrawRefused(message=_("现场取值已按时见证或尚在期限内，不能以此作废。"), field="reason")
    if reason == "KEY_MISSING" and modes.is_open(draw):
        raise DrawRefused(message=_("公开抽取没有部门密钥，不能以此作废。"), field="reason", code="no_keys")
    if reason == "OFFICERS_SHORT":
        _check_short(draw, at=at)
    if draw.state in SEED_IN_REACH and reason in BY_RULE_BEFORE_SEED and missed(draw, at=at) != reason:
        raise DrawRefused(
            message=_("种子产生以后，只有抽取池确有错误，或者取值、名录库被改动，才能作废。"), field="reason"
        )
    if reason in BY_RULE_BEFORE_SEED and draw.t0 is not None and at >= draw.t0 and missed(draw, at=at) != reason:
        words = _("已到 T0，“%(reason)s”与本次抽取的实际情况不符，不能以此作废。抽取池确有错误的，请选该项。")
        raise DrawRefused(message=words % {"reason": VOID_REASONS[reason]}, field="reason", code="seed_due")


def _check_changed(draw: Draw, reason: str) -> None:
    """What was changed in the tables counts once the platform has stopped the draw for it, and while it still differs.

    Rows behind a result stop the visits as well, so that there a void is the way out too.
    """
    if reason == CHANGED and (draw.state in WITH_RESULT or not is_changed(draw, round_number=0)):
        raise DrawRefused(message=_("本次抽取的取值与登记、公布的相符，不能以此作废。"), field="reason")
    if reason == ROWS_CHANGED and not have_rows_changed(draw):
        words = _("名录库与冻结时的相符，或者系统还没有因此停办过本次抽取，不能以此作废。")
        raise DrawRefused(message=words, field="reason")


def _check_short(draw: Draw, *, at: datetime) -> None:
    """Drawn objects stand after a shortage: only who would go is drawn again (sections 10 and 12, ADR 0024).

    A void would draw them anew. A repetition has drawn no objects, so that nothing is chosen by giving it up. When the
    inspections end before a repetition could be announced, nothing else is left; the void counts as one after the seed.
    """
    if not draw.is_infeasible:
        raise DrawRefused(message=_("本次抽取的执法人员并无不足，不能以此作废。"), field="reason")
    earliest = timezone.localtime(at + timedelta(days=beside.PLAN_DAYS)).date()
    may_repeat = draw.offer_id is not None and earliest <= offers.settled_offer(offer_id=draw.offer_id).ends_on
    if draw.repeats_id is None and may_repeat:
        words = _("执法人员不足不作废：抽中的对象照旧，只重抽执法人员。请在抽取页办理“重抽执法人员”。")
        raise DrawRefused(message=words, field="reason", code="short_repeat")


def _stage(draw: Draw, *, at: datetime) -> str:
    """A void is before the seed exactly if it is recorded before `t0`, whatever was known by then (section 12)."""
    return "after-seed" if draw.state in WITH_RESULT or (draw.t0 is not None and at >= draw.t0) else "before-seed"
