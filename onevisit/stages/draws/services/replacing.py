"""Replacement rounds: reason, evidence, a second organ, an order, fresh randomness; never a reserve list.

Officers are swapped in the same rounds (`swapping.py`): an order takes all that is agreed to, targets and officers.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms, grammar, replacement
from onevisit.core.draw import receipt as core
from onevisit.core.draw.documents import Order
from onevisit.core.draw.history import History
from onevisit.core.draw.officers import Infeasible
from onevisit.core.draw.results import Receipt
from onevisit.core.refusals import Refused
from onevisit.stages.draws import events, modes, readiness, said
from onevisit.stages.draws.models import Draw, DrawnSlot, DrawRound, Replacement, Swap
from onevisit.stages.draws.public.persons import person_of
from onevisit.stages.draws.reasons import REPLACEMENT_REASONS
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.rounds import drawn
from onevisit.stages.draws.sentences import sentence_of
from onevisit.stages.draws.services import rounds, swapping, terms
from onevisit.stages.draws.services.committing import is_order_late
from onevisit.stages.draws.services.drawing import computed, note_short, store_slots
from onevisit.stages.draws.services.matching import (
    ReceiptDiffers,
    must_be_as_named,
    must_be_as_published,
    noting_difference,
)
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.valuing import complete, must_be_compared
from onevisit.stages.draws.sources import declaring
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

_HEX = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def request_replacement(
    *, draw: Draw, target_id: UUID, reason: str, words: str, evidence_sha256: str, actor: Actor, at: datetime
) -> Replacement:
    """Ask to replace a drawn target that cannot be visited.

    Raises:
        DrawRefused: the target is not drawn now or is asked for already, the reason does not do, evidence is
            missing, or this draw has no (more) replacement rounds.
    """
    capacity = actor.must("draw.request_replacement", draw)
    held = locked(draw)
    modes.step(held, verb="draw.request_replacement")
    if held.given_basis:
        raise DrawRefused(message=_("本次抽取的对象是指定的，不是抽出来的，不能替换。"), code="given")
    rounds.check(held, at=at)
    if reason not in REPLACEMENT_REASONS:
        raise DrawRefused(message=_("请选择替换原因。"), field="reason")
    if not _HEX.fullmatch(evidence_sha256):
        raise DrawRefused(message=_("请附上证明材料（现场照片、登记截图或函件）。"), field="evidence")
    if not DrawnSlot.objects.filter(draw=held, target_id=target_id, withdrawn_in__isnull=True).exists():
        raise DrawRefused(message=_("该对象不在抽中之列。"), field="target")
    if held.replacements.filter(target_id=target_id, refused_at__isnull=True).exists():
        raise DrawRefused(message=_("该对象已申请替换。"), field="target", code="twice")
    made = Replacement.objects.create(
        draw=held,
        target_id=target_id,
        department_id=capacity.department_id,
        reason=reason,
        words=reason_of(words, field="words")[:400],
        evidence_sha256=evidence_sha256,
        requested_by=actor.id,
        requested_at=at,
    )
    event = events.ReplacementRequested(subject=str(held.pk), draw=held.number, replacement=str(made.pk), reason=reason)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


@transaction.atomic
def confirm_replacement(*, request: Replacement, actor: Actor, at: datetime) -> Replacement:
    """Agree as a second organ that a drawn target is replaced.

    Raises:
        DrawRefused: it is decided already, or the same person asked.
    """
    capacity = actor.must("draw.confirm_replacement", request.draw)
    held = _undecided(request, verb="draw.confirm_replacement", actor=actor)
    held.confirmed_by, held.confirmed_at = actor.id, at
    held.save(update_fields=["confirmed_by", "confirmed_at"])
    event = events.ReplacementConfirmed(
        subject=str(held.draw_id),
        draw=held.draw.number,
        replacement=str(held.pk),
        reason=held.reason,
        department=Department.objects.get(pk=capacity.department_id).code,
        role=capacity.role.value,
        grounds_sha256=said.grounds_digest(held.draw, held),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def refuse_replacement(*, request: Replacement, words: str, actor: Actor, at: datetime) -> Replacement:
    """Decide as a second organ that the target stays drawn: it is to be visited.

    Raises:
        DrawRefused: it is decided already, or the reason says too little.
    """
    capacity = actor.must("draw.refuse_replacement", request.draw)
    held = _undecided(request, verb="draw.refuse_replacement", actor=actor)
    held.refused_words = reason_of(words, field="words")[:400]
    held.refused_by, held.refused_at = actor.id, at
    held.save(update_fields=["refused_words", "refused_by", "refused_at"])
    event = events.ReplacementRefused(
        subject=str(held.draw_id), draw=held.draw.number, replacement=str(held.pk), reason=held.reason
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def order(
    *, draw: Draw, t0: datetime, actor: Actor, at: datetime, issues: Mapping[str, str] | None = None
) -> DrawRound:
    """Fix the order of the next round, all requests agreed to so far in it, before its own seed exists.

    There is one order for each round, and none is taken back.

    Raises:
        DrawRefused: nothing is agreed to, a round is open, the moment does not fit, or the protocol refuses it.
    """
    actor.must("draw.order", draw)
    swapping.drop_stale(draw=draw, at=at)
    return _ordered(draw=draw, t0=t0, actor=actor, at=at, issues=issues)


@noting_difference
def _ordered(*, draw: Draw, t0: datetime, actor: Actor, at: datetime, issues: Mapping[str, str] | None) -> DrawRound:
    capacity = actor.must("draw.order", draw)
    held = locked(draw)
    modes.step(held, verb="draw.order")
    rounds.check(held, at=at)
    if held.rounds.pending().exists():
        raise DrawRefused(message=_("上一轮替换还没有抽取。"), code="open")
    if t0.second or t0.microsecond or t0 - at < readiness.COMMITMENT_MARGIN:
        raise DrawRefused(message=_("本轮 T0 取整分，至少在 10 分钟以后。"), field="t0")
    declaring.check(types=held.source_types, issues=issues or {}, t0=t0)
    agreed = list(
        held.replacements.select_for_update(of=("self",))
        .filter(confirmed_at__isnull=False, round_number__isnull=True)
        .select_related("target")
    )
    if drawn.of_draw(held) is None:
        raise ReceiptDiffers
    must_be_as_named(held)  # the order names its targets by their ids
    state = rounds.history_of(held)
    swaps = swapping.agreed(held)
    if not agreed and not swaps:
        raise DrawRefused(message=_("没有已经同意、待替换的对象或人员。"), code="empty")
    _check_said(held, [*agreed, *swaps])
    written = _order_of(held, state, agreed, swaps, t0=t0, issues=issues or {})
    made = DrawRound(
        draw=held,
        number=written.round_number,
        t0=t0,
        order=canonical.encode(value=dict(written.document)),
        order_digest=written.digest,
        ordered_at=at,
    )
    event = events.DrawOrdered(
        subject=str(held.pk), draw=held.number, digest=made.order_digest, round=str(made.number), t0=written.t0
    )
    made.order_entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    made.save()
    held.replacements.filter(pk__in=[one.pk for one in agreed]).update(round_number=made.number)
    held.swaps.filter(pk__in=[one.pk for one in swaps]).update(round_number=made.number)
    return made


def _check_said(draw: Draw, agreed: Sequence[Replacement | Swap]) -> None:
    """Refuse an order of what only a row says was agreed to; the ledger holds who asked and who agreed."""
    entries = said.of_draw(
        draw,
        *("draw.replacement_requested", "draw.replacement_confirmed"),
        *("draw.swap_requested", "draw.swap_confirmed"),
    )
    if unlogged := [one for one in agreed if not said.is_confirmed(draw, one, entries)]:
        raise DrawRefused(
            message=_(
                "%(n)s 项替换、换人的同意没有对应的留痕，或与留痕不符，可能被改动，不能下达替换令。"
                "请运维运行 onevisit ledger replay 查明，恢复后再办。"
            )
            % {"n": len(unlogged)},
            code="unlogged",
        )


@noting_difference
def replace(*, draw: Draw, actor: Actor, at: datetime) -> DrawRound:
    """Draw the open round at its own `t0` or later: substitutes and their officers from fresh randomness.

    Raises:
        DrawRefused: no round is open, its `t0` has not come, or a source has no value yet.
    """
    capacity = actor.must("draw.replace", draw)
    held = locked(draw)
    modes.step(held, verb="draw.replace")
    opened = held.rounds.select_for_update().pending().first()
    if opened is None:
        raise DrawRefused(message=_("没有待抽取的替换轮次。"), code="none")
    if at < opened.t0:
        raise DrawRefused(
            message=_("本轮 T0 为 %s，此前不能抽取。") % f"{timezone.localtime(opened.t0):%Y-%m-%d %H:%M}", code="early"
        )
    if is_order_late(opened, at=at):
        raise DrawRefused(message=_("本轮替换令未在 T0 前 10 分钟完成见证，不能抽取。"), code="unwitnessed")
    must_be_compared(held, round_number=opened.number)
    if terms.is_round_unseen(held, opened, at=at):
        raise DrawRefused(
            message=_("本轮现场取值未在 T0 前完成见证，不能排除取值在开奖后改动，不能抽取。"), code="unwitnessed"
        )
    must_be_as_published(held, round_number=opened.number)
    must_be_as_named(held)
    receipt = computed(held, replacements=_replacements_file(held, opened))
    recorded = receipt.results[-1]
    if drawn.digests_of(receipt)[:-1] != drawn.logged(held):
        raise ReceiptDiffers
    held.receipt = core.encode_receipt(receipt=receipt)
    held.save(update_fields=["receipt"])
    opened.drawn_at, opened.result_digest, opened.seal = at, recorded.digest, recorded.seal
    event = events.DrawReplaced(
        subject=str(held.pk),
        draw=held.number,
        digest=recorded.seal or recorded.digest,
        round=str(opened.number),
    )
    _take_over(held, opened, receipt, at=at)
    opened.result_entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    opened.save(update_fields=["drawn_at", "result_digest", "seal", "result_entry", "is_infeasible"])
    swapping.drop_stale(draw=held, at=at)
    return opened


def _take_over(draw: Draw, opened: DrawRound, receipt: Receipt, *, at: datetime) -> None:
    """End the slots of the withdrawn and the swapped, and write those of the substitutes and the new officers."""
    gone = draw.replacements.filter(round_number=opened.number).values("target_id")
    freed = draw.swaps.filter(round_number=opened.number).values("slot_id")
    held = DrawnSlot.objects.filter(draw=draw, withdrawn_in__isnull=True)
    held.filter(Q(target_id__in=gone) | Q(pk__in=freed)).update(withdrawn_in=opened.number)
    assignment = receipt.results[-1].result.assignment
    if isinstance(assignment, Infeasible):
        opened.is_infeasible = True
        note_short(draw, assignment, at=at, round_number=opened.number)
        return
    store_slots(draw, assignment, round_number=opened.number)


def _undecided(request: Replacement, *, verb: str, actor: Actor) -> Replacement:
    held = Replacement.objects.select_for_update(of=("self",)).select_related("draw", "target").get(pk=request.pk)
    modes.step(held.draw, verb=verb)
    if held.confirmed_at is not None or held.refused_at is not None:
        raise DrawRefused(message=_("该申请已有决定。"), code="decided")
    if held.requested_by == actor.id:
        raise DrawRefused(message=_("申请人不能同意自己的申请。"), code="same_person")
    return held


def _order_of(
    draw: Draw, state: History, agreed: list[Replacement], swaps: list[Swap], *, t0: datetime, issues: Mapping[str, str]
) -> Order:
    number = state.round_number + 1
    withdrawn: list[Json] = [
        {
            "object": one.target.object_id,
            **_grounds(draw, one),
        }
        for one in sorted(agreed, key=lambda one: one.target.object_id)
    ]
    swapped: list[Json] = [
        {
            "visit": one.slot.target.object_id,
            "slot": one.slot.slot,
            **_grounds(draw, one),
        }
        for one in sorted(swaps, key=lambda one: grammar.slot_key(one.slot.target.object_id, one.slot.slot))
    ]
    document: dict[str, Json] = {
        "v": "srd1",
        "kind": "order",
        "draw": draw.number,
        "r": number,
        "prev": state.prev,
        "t0": timezone.localtime(t0).isoformat(timespec="seconds"),
        "sources": declaring.declared(
            types=draw.source_types,
            number=draw.number,
            round_number=number,
            t0=t0,
            length=draw.ceremony_length,
            issues=issues,
        ),
        "withdrawn": withdrawn,
        "swapped": swapped,
    }
    try:
        written = forms.parse_order(data=canonical.encode(value=document))
        replacement.check_order(history=state, order=written)
    except Refused as refused:
        raise DrawRefused(
            message=_("替换令不合抽取规程。%(words)s") % {"words": sentence_of(refused)},
            code=refused.code,
        ) from refused
    return written


def _grounds(draw: Draw, one: Replacement | Swap) -> dict[str, Json]:
    return {
        "reason": one.reason,
        "evidence_sha256": one.evidence_sha256,
        "proposer": person_of(draw, one.requested_by),
        "confirmer": person_of(draw, one.confirmed_by),
    }


def _replacements_file(draw: Draw, opened: DrawRound) -> bytes:
    rounds: list[Json] = []
    for one in draw.rounds.filter(number__lte=opened.number).order_by("number"):
        document = canonical.parse(data=bytes(one.order))
        assert isinstance(document, dict)
        declared = document["sources"]
        assert isinstance(declared, list)
        given = complete(draw, round_number=one.number, declared=[dict(source) for source in declared])  # type: ignore[arg-type]
        rounds.append({"order": document, "sources": given})
    return canonical.encode(value={"v": "srd1", "kind": "replacements", "draw": draw.number, "rounds": rounds})
