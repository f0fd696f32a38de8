"""现场签认: what a witness in the room has on the phone: the fingerprint to read aloud, and two answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onevisit.stages.draws import selectors, services
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.views.draws import visible
from onevisit.web.ui.actors import ActorRequest

GROUP = 4
GROUPS_A_LINE = 4


@requires("draw.attest")
@require_http_methods(["GET", "POST"])
def draw_witness(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show the fingerprint in groups and take the witness's answer."""
    draw = visible(request, draw_id)
    capacity = request.actor.must("draw.attest", draw)
    refusal, status = None, 200
    if request.method == "POST":
        is_agreed = request.POST.get("answer") == "agree"
        try:
            services.attest(
                draw=draw,
                fingerprint=request.POST.get("fingerprint", ""),
                is_agreed=is_agreed,
                reason=request.POST.get("reason", ""),
                actor=request.actor,
                at=clock.now(),
            )
        except DrawRefused as refused:
            draw.refresh_from_db()
            refusal, status = refused, 422
        else:
            messages.success(request, _("已签认。") if is_agreed else _("已记下不签认和理由。"))
            return redirect("draw_witness", draw.pk)
    return render(request, "desk/draws/witness.html", _content(request, draw, capacity, refusal), status=status)


def _content(request: ActorRequest, draw: Draw, capacity: Any, refusal: DrawRefused | None) -> dict[str, Any]:
    fingerprint = services.fingerprint_of(draw)
    attestations = selectors.attestations_of(draw)
    answerable = any(t.verb == "draw.attest" and draw.state in t.sources for t in DRAW.transitions)
    mine = next((one for one in attestations if one.department_id == capacity.department_id), None)
    return {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "capacity": capacity,
        "item": selectors.item_of(draw, request.actor),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "fingerprint": fingerprint,
        "is_result": bool(draw.seal or draw.result_digest),
        "lines": _lines(fingerprint),
        "mine": mine,
        "earlier_attestations": selectors.earlier_attestations_of(draw),
        "attestations": attestations,
        "cosigners": ledger.cosigners(draw.result_entry or draw.commitment_entry),
        "may_answer": answerable and (mine is None or not mine.is_agreed),
    }


def _lines(fingerprint: str) -> list[list[str]]:
    """Cut a fingerprint into lines of groups that one person reads and another follows."""
    groups = [fingerprint[start : start + GROUP] for start in range(0, len(fingerprint), GROUP)]
    return [groups[start : start + GROUPS_A_LINE] for start in range(0, len(groups), GROUPS_A_LINE)]
