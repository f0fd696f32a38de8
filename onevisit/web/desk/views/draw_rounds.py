"""替换: requests with reason and evidence, the second organ's decision, the order of a round, and its draw."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.draws import modes, selectors, services
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.policies import swap_reader
from onevisit.stages.draws.pool import shortage
from onevisit.stages.draws.reasons import REPLACEMENT_REASONS
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.rounds.swap_reasons import words_of
from onevisit.stages.draws.selectors import Draw
from onevisit.stages.draws.services.rounds import none_because
from onevisit.stages.draws.services.swapping import LEAST_CHOICE
from onevisit.stages.draws.sources import declaring
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.selectors import absences, boards
from onevisit.support import clock
from onevisit.support.attachments import selectors as attachments
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.web.desk.views.draw_acts import Origin, act_on, evidence_of, moment_of, uuid_of
from onevisit.web.desk.views.draws import visible
from onevisit.web.ui.actors import ActorRequest

VERBS = (
    "request_replacement",
    "confirm_replacement",
    "refuse_replacement",
    "order",
    "replace",
    "carry",
    "type",
)


@requires("draw.see")
@require_GET
def draw_replacements(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show the requests and rounds of a draw to those who take part or decide on them."""
    draw = visible(request, draw_id)
    return render(request, "desk/draws/replacements.html", _content(request, draw))


