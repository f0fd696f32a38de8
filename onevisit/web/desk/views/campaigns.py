"""S8 专项方案: list, start, plan with its burden, review, and the verbs of a campaign."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.core.lifecycle import WrongState
from onevisit.stages.plans import burden, comparing, dates, readiness, services
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk import consultation_page, plan_steps
from onevisit.web.desk.forms.campaigns import SECTION_FORMS, ReasonForm, ReturnForm, StartForm, initial_of
from onevisit.web.ui import conflicts, toasts
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

_REMATCHED = ("targets", "time")
_OFFICE = (Role.COORDINATOR, Role.CLERK, Role.APPROVER)


class CampaignQuery(QueryForm):
    """Filters of the list of campaigns."""

    q = forms.CharField(label=gettext_lazy("名称、编号、领域"))
    initiator = forms.ModelChoiceField(
        label=gettext_lazy("发起部门"), queryset=Department.objects.departments(), empty_label=gettext_lazy("全部")
    )

    def narrow(self, rows: Any, values: dict[str, Any]) -> Any:
        if "q" in values:
            words = values["q"]
            rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(field__icontains=words))
        return rows.filter(initiator=values["initiator"]) if "initiator" in values else rows


CAMPAIGNS = Listing(
    name="plans.campaigns",
    title=gettext_lazy("专项与集群"),
    unit=gettext_lazy("项"),
    noun="campaign",
    rows=lambda actor: plans.campaigns_for(actor),
    columns=(
        Column("title", gettext_lazy("专项"), sort="title"),
        Column("number", gettext_lazy("编号"), kind=Kind.CODE, sort="number"),
        Column("state", gettext_lazy("状态"), "state_now.label", template="desk/campaigns/state_cell.html"),
        Column("field", gettext_lazy("领域")),
        Column("initiator", gettext_lazy("发起部门"), "initiator.short_name"),
        Column("organiser", gettext_lazy("组织单位"), "organiser.short_name", is_default=False),
        Column("starts_on", gettext_lazy("开始"), kind=Kind.DATE),
        Column("ends_on", gettext_lazy("结束"), kind=Kind.DATE, is_default=False),
        Column("filing_number", gettext_lazy("备案号"), kind=Kind.CODE, is_default=False),
    ),
    order=("-created_at", "pk"),
    tabs=tuple(Tab(state.value, state.label, Q(state=state.value)) for state in CAMPAIGN.states),
    form=CampaignQuery,
    row_url=lambda row: f"/plans/campaigns/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有专项"),
        gettext_lazy("从板块模板发起专项后，系统按行业、许可和法律匹配部门、对象和事项，每一条都写明理由。"),
        "/plans/campaigns/start",
        gettext_lazy("发起专项"),
        verb="campaign.start",
    ),
)


@requires("campaign.see")
@require_GET
def campaign_list(request: ActorRequest) -> HttpResponse:
    """List the campaigns that the actor may know of."""
    may_start = request.actor.may("campaign.start")
    return render(request, "desk/campaigns/list.html", {"page": CAMPAIGNS.page(request), "may_start": may_start})


@requires("campaign.see")
@require_GET
def template_list(request: ActorRequest) -> HttpResponse:
    """Show the templates from which a campaign can be started."""
    names = dict(Department.objects.departments().values_list("code", "short_name"))
    rows = [
        {
            "template": template,
            "initiator": names.get(template.initiator_code, template.initiator_code),
            "participants": [names.get(code, code) for code in template.participant_codes],
        }
        for template in plans.templates()
    ]
    may_start = request.actor.may("campaign.start")
    return render(request, "desk/campaigns/templates.html", {"rows": rows, "may_start": may_start})


@requires("campaign.start")
@require_http_methods(["GET", "POST"])
def campaign_start(request: ActorRequest) -> HttpResponse:
    """Start a campaign, from a template or freely, and match its cluster at once."""
    actor = request.actor
    initiators = _initiators(request)
    form = StartForm(request.POST or None, initiators=initiators, initial=_start_initial(request, initiators))
    if request.method == "POST" and form.is_valid():
        try:
            campaign = services.start(**form.cleaned_data, actor=actor, at=clock.now())
        except PlanRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            services.match(campaign=campaign, actor=actor, at=clock.now())
            toasts.taken(request, "campaign-start")
            messages.success(request, _("已发起，并按开始日期有效的法律匹配了集群。请逐条核对。"))
            return redirect("campaign_cluster", campaign.pk)
    return render(request, "desk/campaigns/start.html", {"form": form}, status=422 if form.errors else 200)


def _initiators(request: ActorRequest) -> Any:
    """Return the departments for which the actor may start one: any for the office, else his own (R57)."""
    organs = Department.objects.departments().filter(can_inspect=True).active_on(clock.today())
    if request.actor.holds(Role.COORDINATOR):
        return organs
    return organs.filter(pk__in=request.actor.department_ids(Role.CLERK))


def _start_initial(request: ActorRequest, initiators: Any) -> dict[str, Any]:
    template = plans.templates().filter(key=request.GET.get("template", "")).first()
    starts_on, ends_on = dates.proposed_period(on=clock.today())
    proposed = {"starts_on": starts_on, "ends_on": ends_on}
    if template is None:
        return {"initiator": initiators.first() if initiators.count() == 1 else None, **proposed}
    initiator = initiators.filter(code=template.initiator_code).first() or initiators.first()
    return {"template": template, "title": _("%s联合检查") % template.name, "initiator": initiator, **proposed}


@requires("campaign.see")
@require_GET
def campaign_detail(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Show a plan: its task list beside what it costs the businesses."""
    campaign = visible(request, campaign_id)
    cluster = plans.current_cluster(campaign)
    context = {
        "campaign": campaign,
        "cluster": cluster,
        "LIFECYCLE": CAMPAIGN,
        "steps": plan_steps.steps(campaign, request.actor),
        "blockers": readiness.blockers(campaign) if campaign.state in ("draft", "returned") else [],
        "burden": burden.preview(campaign, cluster, on=clock.today()) if cluster else None,
        "may": _may(request, campaign),
        "waits_for": _waits_for(campaign),
        "capacity": request.actor.holds(*_OFFICE, department_id=campaign.organiser_id),
        "entries": ledger.timeline("campaign", campaign.pk),
        "plan_entry": plans.plan_entry_of(campaign_id=campaign.pk),
        "minutes": plans.minutes_of(campaign.pk),
        "phases": dates.phases(campaign, on=clock.today()),
        "answers": consultation_page.answers(campaign, cluster),
        "reason_form": ReasonForm(),
    }
    return render(request, "desk/campaigns/detail.html", context)


