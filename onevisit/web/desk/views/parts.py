"""行政检查审批表: each department's own part of a settled offer, filled by its clerk, decided by its head."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.offers import documents, selectors, services
from onevisit.stages.offers.lifecycle import PART
from onevisit.stages.offers.models import PartApproval
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.plans import selectors as plans
from onevisit.stages.registers import availability
from onevisit.support import clock
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.identity.access import requires
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.forms.campaigns import ReasonForm
from onevisit.web.desk.forms.offers import PartForm
from onevisit.web.ui import conflicts, toasts
from onevisit.web.ui.actors import ActorRequest


@requires("offer.see")
@require_GET
def part_detail(request: ActorRequest, part_id: UUID) -> HttpResponse:
    """Show the form as it will be printed, and let its clerk fill it or its head decide."""
    part = _visible(request, part_id)
    return _page(request, part, form=_form(part, data=None))


def _page(
    request: ActorRequest, part: PartApproval, *, form: PartForm, conflict: conflicts.Conflict | None = None
) -> HttpResponse:
    actor = request.actor
    may = {
        transition.verb.split(".")[1]: actor.may(transition.verb, part) for transition in PART.verbs_from(part.state)
    }
    context = {
        "part": part,
        "offer": part.offer,
        "LIFECYCLE": PART,
        "facts": documents.facts_of(part),
        "title": documents.TITLE,
        "form": form,
        "may": may,
        "capacity": actor.holds(Role.CLERK, Role.APPROVER, department_id=part.department_id),
        "waits_for": _waits_for(part),
        "law": _law(part),
        "deadline": deadlines.running(subject_type="part", subject=part.pk).first(),
        "entries": ledger.timeline("part", part.pk),
        "reason_form": ReasonForm(),
    }
    context["conflict"] = conflict
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "desk/parts/detail.html", context, status=status)


def _law(part: PartApproval) -> str:
    """Return the article of the term without its explanation, short enough for a chip."""
    deadline = deadlines.running(subject_type="part", subject=part.pk).first()
    return deadline.rule_version.law.split("（")[0] if deadline else ""


def _waits_for(part: PartApproval) -> str:
    if part.state == "submitted":
        return _("此步由 %s 审批人 审批") % part.department.short_name
    if part.state in ("draft", "returned"):
        return _("此步由 %s 联络员 填报") % part.department.short_name
    return ""


def _form(part: PartApproval, *, data: Any) -> PartForm:
    offer = part.offer
    initial = {
        "item_ids": [str(pk) for pk in part.item_ids],
        "inspector_ids": [str(pk) for pk in part.inspector_ids],
        "method": part.method,
        "assistants_count": part.assistants_count,
        "opinion": part.opinion,
    }
    return PartForm(
        data,
        initial=initial,
        items=plans.items_of(offer.cluster_id, department_id=part.department_id),
        nominees=availability.nominees(
            department_ids=[part.department_id], starts_on=offer.starts_on, ends_on=offer.ends_on
        ),
    )


@requires("part.submit")
@require_POST
def part_submit(request: ActorRequest, part_id: UUID) -> HttpResponse:
    """Hand the form in to the department's own head."""
    part = _visible(request, part_id)
    request.actor.must("part.submit", part)
    form = _form(part, data=request.POST)
    conflict = conflicts.found(request, form, entries=ledger.timeline("part", part.pk))
    if conflict or not form.is_valid():
        return _page(request, part, form=form, conflict=conflict)
    given = form.cleaned_data
    try:
        services.submit_part(
            part=part,
            item_ids=[UUID(pk) for pk in given["item_ids"]],
            inspector_ids=[UUID(pk) for pk in given["inspector_ids"]],
            method=given["method"],
            opinion=given["opinion"],
            assistants_count=given["assistants_count"],
            actor=request.actor,
            at=clock.now(),
        )
    except OfferRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _page(request, part, form=form)
    toasts.taken(request, f"part-{part.pk}")
    messages.success(request, _("已提交本部门审批人审批。"))
    return redirect("part_detail", part.pk)


@requires("part.recall")
@require_POST
def part_recall(request: ActorRequest, part_id: UUID) -> HttpResponse:
    """Take the form back before it is decided."""
    part = services.recall_part(part=_visible(request, part_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已收回，可以修改后重新提交。"))
    return redirect("part_detail", part.pk)


@requires("part.approve")
@require_POST
def part_approve(request: ActorRequest, part_id: UUID) -> HttpResponse:
    """Approve the department's own part."""
    part = _visible(request, part_id)
    decision = request.POST.get("decision", "")
    approved = services.approve_part(part=part, decision=decision, actor=request.actor, at=clock.now())
    messages.success(request, _("已批准，文号 %s。") % approved.document_number)
    return redirect("part_detail", part.pk)


@requires("part.return")
@require_POST
def part_return(request: ActorRequest, part_id: UUID) -> HttpResponse:
    """Return the form with a reason."""
    part = _visible(request, part_id)
    reason = request.POST.get("reason", "")
    services.return_part(part=part, decision=reason, actor=request.actor, at=clock.now())
    messages.success(request, _("已退回联络员修改。"))
    return redirect("part_detail", part.pk)


def _visible(request: ActorRequest, part_id: UUID) -> PartApproval:
    return get_object_or_404(selectors.parts_for(request.actor).select_related("document"), pk=part_id)
