"""预演与冻结: the preview, a trial draw, keys and recusals before the freeze, the check page, and the ways back."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.core.refusals import Refused
from onevisit.stages.draws import documents, selectors, services
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.pool import conflicts, preview
from onevisit.stages.draws.reasons import RECUSAL_REASONS
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw
from onevisit.stages.draws.sentences import sentence_of
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.views.draw_acts import act_on, evidence_of, moment_of, own_item, uuid_of
from onevisit.web.desk.views.draws import may_of, visible
from onevisit.web.ui.actors import ActorRequest

MOST_ROWS = 200
"""Of one list on a page; the worst come first, and all of them stand in the roster."""


@requires("draw.see")
@require_GET
def draw_preview(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show what a freeze would fix, its blockers and its warnings."""
    return render(request, "desk/draws/preview.html", _preview(request, visible(request, draw_id)))


@requires("draw.prepare")
@require_POST
def draw_trial(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Draw once under a TEST number; nothing of it is kept."""
    draw = visible(request, draw_id)
    context = _preview(request, draw)
    try:
        tried = preview.trial(draw, entropy=secrets.token_hex(32))
        context["trial"] = tried
        context["load_rows"] = [(load, tried.loads.get(load.inspector_id, 0)) for load, _none in context["load_rows"]]
    except Refused as refused:
        context["trial_refused"] = sentence_of(refused)
    return render(request, "desk/draws/preview.html", context)


@requires("draw.freeze")
@require_http_methods(["GET", "POST"])
def draw_freeze(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Say once more what becomes fixed, then freeze."""
    draw = visible(request, draw_id)
    request.actor.must("draw.freeze", draw)
    DRAW.next(state=draw.state, verb="draw.freeze")
    if request.method == "POST":
        try:
            services.freeze(draw=draw, actor=request.actor, at=clock.now())
        except DrawRefused as refusal:
            context = {**_preview(request, draw), "refusal": refusal}
            return render(request, "desk/draws/check.html", context, status=422)
        messages.success(request, _("抽取池已冻结。下一步公布承诺。"))
        return redirect("draw_detail", draw.pk)
    return render(request, "desk/draws/check.html", _preview(request, draw))


@requires("draw.unfreeze")
@require_POST
def draw_unfreeze(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take a freeze back before it is committed."""
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.unfreeze(
            draw=draw, reason=request.POST.get("reason", ""), actor=request.actor, at=at
        ),
        _("已解除冻结，可以修改后重新冻结。"),
    )


@requires("draw.reschedule")
@require_POST
def draw_reschedule(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Move T0 and log the plan entry again."""

    def act(draw: Draw, at: datetime) -> object:
        return services.reschedule(draw=draw, t0=moment_of(request), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已改定 T0，并重新登记抽取计划。"))


@requires("draw.commit")
@require_POST
def draw_commit(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Publish the commitment."""
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.commit(draw=draw, actor=request.actor, at=at),
        _("承诺已公布，待见证后开始录入公证摇号。"),
    )


@requires("draw.cancel")
@require_POST
def draw_cancel(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """End a preparation of which nothing was committed."""
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.cancel(draw=draw, reason=request.POST.get("reason", ""), actor=request.actor, at=at),
        _("已撤销筹备，编号留存。"),
    )


@requires("draw.propose_void")
@require_POST
def draw_propose_void(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Ask a second organ to give a committed draw up."""

    def act(draw: Draw, at: datetime) -> object:
        return services.propose_void(
            draw=draw,
            reason=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            evidence_sha256=evidence_of(request, draw, at),
            actor=request.actor,
            at=at,
        )

    return act_on(request, draw_id, act, _("已申请作废，待公证或执法监督单位同意。"))


@requires("draw.withdraw_void")
@require_POST
def draw_withdraw_void(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take the proposal back."""
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.withdraw_void(draw=draw, actor=request.actor, at=at),
        _("已撤回作废申请，申请和撤回都留痕；抽取继续办理。"),
    )


@requires("draw.void")
@require_POST
def draw_void(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Agree as a second organ."""
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.void(draw=draw, actor=request.actor, at=at),
        _("已同意作废，作废记录一并公开；设有见证单位的，联署后生效。"),
    )


@requires("draw.commit_key")
@require_POST
def draw_commit_key(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take a department's commitment to its key."""

    def act(draw: Draw, at: datetime) -> object:
        return services.commit_key(
            item=own_item(request, draw),
            commitment=request.POST.get("commitment", ""),
            recipient=request.POST.get("recipient", ""),
            actor=request.actor,
            at=at,
        )

    return act_on(request, draw_id, act, _("密钥承诺已提交。密钥只在这台电脑和下载的文件里，请妥善保管。"))


@requires("draw.recuse")
@require_http_methods(["GET", "POST"])
def draw_recuse(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Keep an inspector of one's own department away from a target."""
    draw = visible(request, draw_id)
    item = own_item(request, draw)
    if request.method == "POST":

        def act(held: Draw, at: datetime) -> object:
            return services.recuse(
                item=item,
                inspector_id=uuid_of(request, "inspector", _("请选择人员。")),
                target_id=uuid_of(request, "target", _("请选择对象。")),
                reason=request.POST.get("reason", ""),
                actor=request.actor,
                at=at,
            )

        return act_on(request, draw_id, act, _("已登记回避。"))
    ground = documents.ground_of(draw)
    part = next(part for part in ground.parts if part.department_code == item.item)
    context = {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "people": ground.nominated(part),
        "targets": ground.rows,
        "reasons": RECUSAL_REASONS.items(),
        "recusals": [
            (row, str(RECUSAL_REASONS.get(row.reason, row.reason))) for row in selectors.recusals_of(draw, item=item)
        ],
        "known": conflicts.known_recusals(draw, ground, item=item.item),
        "most": MOST_ROWS,
        "may": may_of(request, draw, item),
    }
    return render(request, "desk/draws/recuse.html", context)


@requires("draw.unrecuse")
@require_POST
def draw_unrecuse(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take a recusal of one's own department back."""

    def act(draw: Draw, at: datetime) -> object:
        recusal = get_object_or_404(selectors.recusals_of(draw), pk=uuid_of(request, "recusal", ""))
        services.unrecuse(item=own_item(request, draw), recusal_id=recusal.pk, actor=request.actor, at=at)
        return None

    return act_on(request, draw_id, act, _("已撤销回避。"))


def _preview(request: ActorRequest, draw: Draw) -> dict[str, Any]:
    item = selectors.item_of(draw, request.actor)
    seen = preview.of_draw(draw, at=clock.now())
    return {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "preview": seen,
        "load_rows": [(load, None) for load in seen.loads[:MOST_ROWS]],
        "most": MOST_ROWS,
        "sources": selectors.sources_of(draw),
        "may": may_of(request, draw, item),
    }