@requires("campaign.edit")
@require_http_methods(["GET", "POST"])
def campaign_edit(request: ActorRequest, campaign_id: UUID, section: str) -> HttpResponse:
    """Edit one section of a plan."""
    campaign = visible(request, campaign_id)
    request.actor.must("campaign.edit", campaign)
    if section not in SECTION_FORMS:
        raise Http404
    form = SECTION_FORMS[section](request.POST or None, initial=initial_of(campaign, section))
    conflict = conflicts.found(request, form, entries=ledger.timeline("campaign", campaign.pk))
    if request.method == "POST" and conflict is None and form.is_valid():
        try:
            services.edit(campaign=campaign, changes=form.changes(), actor=request.actor, at=clock.now())
        except PlanRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        except WrongState:
            conflict = conflicts.of_state(form, entries=ledger.timeline("campaign", campaign.pk))
        else:
            toasts.taken(request, f"campaign-{campaign.pk}-{section}")
            if section in _REMATCHED:
                return _rematched(request, campaign.pk)
            messages.success(request, _("已保存“%s”。") % readiness.SECTIONS[section])
            return redirect("campaign_detail", campaign.pk)
    cluster = plans.current_cluster(campaign)
    context = {
        "campaign": campaign,
        "section": section,
        "section_label": readiness.SECTIONS[section],
        "form": form,
        "conflict": conflict,
        "counted": plans.counted(campaign.quota, cluster) if cluster and section == "quota" else None,
        "days": consultation_page.days_of(campaign) if section == "time" else None,
    }
    return render(request, "desk/campaigns/edit.html", context, status=409 if conflict else 422 if form.errors else 200)


