"""The clock of a problem: its head stops it for a test, and lets it run on."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onevisit.stages.findings import services
from onevisit.stages.findings.models import Finding
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.views import findings as pages
from onevisit.web.ui.actors import ActorRequest


@requires("deadline.pause")
@require_POST
def finding_pause(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Stop the term of a problem for a reason that its rule allows."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        finding_id,
        lambda found: services.pause_term(finding=found, reason=reason, actor=request.actor, at=clock.now()),
        words=_("期限已中止，恢复时按中止的天数顺延。"),
    )


@requires("deadline.resume")
@require_POST
def finding_resume(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Let the term of a problem run on."""
    return _act(
        request,
        finding_id,
        lambda found: services.resume_term(finding=found, actor=request.actor, at=clock.now()),
        words=_("期限已恢复计算。"),
    )


def _act(request: ActorRequest, finding_id: UUID, act: Callable[[Finding], object], *, words: str) -> HttpResponse:
    found = pages.visible(request, finding_id)
    try:
        act(found)
    except services.FindingRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words)
    return redirect("finding_detail", finding_id)
