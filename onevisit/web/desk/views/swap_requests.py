"""换人: the request to draw somebody else in the place of an officer who cannot go, from the page of his visit."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onevisit.stages.draws import assignments, modes
from onevisit.stages.draws import selectors as drawn
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.readiness import COMMITMENT_MARGIN
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw
from onevisit.stages.draws.services import rounds
from onevisit.stages.draws.services.swapping import LEAST_CHOICE
from onevisit.stages.draws.sources import declaring
from onevisit.stages.visits import selectors, services
from onevisit.stages.visits.selectors import TeamMember, Visit
from onevisit.support import clock
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.web.desk.views.draw_acts import evidence_of
from onevisit.web.ui.actors import ActorRequest

EARLIEST = COMMITMENT_MARGIN + timedelta(minutes=1)
"""An order's `t0` is a whole minute, at least ten after it."""


@requires("draw.request_swap")
@require_http_methods(["GET", "POST"])
def draw_request_swap(request: ActorRequest, member_id: UUID) -> HttpResponse:
    """Say what a swap of one officer comes to, and ask for it."""
    visits = selectors.visits_for(request.actor)
    rows = TeamMember.objects.filter(inspection__visit__in=visits.values("pk"), inspection__visit__draw__isnull=False)
    related = rows.select_related("inspection__visit__draw", "inspection__department", "inspector__officer")
    member = get_object_or_404(related, pk=member_id)
    draw = _draw_of(member.inspection.visit)
    item = get_object_or_404(draw.items.defer("frame"), department_id=member.inspection.department_id)
    request.actor.must("draw.request_swap", item)
    if request.method == "GET":
        return render(request, "desk/visits/request_swap.html", _content(member))
    at, slot = clock.now(), services.slot_of(member)
    try:
        services.request_swap(
            member=member,
            reason=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            evidence_sha256=evidence_of(request, draw, at, slot_id=slot.pk if slot else None),
            actor=request.actor,
            at=at,
        )
    except DrawRefused as refusal:
        context = {**_content(member), "refusal": refusal, "given": request.POST}
        return render(request, "desk/visits/request_swap.html", context, status=422)
    messages.success(request, _("已申请换人，待另一人决定；同意后由协调处列入下一轮抽取。"))
    return redirect("visit_detail", member.inspection.visit_id)


def shown_on(visit: Visit, rows: Any, *, actor: Actor) -> dict[str, Any]:
    """Return what the page of a visit shows of swaps: those that are open, and for whom the actor may ask."""
    draw = visit.draw
    if draw is None:
        return {"swaps": [], "swapped": [], "obstacles": [], "may_swap": set()}
    swaps = drawn.open_swaps(draw_id=draw.pk, target_id=visit.target_id)
    done = drawn.drawn_swaps(draw_id=draw.pk, target_id=visit.target_id)
    live = set(assignments.awaited_swaps(draw.pk).values_list("pk", flat=True))
    asked = {swap.slot.inspector_id for swap in swaps}
    items = {item.department_id: item for item in draw.items.defer("frame")} if modes.is_running(draw) else {}
    own = {department_id for department_id, item in items.items() if actor.may("draw.request_swap", item)}
    open_parts = [row for row in rows if row.inspection.department_id in own and row.inspection.state == "dispatched"]
    return {
        "swaps": [
            {
                "inspector": swap.slot.inspector_id,
                "department": swap.department_id,
                "standing": _standing(swap, is_live=swap.pk in live),
            }
            for swap in swaps
        ],
        "swapped": [
            {
                "inspector": swap.slot.inspector_id,
                "asked_by": identity.name_of(swap.requested_by),
                "agreed_by": identity.name_of(swap.confirmed_by),
            }
            for swap in done
        ],
        "obstacles": _obstacles(rows, places={swap.slot.slot for swap in done}),
        "may_swap": {member.pk for row in open_parts for member in row.team if member.inspector_id not in asked},
    }


def _obstacles(rows: Any, *, places: set[str]) -> list[tuple[UUID, str]]:
    """Return who was drawn in a round for a part that is not begun and cannot go then either."""
    came = [
        member for row in rows if row.inspection.state == "dispatched" for member in row.team if member.slot in places
    ]
    return [(member.pk, words) for member in came if (words := services.obstacle_of(member))]


def _standing(swap: Any, *, is_live: bool) -> tuple[str, str]:
    if swap.confirmed_at and not is_live:
        return "void", _("换人没有抽出，轮次已结束，照原来的人员检查")
    if swap.round_number:
        return "active", _("第 %(n)s 轮换人，待抽取") % {"n": swap.round_number}
    if swap.confirmed_at:
        return "active", _("已同意换人，待列入下一轮")
    return "warn", _("申请换人，待公证或执法监督决定") if swap.is_outside else _("申请换人，待决定")


def _draw_of(visit: Visit) -> Draw:
    if visit.draw is None:
        raise Http404
    return visit.draw


def _content(member: TeamMember) -> dict[str, Any]:
    visit = member.inspection.visit
    draw = _draw_of(visit)
    content: dict[str, Any] = {
        "member": member,
        "visit": visit,
        "draw": draw,
        "reasons": draws.SWAP_REASONS.items(),
        "least_choice": LEAST_CHOICE,
        "earliest": int(EARLIEST.total_seconds() // 60),
        "most": declaring.max_rounds(draw.source_types, draw.max_rounds),
        "used": draw.rounds.count(),
        "blocked": "",
    }
    slot = services.slot_of(member)
    try:
        rounds.check(draw, at=clock.now())
    except DrawRefused as refusal:
        return {**content, "blocked": refusal.message}
    if slot is None or not modes.is_running(draw) or services.is_begun(member.inspection):
        return {**content, "blocked": _("该部门的检查已有记录，或者本次抽取已公开，不能再换人。")}
    choice = draws.choice_of(slot)
    return {**content, "choice": choice, "is_outside": draws.is_outside(slot, choice)}