def _rematched(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Match anew after the day or a condition has changed, and show what it did to the cluster."""
    campaign = visible(request, campaign_id)
    cluster = services.match(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(request, _("已保存，并重新匹配为第 %s 版。") % cluster.version)
    return redirect("campaign_cluster", campaign.pk)


@requires("campaign.edit")
@require_GET
def campaign_counts(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Say how many targets the conditions typed so far would find; nothing is saved."""
    campaign = visible(request, campaign_id)
    request.actor.must("campaign.edit", campaign)
    if "HX-Request" not in request.headers:
        return redirect("campaign_edit", campaign.pk, "targets")
    form = SECTION_FORMS["targets"](request.GET)
    found = plans.counts_of(campaign, form.changes()) if form.is_valid() else None
    return render(request, "desk/campaigns/counts.html", {"found": found})


@requires("campaign.submit")
@require_POST
def campaign_submit(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Hand a plan in for approval."""
    campaign = visible(request, campaign_id)
    services.submit(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(request, _("已提交，由%s审批人审批。") % campaign.initiator.short_name)
    return redirect("campaign_detail", campaign.pk)


@requires("campaign.recall")
@require_POST
def campaign_recall(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Take a plan back before it is decided."""
    campaign = visible(request, campaign_id)
    services.recall(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(request, _("已收回，恢复为草稿。"))
    return redirect("campaign_detail", campaign.pk)


@requires("campaign.see")
@require_GET
def campaign_review(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Show necessity, scope and burden side by side, with the differences from the version before (R152)."""
    return review_page(request, visible(request, campaign_id), ReturnForm())


def review_page(
    request: ActorRequest, campaign: Campaign, form: ReturnForm, *, refusal: consultation_page.Refused | None = None
) -> HttpResponse:
    """Show the plan as its head and the departments of its cluster read it."""
    cluster = plans.current_cluster(campaign)
    if cluster is None:
        raise Http404
    older = campaign.clusters.filter(version=cluster.version - 1).first()
    head = request.actor.holds(Role.APPROVER, department_id=campaign.initiator_id)
    context = {
        "campaign": campaign,
        "cluster": cluster,
        "LIFECYCLE": CAMPAIGN,
        "notes": consultation_page.notes(request.actor, campaign, refusal=refusal),
        "questions": [(label, campaign.necessity.get(key, "")) for key, label in readiness.FOUR_QUESTIONS.items()],
        "scores": [(label, campaign.field_scores.get(key)) for key, label in readiness.FIELD_CRITERIA.items()],
        "burden": burden.preview(campaign, cluster, on=clock.today()),
        "departments": _departments_with_items(cluster.pk),
        "differences": comparing.differences(older=older, newer=cluster) if older else [],
        "older": older,
        "may_decide": campaign.state == "submitted" and request.actor.may("campaign.approve", campaign),
        "capacity": head,
        "waits_for": _waits_for(campaign),
        "return_form": form,
    }
    status = 422 if form.errors or refusal else 200
    return render(request, "desk/campaigns/review.html", context, status=status)


def _departments_with_items(cluster_id: UUID) -> list[dict[str, Any]]:
    items = plans.items_of(cluster_id)
    return [
        {
            "row": row,
            "items": [item for item in items if item.department_id == row.department_id],
        }
        for row in plans.departments_of(cluster_id)
    ]


@requires("campaign.approve")
@require_POST
def campaign_approve(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Approve a plan as head of its initiator."""
    campaign = visible(request, campaign_id)
    approved = services.approve(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(request, _("已批准并备案，备案号 %s。") % approved.filing_number)
    return redirect("campaign_detail", campaign.pk)


@requires("campaign.return")
@require_POST
def campaign_return(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Return a plan with a coded reason and words."""
    campaign = visible(request, campaign_id)
    request.actor.must("campaign.return", campaign)
    form = ReturnForm(request.POST)
    if form.is_valid():
        services.return_(campaign=campaign, **form.cleaned_data, actor=request.actor, at=clock.now())
        messages.success(request, _("已退回%s修改。") % campaign.organiser.short_name)
        return redirect("campaign_detail", campaign.pk)
    return review_page(request, campaign, form)


@requires("campaign.stop")
@require_POST
def campaign_stop(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Stop a campaign with a reason."""
    campaign = visible(request, campaign_id)
    services.stop(campaign=campaign, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("已中止。"))
    return redirect("campaign_detail", campaign.pk)


@requires("campaign.evaluate")
@require_POST
def campaign_evaluate(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Compare what came out with the plan's goal."""
    campaign = visible(request, campaign_id)
    services.evaluate(campaign=campaign, words=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("已记录成效评估。"))
    return redirect("campaign_detail", campaign.pk)


def visible(request: ActorRequest, campaign_id: UUID) -> Campaign:
    rows = Campaign.objects.visible_to(request.actor).select_related("organiser", "initiator", "template")
    return get_object_or_404(rows, pk=campaign_id)


def _may(request: ActorRequest, campaign: Campaign) -> dict[str, bool]:
    """Return which verbs the actor may do now: allowed by policy and by the state."""
    return {
        transition.verb.split(".")[1]: request.actor.may(transition.verb, campaign)
        for transition in CAMPAIGN.verbs_from(campaign.state)
    } | {
        "offer": campaign.state in ("approved", "running") and request.actor.may("offer.draft", campaign),
    }


def _waits_for(campaign: Campaign) -> str:
    if campaign.state == "submitted":
        return _("此步由 %s 审批人 审批") % campaign.initiator.short_name
    if campaign.state in ("draft", "returned"):
        return _("此步由 %s 办理") % campaign.organiser.short_name
    return ""
