"""抽取现场: the projector's five acts, the presenter's console, two typists, the departments' keys, and the draw."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.stages.draws import modes, selectors, services
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.public import around_cut
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw
from onevisit.stages.draws.sources import declaring
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.views.draw_acts import DETAIL, Origin, act_on, evidence_of, own_item
from onevisit.web.desk.views.draws import may_of, visible
from onevisit.web.ui.actors import ActorRequest

ACTS = (
    gettext_lazy("规则"),
    gettext_lazy("冻结名单"),
    gettext_lazy("产生种子"),
    gettext_lazy("抽取"),
    gettext_lazy("结果与核验"),
)
RULES = (
    gettext_lazy("抽取之前，名单和规则先冻结，并公布一串“指纹”。事后改动一个字，指纹就对不上。"),
    gettext_lazy("决定结果的随机数（种子）在冻结之后才产生，来自事先约定的公开来源，哪一个部门都定不了。"),
    gettext_lazy("每个对象按同一个公式算出抽签号，号小的入选，不由人挑选；确需替换的，用新的种子重抽并公开理由。"),
    gettext_lazy("检查人员用同样的办法抽出，有利害关系的事先回避。"),
    gettext_lazy("全部文件都可下载，用一台普通电脑几分钟就能重算。算出来不一样，请告诉我们，也可以告诉司法局。"),
)
OPEN_RULES = (
    *RULES[:3],
    RULES[3],
    gettext_lazy("本次是公开抽取：没有部门密钥，结果经见证即公开。全部文件都可下载，任何人几分钟就能重算。"),
)
DEVICE = "onevisit-device"
REACHED = {
    "preparing": 1,
    "frozen": 2,
    "waiting": 2,
    "committed": 3,
    "sourced": 3,
    "keyed": 4,
    "sealed": 5,
    "drawn": 5,
    "opened": 5,
}


@requires("draw.see")
@require_GET
def draw_ceremony(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show the ceremony on the projector: one act a screen; the page asks for itself again every two seconds."""
    return render(request, "desk/draws/ceremony.html", _scene(request, visible(request, draw_id)))


