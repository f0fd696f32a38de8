"""征求意见: remarks beside the paragraphs of a plan, their answers, and the minutes of the meeting that agreed it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans import services
from onevisit.stages.plans.models import PlanNote
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.consultation_page import Refused
from onevisit.web.desk.forms.campaigns import MinutesForm, ReturnForm
from onevisit.web.desk.views.campaigns import review_page, visible
from onevisit.web.ui import toasts
from onevisit.web.ui.actors import ActorRequest


@requires("campaign.consult")
@require_POST
def campaign_consult(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Ask the departments of the cluster for their remarks on the draft."""
    campaign = visible(request, campaign_id)
    services.consult(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(request, _("已向集群内部门征求意见，答复会列在本页。"))
    return redirect("campaign_detail", campaign.pk)


@requires("campaign.annotate")
@require_POST
def campaign_annotate(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Write a remark beside one paragraph."""
    campaign = visible(request, campaign_id)
    section, words = request.POST.get("section", ""), request.POST.get("words", "")
    try:
        services.annotate(campaign=campaign, section=section, words=words, actor=request.actor, at=clock.now())
    except PlanRefused as refusal:
        refused = Refused(place=section, message=refusal.message, typed=words)
        return review_page(request, campaign, ReturnForm(), refusal=refused)
    messages.success(request, _("已批注，由%s处理。") % campaign.organiser.short_name)
    return redirect("campaign_review", campaign.pk)


@requires("campaign.agree")
@require_POST
def campaign_agree(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Answer that one's own department has no remark."""
    campaign = visible(request, campaign_id)
    services.agree(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(request, _("已答复：对方案无意见。"))
    return redirect("campaign_review", campaign.pk)


@requires("campaign.see")
@require_POST
def plan_note_act(request: ActorRequest, campaign_id: UUID, note_id: UUID, act: str) -> HttpResponse:
    """Take a remark over, say why not, or take one's own back."""
    campaign = visible(request, campaign_id)
    rows = PlanNote.objects.filter(campaign=campaign).select_related("campaign", "department")
    note = get_object_or_404(rows, pk=note_id)
    answer = request.POST.get("answer", "")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "adopt": (
            lambda: services.adopt_note(note=note, answer=answer, actor=request.actor, at=clock.now()),
            _("已采纳，批注部门可见。"),
        ),
        "decline": (
            lambda: services.decline_note(note=note, answer=answer, actor=request.actor, at=clock.now()),
            _("已说明未采纳的理由，批注部门可见。"),
        ),
        "withdraw": (
            lambda: services.withdraw_note(note=note, actor=request.actor, at=clock.now()),
            _("已撤回批注。"),
        ),
    }
    if act not in acts:
        raise Http404
    do, words = acts[act]
    try:
        do()
    except PlanRefused as refusal:
        refused = Refused(place=str(note.pk), message=refusal.message, typed=answer)
        return review_page(request, campaign, ReturnForm(), refusal=refused)
    messages.success(request, words)
    return redirect("campaign_review", campaign.pk)


@requires("campaign.minute")
@require_http_methods(["GET", "POST"])
def campaign_minute(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Enter the minutes of the meeting that agreed the plan."""
    campaign = visible(request, campaign_id)
    capacity = request.actor.must("campaign.minute", campaign)
    cluster = plans.current_cluster(campaign)
    departments = plans.departments_of(cluster.pk) if cluster else []
    form = MinutesForm(request.POST or None, departments=departments)
    if request.method == "POST" and form.is_valid():
        try:
            services.minute(campaign=campaign, **form.cleaned_data, actor=request.actor, at=clock.now())
        except PlanRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            toasts.taken(request, f"minutes-{campaign.pk}")
            messages.success(request, _("已登记会议纪要。"))
            return redirect("campaign_detail", campaign.pk)
    context = {"campaign": campaign, "form": form, "capacity": capacity}
    return render(request, "desk/campaigns/minutes.html", context, status=422 if form.errors else 200)


@requires("campaign.void_minutes")
@require_POST
def campaign_void_minutes(request: ActorRequest, campaign_id: UUID, minutes_id: UUID) -> HttpResponse:
    """Declare minutes void that were entered in error."""
    campaign = visible(request, campaign_id)
    row = next((row for row, _names in plans.minutes_of(campaign.pk) if row.pk == minutes_id), None)
    if row is None:
        raise Http404
    services.void_minutes(minutes=row, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("纪要已作废，原文和理由仍可查。"))
    return redirect("campaign_detail", campaign.pk)
