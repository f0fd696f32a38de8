"""入池核准: what stays out and who approved it, merged records, and a second organ's consent to narrow pools."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.draws import documents, services
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.pool import narrow, reconciling, recounting, returning
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.views.draw_acts import Origin, act_on, uuid_of
from onevisit.web.desk.views.draws import may_of, visible
from onevisit.web.ui.actors import ActorRequest


@requires("draw.see")
@require_GET
def draw_pool(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show the reconciliation with the register: every exclusion with its reason and its approver."""
    return render(request, "desk/draws/pool.html", _pool(request, visible(request, draw_id)))


@requires("draw.approve_exclusions")
@require_POST
def draw_approve_exclusions(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Approve the list of one reason as it was shown."""

    def act(draw: Draw, at: datetime) -> object:
        return services.approve_exclusions(
            draw=draw,
            reason=request.POST.get("reason", ""),
            list_sha256=request.POST.get("list", ""),
            words=request.POST.get("words", ""),
            actor=request.actor,
            at=at,
        )

    return act_on(request, draw_id, act, _("已批准这份排除名单。"), origin=POOL)


@requires("draw.readmit")
@require_POST
def draw_readmit(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Let a target that a clerk took out stand in the pool again."""

    def act(draw: Draw, at: datetime) -> object:
        target_id = uuid_of(request, "target", _("请选择对象。"))
        reason = request.POST.get("reason", "")
        return services.readmit(draw=draw, target_id=target_id, reason=reason, actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已放回抽取池。"), origin=POOL)


@requires("draw.follow_merge")
@require_POST
def draw_follow_merge(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Put the record that a merged target became in its place."""

    def act(draw: Draw, at: datetime) -> object:
        target_id = uuid_of(request, "target", _("请选择对象。"))
        return services.follow_merge(draw=draw, target_id=target_id, actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已改为并入后的对象，原记录列入排除名单，待批准。"), origin=POOL)


@requires("draw.ask_consent")
@require_POST
def draw_ask_consent(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Ask a second organ to agree to small strata and small pools."""

    def act(draw: Draw, at: datetime) -> object:
        return services.ask_consent(draw=draw, reason=request.POST.get("reason", ""), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已申请，待公证或执法监督单位答复。"), origin=POOL)


@requires("draw.consent")
@require_POST
def draw_consent(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Agree as a second organ."""
    return act_on(
        request,
        draw_id,
        lambda draw, at: services.consent(draw=draw, actor=request.actor, at=at),
        _("已同意，同意的机关和理由随抽取公布。"),
        origin=POOL,
    )


@requires("draw.refuse_consent")
@require_POST
def draw_refuse_consent(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Do not agree as a second organ."""

    def act(draw: Draw, at: datetime) -> object:
        return services.refuse_consent(draw=draw, reason=request.POST.get("reason", ""), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已答复不同意，协调处须改定分层或增加提名。"), origin=POOL)


def _refused(request: ActorRequest, draw: Draw, refusal: DrawRefused) -> HttpResponse:
    return render(request, "desk/draws/pool.html", _pool(request, draw, refusal=refusal), status=422)


POOL = Origin("draw_pool", _refused)


def _pool(request: ActorRequest, draw: Draw, *, refusal: DrawRefused | None = None) -> dict[str, Any]:
    ground = documents.ground_of(draw)
    groups = reconciling.groups_of(draw, ground)
    inside = {row.target_id for row in ground.rows}
    missing = returning.missing(ground, recounting.recounted(ground)) if ground.returned - inside else ()
    places = narrow.places_of(draw, ground, on=clock.today())
    return {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "refusal": refusal,
        "groups": groups,
        "merged": [row for row in ground.rows if row.merged_into],
        "due": [(one, one.target_id in inside, one in missing) for one in ground.due],
        "pooled": len(ground.rows),
        "excluded": len(ground.excluded),
        "registered": len(ground.rows) + len(ground.excluded),
        "waiting": len(reconciling.unapproved(groups)),
        "places": places,
        "doubles": sum(place.code == narrow.DOUBLE for place in places),
        "open_places": narrow.open_places(draw, places),
        "asked": narrow.asked_of(draw),
        "consents": narrow.consents_of(draw),
        "refusals": narrow.refusals_of(draw),
        "may": may_of(request, draw, None),
    }
