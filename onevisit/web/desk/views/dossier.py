"""投诉举报 and 上下游 of a target: the list of complaints, and entering one complaint or one supply."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.stages.registers import dossier, selectors
from onevisit.stages.registers.models import Complaint, ComplaintChannel, InspectionTarget
from onevisit.stages.registers.refusals import RecordRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.web.desk.forms.dossier import ComplaintForm, SupplyEndForm, SupplyForm
from onevisit.web.ui import toasts
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab


class ComplaintQuery(QueryForm):
    """Filters of the list of complaints."""

    q = forms.CharField(label=gettext_lazy("企业、工单编号或事由"))
    channel = forms.ChoiceField(
        label=gettext_lazy("渠道"), choices=[("", gettext_lazy("全部")), *ComplaintChannel.choices]
    )

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if "q" in values:
            words = values["q"]
            rows = rows.filter(
                Q(target__name__icontains=words) | Q(number__startswith=words) | Q(matter__icontains=words)
            )
        return rows.filter(channel=values["channel"]) if "channel" in values else rows


COMPLAINTS = Listing(
    name="registers.complaints",
    title=gettext_lazy("投诉举报"),
    unit=gettext_lazy("件"),
    noun="objection",
    rows=lambda actor: Complaint.objects.visible_to(actor).select_related("target", "department"),
    columns=(
        Column("number", gettext_lazy("工单编号"), kind=Kind.CODE),
        Column("channel", gettext_lazy("渠道"), "get_channel_display"),
        Column("target", gettext_lazy("检查对象"), "target.name"),
        Column("matter", gettext_lazy("事由")),
        Column("received", gettext_lazy("受理"), "received_on", Kind.DATE, sort="received_on"),
        Column("department", gettext_lazy("承办部门"), "department.short_name"),
        Column("closed", gettext_lazy("办结"), "closed_on", Kind.DATE),
        Column("result", gettext_lazy("处理结果"), is_default=False),
    ),
    order=("-received_on", "pk"),
    tabs=(
        Tab("open", gettext_lazy("办理中"), Q(closed_on__isnull=True)),
        Tab("closed", gettext_lazy("已办结"), Q(closed_on__isnull=False)),
    ),
    form=ComplaintQuery,
    row_url=lambda row: f"/registers/targets/{row.target_id}?tab=complaints",
    empty=Empty(
        gettext_lazy("还没有投诉举报"),
        gettext_lazy("导入 12345、12315 工单，或在检查对象页逐件登记后，会列在这里。"),
        "/registers/imports?kind=complaints",
        gettext_lazy("去导入"),
        verb="import.upload",
    ),
)


@requires("complaint.see")
@require_GET
def complaint_list(request: ActorRequest) -> HttpResponse:
    """List the complaints about all targets."""
    return render(request, "desk/registers/list.html", {"page": COMPLAINTS.page(request), "section": _("投诉举报")})


def own_organs(request: ActorRequest) -> QuerySet[Department]:
    """Return the departments for which the actor may enter something: his own, or any for the coordination office."""
    organs = Department.objects.departments().active_on(clock.today())
    if request.actor.holds(Role.COORDINATOR):
        return organs
    return organs.filter(pk__in=request.actor.department_ids(Role.CLERK))


def visible_target(request: ActorRequest, target_id: UUID) -> InspectionTarget:
    """Return a target that the actor may see."""
    return get_object_or_404(InspectionTarget.objects.visible_to(request.actor), pk=target_id)


def entry_page(
    request: ActorRequest, *, form: forms.Form, heading: str, submit: str, back: str, crumb: str, lead: str = ""
) -> HttpResponse:
    """Show a form that enters one record."""
    context = {"form": form, "heading": heading, "submit": submit, "back": back, "crumb_label": crumb, "lead": lead}
    return render(request, "desk/registers/entry.html", context, status=422 if form.errors else 200)


@requires("complaint.register")
@require_http_methods(["GET", "POST"])
def complaint_register(request: ActorRequest, target_id: UUID) -> HttpResponse:
    """Enter one complaint about a target."""
    target = visible_target(request, target_id)
    form = ComplaintForm(request.POST or None, departments=own_organs(request))
    back = f"/registers/targets/{target.pk}?tab=complaints"
    if request.method == "POST" and form.is_valid():
        try:
            dossier.register_complaint(target=target, **form.cleaned_data, actor=request.actor, at=clock.now())
        except RecordRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            toasts.taken(request, "entry")
            messages.success(request, _("已登记投诉举报。"))
            return redirect(back)
    return entry_page(
        request,
        form=form,
        heading=_("登记投诉举报"),
        submit=_("登记投诉举报"),
        back=back,
        crumb=target.name,
        lead=_("逐件登记 12345、12315 工单；成批的请从“导入”导入。投诉人的信息一律不登记。"),
    )


@requires("supply.register")
@require_http_methods(["GET", "POST"])
def supply_register(request: ActorRequest, target_id: UUID) -> HttpResponse:
    """Enter one supply to or from a target."""
    target = visible_target(request, target_id)
    form = SupplyForm(request.POST or None, departments=own_organs(request))
    back = f"/registers/targets/{target.pk}?tab=supply"
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        code, direction = given.pop("other").strip().upper(), given.pop("direction")
        other = InspectionTarget.objects.visible_to(request.actor).filter(object_id=code).first()
        try:
            if other is None:
                raise RecordRefused(message=_("名录库中没有这个代码的检查对象，请核对或先导入。"), field="other")
            supplier, buyer = (other, target) if direction == "from" else (target, other)
            dossier.register_supply(supplier=supplier, buyer=buyer, **given, actor=request.actor, at=clock.now())
        except RecordRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            toasts.taken(request, "entry")
            messages.success(request, _("已登记供货关系。"))
            return redirect(back)
    return entry_page(
        request, form=form, heading=_("登记供货关系"), submit=_("登记供货关系"), back=back, crumb=target.name
    )


@requires("supply.end")
@require_POST
def supply_end(request: ActorRequest, target_id: UUID) -> HttpResponse:
    """Note that a supply of a target has ended."""
    target = visible_target(request, target_id)
    back = f"/registers/targets/{target.pk}?tab=supply"
    form = SupplyEndForm(
        request.POST, departments=own_organs(request), supplies=selectors.supplies_of(target_id=target.pk)
    )
    if form.is_valid():
        try:
            dossier.end_supply(**form.cleaned_data, actor=request.actor, at=clock.now())
        except RecordRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已终止供货关系，记录保留。"))
            return redirect(back)
    return entry_page(
        request, form=form, heading=_("终止供货关系"), submit=_("终止供货关系"), back=back, crumb=target.name
    )