@requires("draw.draw")
@require_GET
def draw_console(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show the presenter's own window: the next act, what is missing, what to say."""
    draw = visible(request, draw_id)
    context = {**_scene(request, draw), "capacity": request.actor.must("draw.draw", draw)}
    return render(request, "desk/draws/console.html", context)


@requires("draw.type")
@require_http_methods(["GET", "POST"])
def draw_type(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Let one of two people type the ceremony's value; a difference names the position, not the value."""
    draw = visible(request, draw_id)
    request.actor.must("draw.type", draw)
    now = clock.now()
    wanted = services.wanted(draw, at=now)
    context: dict[str, Any] = {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "wanted": wanted,
        "label": declaring.LABELS[str(wanted["type"])] if wanted else "",
        "typed": services.typed_now(draw, at=now),
        "has_typed": services.has_typed(draw, actor=request.actor, at=now),
        "who_types": services.who_types(draw, type_=str(wanted["type"])) if wanted else "",
    }
    return known_device(request, _typing_page(request, draw, now, context))


def _typing_page(request: ActorRequest, draw: Draw, now: datetime, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        try:
            typing = _typed(request, draw, now)
        except DrawRefused as refusal:
            return render(request, "desk/draws/type.html", {**context, "refusal": refusal}, status=422)
        if typing.outcome is services.Outcome.DIFFERED:
            kept = _("公证或执法监督的一次保留，另一次作废重录；保留的一次有误的，由录入人更正。")
            again = kept if typing.is_kept else _("请各自对照公告重新录入，系统不代为选择。")
            words = _("两人录入不一致：第 %(n)s 位。%(again)s") % {"n": typing.position, "again": again}
            said_no = DrawRefused(message=words, code="draw.typists")
            differed = {**context, "refusal": said_no, "typed": int(typing.is_kept)}
            return render(request, "desk/draws/type.html", differed, status=409)
        said = {services.Outcome.FIRST: _("已录入，请另一人录入。"), services.Outcome.AGREED: _("两人录入一致。")}
        messages.success(request, said[typing.outcome])
        return redirect("draw_type", draw.pk)
    return render(request, "desk/draws/type.html", context)


def known_device(request: ActorRequest, response: HttpResponse) -> HttpResponse:
    """Give this browser a mark of its own, so that two typings on one device can be told."""
    if not request.COOKIES.get(DEVICE):
        response.set_cookie(
            DEVICE,
            secrets.token_hex(16),
            max_age=timedelta(days=400),
            path="/draws/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
    return response


@requires("draw.source")
@require_POST
def draw_source(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Fix the value that two people typed alike."""
    if modes.is_open(visible(request, draw_id)):
        said = _("来源取值已登记。见证以后，到 T0 录入公开来源，即可抽取。")
    else:
        said = _("来源取值已登记，请各部门交出密钥。")
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.source(draw=draw, actor=request.actor, at=at),
        said,
        origin=_origin(request),
    )


@requires("draw.hand_key")
@require_POST
def draw_hand_key(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take over a department's key."""
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.hand_key(
            item=own_item(request, draw), key=request.POST.get("key", ""), actor=request.actor, at=at
        ),
        _("密钥已交出并核对无误。"),
        origin=_origin(request),
    )


@requires("draw.draw")
@require_POST
def draw_draw(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Draw, once T0 has come."""
    is_open = modes.is_open(visible(request, draw_id))
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.draw_lots(draw=draw, actor=request.actor, at=at),
        _("抽取完成，结果经见证即公开。") if is_open else _("抽取完成，结果已封存。"),
        origin=_origin(request),
    )


def _typed(request: ActorRequest, draw: Draw, at: datetime) -> services.Typing:
    return services.type_value(
        draw=draw,
        digits=request.POST.get("digits", ""),
        evidence_sha256=evidence_of(request, draw, at),
        device=request.COOKIES.get(DEVICE, ""),
        actor=request.actor,
        at=at,
    )


def _origin(request: ActorRequest) -> Origin:
    """Say in which window an act was done: the presenter's console, or the draw's own page."""
    return CONSOLE if request.POST.get("from") == "console" else DETAIL


def _on_console(request: ActorRequest, draw: Draw, refusal: DrawRefused) -> HttpResponse:
    return render(request, "desk/draws/console.html", {**_scene(request, draw), "refusal": refusal}, status=422)


CONSOLE = Origin("draw_console", _on_console)


def _on_the_wall(draw: Draw, pool: selectors.Pool | None) -> list[tuple[str, int, int]]:
    """Return label, size and quota of the greatest strata, as many as a projector holds, and of the others together."""
    if pool is None:
        return []
    names = {"U": _("未分类")}
    greatest = sorted(pool.strata, key=lambda one: (-one[1], one[0]))[: around_cut.MOST_STRATA]
    shown = [one for one in pool.strata if one in greatest]
    rest = [one for one in pool.strata if one not in greatest]
    rows = [(_("全部对象") if draw.given_basis else names.get(id_, id_), size, quota) for id_, size, quota in shown]
    if rest:
        label = _("其余 %(n)s 层") % {"n": len(rest)}
        rows.append((label, sum(size for _id, size, _q in rest), sum(quota for _id, _s, quota in rest)))
    return rows


def _scene(request: ActorRequest, draw: Draw) -> dict[str, Any]:
    now = clock.now()
    pool = selectors.pool_of(draw)
    parties = selectors.parties_of(draw)
    is_witnessed = draw.commitment_entry is not None and ledger.is_witnessed(draw.commitment_entry)
    sources = selectors.sources_of(draw)
    reached = REACHED.get(draw.state, 1)
    wanted = services.wanted(draw, at=now) if draw.state != "waiting" or is_witnessed else None
    is_typed = wanted is not None and wanted["type"] != declaring.DRAND
    is_due = draw.state == "keyed" or (draw.state == "sourced" and modes.is_open(draw))
    if is_due:  # the seed may wait for a public source
        reached = REACHED["sourced" if any(source.fixed_at is None for source in sources) else "keyed"]
    return {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "acts": list(enumerate(ACTS, start=1)),
        "reached": reached,
        "rules": OPEN_RULES if modes.is_open(draw) else RULES,
        "pool": pool,
        "strata": _on_the_wall(draw, pool),
        "parties": parties,
        "committed_count": sum(party.committed_at is not None for party in parties),
        "handed_count": sum(party.handed_at is not None for party in parties),
        "typed": selectors.typed_count(draw),
        "cosigners": ledger.cosigners(draw.result_entry or draw.commitment_entry),
        "attestations": selectors.attestations_of(draw),
        "sources": sources,
        "has_room": any(map(declaring.is_local, draw.source_types)),
        "is_complete": (is_complete := all(source.fixed_at is not None for source in sources)),
        "is_determined": is_due and is_complete,
        "around": around_cut.around_cuts(draw),
        "is_witnessed": is_witnessed,
        "has_witnesses": draw.commitment_entry is not None and ledger.witnessing(draw.commitment_entry).is_witnessed,
        "wanted": wanted,
        "who_types": services.who_types(draw, type_=str(wanted["type"])) if wanted and is_typed else "",
        "seconds_left": max(int((draw.t0 - now).total_seconds()), 0) if draw.t0 else 0,
        "may": may_of(request, draw, selectors.item_of(draw, request.actor)),
        "now": now,
        "public_url": (url := request.build_absolute_uri(f"/open/draws/{draw.number}")),
        "qr": mark_safe(segno.make(url).svg_inline(omitsize=True, dark="#0A1F3D", light="#FFFFFF")),
    }
