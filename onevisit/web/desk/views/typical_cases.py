"""典型案例: propose a published result, see it masked, approve, send back, take down."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onevisit.stages.publication import typical_cases, voices
from onevisit.stages.publication.policies import OWN
from onevisit.stages.publication.request_models import TypicalCase
from onevisit.stages.publication.services import PublicationRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.views import publication as pages
from onevisit.web.ui.actors import ActorRequest


@requires("typical_case.propose")
@require_POST
def propose(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    """Propose the result as a typical case of the actor's own department."""
    found = pages.visible(request, publication_id)
    own = request.actor.department_ids(*OWN) & set(found.department_ids)
    try:
        typical_cases.propose(
            publication=found,
            department_id=next(iter(sorted(own or set(found.department_ids)))),
            title=request.POST.get("title", ""),
            words=request.POST.get("words", ""),
            actor=request.actor,
            at=clock.now(),
        )
    except PublicationRefused as refused:
        return pages.page(request, found, refusal=refused.message)
    messages.success(request, _("已提请刊登，个人信息已遮盖，待审批人批准。"))
    return redirect("publication", publication_id)


@requires("typical_case.approve")
@require_POST
def approve(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    """Show the case to the public in the words that were seen."""
    return _act(
        request,
        publication_id,
        lambda case: typical_cases.approve(
            case=case, words_sha256=request.POST.get("words_sha256", ""), actor=request.actor, at=clock.now()
        ),
        words=_("已刊登为典型案例。"),
    )


@requires("typical_case.return")
@require_POST
def send_back(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    """Return the case with a reason."""
    return _act(
        request,
        publication_id,
        lambda case: typical_cases.send_back(
            case=case, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now()
        ),
        words=_("已退回修改。"),
    )


@requires("typical_case.remove")
@require_POST
def remove(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    """Take the case down with a reason."""
    return _act(
        request,
        publication_id,
        lambda case: typical_cases.remove(
            case=case, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now()
        ),
        words=_("典型案例已撤下，公示结果不受影响。"),
    )


def _act(
    request: ActorRequest, publication_id: UUID, act: Callable[[TypicalCase], object], *, words: str
) -> HttpResponse:
    found = pages.visible(request, publication_id)
    case = voices.case_of(found)
    if case is None:
        raise Http404
    try:
        act(case)
    except PublicationRefused as refused:
        return pages.page(request, found, refusal=refused.message)
    messages.success(request, words)
    return redirect("publication", publication_id)
