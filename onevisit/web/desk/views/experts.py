"""专家 (S5): who can be asked to assist; never alone, and no column of how often."""

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

from onevisit.core.lifecycle import Tone
from onevisit.stages.registers import experts
from onevisit.stages.registers.models import Expert, ExpertStatus
from onevisit.stages.registers.refusals import RecordRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.forms.dossier import ExpertForm
from onevisit.web.desk.views.dossier import entry_page, own_organs
from onevisit.web.ui import toasts
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab


def state_of(expert: Expert) -> tuple[str, str]:
    """Say in which tone and word the appointment of an expert stands today."""
    if expert.status == ExpertStatus.SUSPENDED:
        return Tone.VOID, str(expert.get_status_display())
    if expert.valid_to < clock.today():
        return Tone.LATE, _("聘期已过")
    return Tone.OK, str(expert.get_status_display())


class ExpertQuery(QueryForm):
    """Filters of the list of experts."""

    q = forms.CharField(label=gettext_lazy("姓名或工作单位"))
    domain = forms.CharField(label=gettext_lazy("专业领域"))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if "q" in values:
            rows = rows.filter(Q(name__icontains=values["q"]) | Q(organisation__icontains=values["q"]))
        return rows.filter(domains__icontains=values["domain"]) if "domain" in values else rows


EXPERTS = Listing(
    name="registers.experts",
    title=gettext_lazy("专家"),
    unit=gettext_lazy("人"),
    noun="expert",
    rows=lambda actor: Expert.objects.visible_to(actor).select_related("department"),
    columns=(
        Column("name", gettext_lazy("姓名"), sort="name"),
        Column("state", gettext_lazy("状态"), template="desk/registers/certificate_cell.html", value=state_of),
        Column("domains", gettext_lazy("专业领域"), lambda row: "、".join(row.domains)),
        Column("organisation", gettext_lazy("工作单位")),
        Column("title", gettext_lazy("职称或职务")),
        Column("until", gettext_lazy("聘期至"), "valid_to", Kind.DATE, sort="valid_to"),
        Column("department", gettext_lazy("推荐部门"), "department.short_name"),
    ),
    order=("name", "pk"),
    tabs=(
        Tab("active", gettext_lazy("在库"), Q(status=ExpertStatus.ACTIVE)),
        Tab("suspended", gettext_lazy("已停用"), Q(status=ExpertStatus.SUSPENDED)),
    ),
    form=ExpertQuery,
    row_url=lambda row: f"/registers/experts/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有专家"),
        gettext_lazy("专家仅协助，不单独检查。导入或逐个登记后，会列在这里。"),
        "/registers/experts/register",
        gettext_lazy("登记专家"),
        verb="expert.register",
    ),
)


@requires("expert.see")
@require_GET
def expert_list(request: ActorRequest) -> HttpResponse:
    """List the experts."""
    context = {
        "page": EXPERTS.page(request),
        "section": _("专家"),
        "may_register": request.actor.may("expert.register"),
    }
    return render(request, "desk/registers/experts.html", context)


@requires("expert.register")
@require_http_methods(["GET", "POST"])
def expert_register(request: ActorRequest) -> HttpResponse:
    """Enter an expert."""
    form = ExpertForm(request.POST or None, departments=own_organs(request))
    if request.method == "POST" and form.is_valid():
        try:
            expert = experts.register(**form.cleaned_data, actor=request.actor, at=clock.now())
        except RecordRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            toasts.taken(request, "entry")
            messages.success(request, _("已登记专家。"))
            return redirect("expert_detail", expert.pk)
    return entry_page(
        request,
        form=form,
        heading=_("登记专家"),
        submit=_("登记专家"),
        back="/registers/experts",
        crumb=_("专家"),
        lead=_("专家仅协助，不单独检查，不计入 2 名以上执法人员。"),
    )


@requires("expert.see")
@require_GET
def expert_detail(request: ActorRequest, expert_id: UUID) -> HttpResponse:
    """Show one expert."""
    return _page(request, _visible(request, expert_id))


@requires("expert.suspend")
@require_POST
def expert_suspend(request: ActorRequest, expert_id: UUID) -> HttpResponse:
    """Ask an expert no more."""
    expert = _visible(request, expert_id)
    try:
        experts.suspend(expert=expert, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    except RecordRefused as refusal:
        return _page(request, expert, refusal=refusal.message)
    messages.success(request, _("已停用。"))
    return redirect("expert_detail", expert.pk)


@requires("expert.resume")
@require_POST
def expert_resume(request: ActorRequest, expert_id: UUID) -> HttpResponse:
    """Let an expert be asked again."""
    expert = _visible(request, expert_id)
    try:
        experts.resume(expert=expert, actor=request.actor, at=clock.now())
    except RecordRefused as refusal:
        return _page(request, expert, refusal=refusal.message)
    messages.success(request, _("已恢复在库。"))
    return redirect("expert_detail", expert.pk)


def _visible(request: ActorRequest, expert_id: UUID) -> Expert:
    return get_object_or_404(Expert.objects.visible_to(request.actor).select_related("department"), pk=expert_id)


def _page(request: ActorRequest, expert: Expert, *, refusal: str = "") -> HttpResponse:
    tone, word = state_of(expert)
    is_active = expert.status == ExpertStatus.ACTIVE
    context = {
        "expert": expert,
        "tone": tone,
        "word": word,
        "refusal": refusal,
        "may_suspend": is_active and request.actor.may("expert.suspend", expert),
        "may_resume": not is_active and request.actor.may("expert.resume", expert),
        "entries": ledger.timeline("expert", expert.pk),
    }
    return render(request, "desk/registers/expert.html", context, status=422 if refusal else 200)
