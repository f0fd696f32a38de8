"""结果审核: one department's result of a visit, item by item; the next one opens by itself."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.findings import selectors, services
from onevisit.stages.findings.models import Finding
from onevisit.stages.findings.policies import REVIEWERS
from onevisit.stages.publication import voices
from onevisit.stages.publication.lifecycle import REQUEST
from onevisit.stages.visits import selectors as visits
from onevisit.stages.visits.lifecycle import INSPECTION
from onevisit.stages.visits.selectors.boards import is_sealed
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.forms.findings import ReasonForm
from onevisit.web.ui.actors import ActorRequest


def _inspection(request: ActorRequest, inspection_id: UUID) -> "visits.Inspection":
    try:
        inspection = visits.inspection(inspection_id)
    except visits.Inspection.DoesNotExist as unknown:
        raise Http404 from unknown
    if not visits.Inspection.objects.visible_to(request.actor).filter(pk=inspection_id).exists():
        raise Http404
    if is_sealed(inspection.visit, at=clock.now()):
        raise Http404
    return inspection


@requires("finding.see")
@require_GET
def review_list(request: ActorRequest) -> HttpResponse:
    """List the results that wait for the actor's review."""
    waiting = visits.waiting_for_review(request.actor.department_ids(Role.APPROVER))
    rows = [{"part": part, "name": selectors.shown_name(part.visit, at=clock.now())} for part in waiting]
    return render(request, "desk/findings/review_list.html", {"waiting": rows})


@requires("finding.see")
@require_GET
def review(request: ActorRequest, inspection_id: UUID) -> HttpResponse:
    """Show one result: left what the officers found, right what the public will read."""
    return _page(request, _inspection(request, inspection_id))


def _page(
    request: ActorRequest, inspection: "visits.Inspection", status: int = 200, return_form: ReasonForm | None = None
) -> HttpResponse:
    findings = list(
        Finding.objects.filter(inspection_id=inspection.pk).select_related("order", "owner").order_by("found_at")
    )
    by_item = {finding.item: finding for finding in findings}
    answers = visits.answers(inspection.pk)
    rows = [{"answer": answer, "finding": by_item.get(answer.item)} for answer in answers]
    pending = [finding for finding in findings if finding.state == "pending"]
    statements = voices.statements_of(visit_id=inspection.visit_id, department_id=inspection.department_id)
    codes = services.codes_of(inspection=inspection, findings=findings)
    context = {
        "inspection": inspection,
        "rows": rows,
        "pending": pending,
        "statements": statements,
        "open_statements": [one for one in statements if one.state == REQUEST.initial],
        "REQUEST": REQUEST,
        "result_words": "；".join(selectors.result_label(code) for code in codes),
        "may_review": request.actor.may("inspection.review", inspection)
        and INSPECTION.allows(state=inspection.state, verb="inspection.review"),
        "capacity": request.actor.holds(*REVIEWERS, department_id=inspection.department_id),
        "return_form": return_form or ReasonForm(prefix="result"),
        "entries": ledger.timeline("inspection", inspection.pk),
        "LIFECYCLE": INSPECTION,
    }
    return render(request, "desk/findings/review.html", context, status=status)


@requires("inspection.review")
@require_POST
def review_pass(request: ActorRequest, inspection_id: UUID) -> HttpResponse:
    """Pass the result and open the next one."""
    inspection = _inspection(request, inspection_id)
    services.review(inspection=inspection, actor=request.actor, at=clock.now())
    waiting = visits.waiting_for_review(request.actor.department_ids(Role.APPROVER))
    if waiting:
        messages.success(request, _("审核通过，已打开下一户。"))
        return redirect("review", waiting[0].pk)
    messages.success(request, _("审核通过。没有其他待审核的结果。"))
    return redirect("review_list")


@requires("inspection.return")
@require_POST
def review_return(request: ActorRequest, inspection_id: UUID) -> HttpResponse:
    """Send the result back to the officers."""
    inspection = _inspection(request, inspection_id)
    form = ReasonForm(request.POST, prefix="result")
    if form.is_valid():
        try:
            services.return_result(
                inspection=inspection, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now()
            )
        except services.FindingRefused as refusal:
            form.add_error("reason" if refusal.field else None, refusal.message)
        else:
            messages.success(request, _("已退回检查人员，原记录保留。"))
            return redirect("review_list")
    return _page(request, inspection, status=422, return_form=form)