@requires("draw.request_replacement")
@require_POST
def draw_request_replacement(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Ask to replace a drawn target."""

    def act(draw: Draw, at: datetime) -> object:
        target = uuid_of(request, "target", _("请选择对象。"))
        if boards.is_entered(draw_id=draw.pk, target_id=target):
            raise DrawRefused(message=_("检查人员已进入该对象，不能再替换。不能查完的如实记录。"), field="target")
        return services.request_replacement(
            draw=draw,
            target_id=target,
            reason=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            evidence_sha256=evidence_of(request, draw, at),
            actor=request.actor,
            at=at,
        )

    return act_on(request, draw_id, act, _("已申请替换，待公证或执法监督单位决定。"), origin=ROUNDS)


@requires("draw.confirm_replacement")
@require_POST
def draw_confirm_replacement(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Agree as a second organ."""

    def act(draw: Draw, at: datetime) -> object:
        return services.confirm_replacement(request=_request(request, draw), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已同意替换。"), origin=ROUNDS)


@requires("draw.refuse_replacement")
@require_POST
def draw_refuse_replacement(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Decide that the target stays drawn."""

    def act(draw: Draw, at: datetime) -> object:
        return services.refuse_replacement(
            request=_request(request, draw), words=request.POST.get("words", ""), actor=request.actor, at=at
        )

    return act_on(request, draw_id, act, _("已不同意替换，该对象仍须检查。"), origin=ROUNDS)


@requires("draw.confirm_swap")
@require_POST
def draw_confirm_swap(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Agree that a drawn officer is replaced."""

    def act(draw: Draw, at: datetime) -> object:
        return visits.confirm_swap(swap=_swap(request, draw), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已同意换人，由协调处列入下一轮。"), origin=ROUNDS)


@requires("draw.refuse_swap")
@require_POST
def draw_refuse_swap(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Decide that the drawn officer goes."""

    def act(draw: Draw, at: datetime) -> object:
        words = request.POST.get("words", "")
        return services.refuse_swap(swap=_swap(request, draw), words=words, actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已不同意换人，该人员仍须前往。"), origin=ROUNDS)


@requires("draw.order")
@require_POST
def draw_order(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Fix the order of the next round."""

    def act(draw: Draw, at: datetime) -> object:
        issues = {type_: request.POST.get(f"issue-{type_}", "") for type_ in declaring.LOTTERIES}
        return services.order(draw=draw, t0=moment_of(request), issues=issues, actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("替换令已下达，指纹已公开。到本轮 T0 用新的种子抽取。"), origin=ROUNDS)


@requires("draw.replace")
@require_POST
def draw_replace(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Draw the open round."""

    def act(draw: Draw, at: datetime) -> object:
        return services.replace(draw=draw, actor=request.actor, at=at)

    def warning() -> str:
        short = shortage.count_of(visible(request, draw_id))
        if not short:
            return ""
        return _("本轮已抽取，但执法人员不足：缺 %(n)s 人次，没有派出，换下的岗位空缺。详见抽取结果。") % {"n": short}

    said = _("本轮替换已抽取：换下的检查和任务已撤回，新抽中的随后派发。")
    return act_on(request, draw_id, act, said, origin=ROUNDS, warning=warning)


@requires("draw.carry")
@require_POST
def draw_carry(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Bring in the beacon's signature."""

    def act(draw: Draw, at: datetime) -> object:
        return services.carry_value(draw=draw, signature=request.POST.get("signature", ""), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("信标签名验证通过，取值已公布。"))


def _request(request: ActorRequest, draw: Draw) -> Any:
    return get_object_or_404(draw.replacements, pk=uuid_of(request, "replacement", ""))


def _swap(request: ActorRequest, draw: Draw) -> Any:
    return get_object_or_404(draw.swaps, pk=uuid_of(request, "swap", ""))


def _show(request: ActorRequest, draw: Draw, refusal: DrawRefused) -> HttpResponse:
    context = {**_content(request, draw), "refusal": refusal}
    return render(request, "desk/draws/replacements.html", context, status=422)


ROUNDS = Origin("draw_replacements", _show)


def _content(request: ActorRequest, draw: Draw) -> dict[str, Any]:
    actor, now = request.actor, clock.now()
    services.note_reading(draw=draw, actor=actor, at=now)
    may = {verb: modes.allows(draw, verb=f"draw.{verb}") and actor.may(f"draw.{verb}", draw) for verb in VERBS}
    pending, rounds = draw.rounds.pending().first(), list(draw.rounds.all())
    rows, swaps = selectors.replacements_of(draw), selectors.swaps_of(draw)
    words = {one.number: _round_words(one) for one in rounds}
    proofs = {one.sha256: one.pk for one in attachments.of_subject("draw", draw.pk)}
    choices = services.open_choices(draw) if modes.is_running(draw) else {}
    return {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "rows": [_row(row, proofs, words) for row in rows],
        "swaps": [_swap_row(swap, actor, choices) | {"round": words.get(swap.round_number or 0, "")} for swap in swaps],
        "rounds": rounds,
        "pending": pending,
        "lapsed": draw.rounds.filter(lapsed_at__isnull=False).first(),
        "is_due": pending is not None and now >= pending.t0,
        "wanted": services.wanted(draw, at=now) if pending else None,
        "waiting": _waiting(rows),
        "waiting_swaps": _waiting(swaps),
        "places": absences.places_to_fill(draw) if may["order"] and not pending and _waiting(swaps) else [],
        "most": declaring.max_rounds(draw.source_types, draw.max_rounds),
        "none_because": none_because(draw),
        "least_choice": LEAST_CHOICE,
        "reasons": REPLACEMENT_REASONS.items(),
        "target": selectors.drawn_target(draw, request.GET.get("target") or request.POST.get("target", "")),
        "lotteries": [(type_, declaring.LABELS[type_]) for type_ in declaring.LOTTERIES if type_ in draw.source_types],
        "may": may,
    }


def _waiting(rows: Sequence[Any]) -> int:
    """Count the requests that the next order takes."""
    return sum(row.confirmed_at is not None and row.refused_at is None and row.round_number is None for row in rows)


def _row(row: Any, proofs: dict[str, UUID], words: dict[int, str]) -> tuple[Any, str, UUID | None, str]:
    """Say of a request why a target is to be replaced, by what evidence, and how far its round is."""
    reason = str(REPLACEMENT_REASONS.get(row.reason, row.reason))
    return row, reason, proofs.get(row.evidence_sha256), words.get(row.round_number or 0, "")


def _swap_row(swap: Any, actor: Actor, choices: dict[UUID, int]) -> dict[str, Any]:
    """Say of a request who asks for whom and why, how many could be drawn now, and whether the actor may decide."""
    swap.choice = choices.get(swap.pk, swap.choice)
    if swap.pk in choices:
        swap.is_outside = swap.is_outside or services.is_outside(swap.slot, swap.choice)
    decides = swap.confirmed_at is None and swap.refused_at is None and actor.may("draw.confirm_swap", swap)
    is_own = actor.id == swap.requested_by or actor.officer_id == swap.slot.inspector.officer_id
    may_read = swap_reader(actor, swap.department_id) is not None
    found = attachments.of_subject("drawn_slot", swap.slot_id).filter(sha256=swap.evidence_sha256) if may_read else []
    return {
        "row": swap,
        "reason": words_of(swap.reason),
        "may_decide": decides and not is_own,
        "may_read": may_read,
        "may_name": may_read or actor.may("draw.order", swap.draw),
        "proof": next((one.pk for one in found), None),
    }


def _round_words(one: Any) -> str:
    """Say how far the round is that a request stands in."""
    if one.lapsed_at:
        return _("第 %(n)s 轮已失效，没有替换") % {"n": one.number}
    if one.is_infeasible:
        return _("第 %(n)s 轮执法人员不足，没有派出") % {"n": one.number}
    return _("第 %(n)s 轮已抽出") % {"n": one.number} if one.drawn_at else _("已列入第 %(n)s 轮") % {"n": one.number}
