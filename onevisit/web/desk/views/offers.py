"""S10 要约: the lists, the page of one offer, and the verbs of initiator and coordination head."""

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
from onevisit.stages.offers import selectors, services
from onevisit.stages.offers.lifecycle import OFFER
from onevisit.stages.offers.models import ExtraDepartment, Offer
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.plans.models import Campaign
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.forms.offers import EditForm
from onevisit.web.desk.offer_page import content_of
from onevisit.web.ui import conflicts, toasts
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

BOXES = {"in": gettext_lazy("收到"), "out": gettext_lazy("发出"), "settled": gettext_lazy("已成约")}


class OfferQuery(QueryForm):
    """Filters of the lists of offers."""

    q = forms.CharField(label=gettext_lazy("名称或编号"))
    initiator = forms.ModelChoiceField(
        label=gettext_lazy("发起部门"), queryset=Department.objects.departments(), empty_label=gettext_lazy("全部")
    )

    def narrow(self, rows: Any, values: dict[str, Any]) -> Any:
        if "q" in values:
            rows = rows.filter(Q(title__icontains=values["q"]) | Q(number__icontains=values["q"]))
        return rows.filter(initiator=values["initiator"]) if "initiator" in values else rows


def _listing(box: str, empty: Empty) -> Listing:
    return Listing(
        name=f"offers.{box}",
        title=gettext_lazy("要约"),
        unit=gettext_lazy("件"),
        noun="offers",
        rows=lambda actor: selectors.offers_for(actor, box=box),
        columns=(
            Column("title", gettext_lazy("要约"), sort="title"),
            Column("number", gettext_lazy("编号"), kind=Kind.CODE, sort="number"),
            Column("state", gettext_lazy("状态"), "state_now.label", template="desk/offers/state_cell.html"),
            Column("initiator", gettext_lazy("发起部门"), "initiator.short_name"),
            Column("participants", gettext_lazy("应约 / 受邀"), lambda row: f"{row.accepted} / {row.participants}"),
            Column("starts_on", gettext_lazy("开始"), kind=Kind.DATE),
            Column("ends_on", gettext_lazy("结束"), kind=Kind.DATE),
            Column("reply_due_at", gettext_lazy("应答期至"), kind=Kind.DATETIME),
        ),
        order=("-created_at", "pk"),
        tabs=()
        if box == "settled"
        else tuple(Tab(state.value, state.label, Q(state=state.value)) for state in OFFER.states),
        form=OfferQuery,
        row_url=lambda row: f"/offers/{row.pk}",
        empty=empty,
    )


LISTS = {
    "in": _listing(
        "in", Empty(gettext_lazy("还没有收到要约"), gettext_lazy("其他部门向本部门发出要约后，会出现在这里和待办。"))
    ),
    "out": _listing(
        "out",
        Empty(
            gettext_lazy("还没有发出要约"),
            gettext_lazy("专项方案批准后，在方案页生成要约草案，核对后发出。"),
            "/plans/campaigns",
            gettext_lazy("看专项方案"),
            verb="offer.draft",
        ),
    ),
    "settled": _listing(
        "settled",
        Empty(
            gettext_lazy("还没有成约的要约"),
            gettext_lazy("各部门答复后由发起部门成约；成约后各部门审批本部门的检查，随即可以抽取。"),
        ),
    ),
}


@requires("offer.see")
@require_GET
def offer_list(request: ActorRequest) -> HttpResponse:
    """List the offers received, made or settled."""
    box = request.GET.get("box", "in")
    if box not in LISTS:
        raise Http404
    tabs = [(label, f"/offers/?box={key}", None, key == box) for key, label in BOXES.items()]
    return render(request, "desk/offers/list.html", {"page": LISTS[box].page(request), "tabs": tabs, "box": box})


@requires("offer.see")
@require_GET
def reply_figures(request: ActorRequest) -> HttpResponse:
    """Show how departments reply, without ranks (R153)."""
    return render(
        request, "desk/offers/figures.html", {"rows": selectors.reply_figures(), "sizes": selectors.counts_by_size()}
    )


@requires("offer.draft")
@require_POST
def offer_draft(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Draft an offer from an approved campaign in one click (R90)."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.actor), pk=campaign_id)
    offer = services.draft(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(request, _("已生成要约草案，请核对后由发起部门发出。"))
    return redirect("offer_detail", offer.pk)


@requires("offer.see")
@require_GET
def offer_detail(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Show one offer: what is asked, who is free, what the others answered, and the thread."""
    return render(request, "desk/offers/detail.html", content_of(request, visible(request, offer_id)))


@requires("offer.see")
@require_GET
def offer_preview(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Answer the fragment that the inbox shows beside its list."""
    offer = visible(request, offer_id)
    if "HX-Request" not in request.headers:
        return redirect("offer_detail", offer.pk)
    return render(request, "desk/offers/preview.html", content_of(request, offer))


@requires("offer.edit")
@require_http_methods(["GET", "POST"])
def offer_edit(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Change the words and dates of a draft."""
    offer = visible(request, offer_id)
    request.actor.must("offer.edit", offer)
    form = EditForm(request.POST or None, initial=EditForm.initial_of(offer))
    entries = ledger.timeline("offer", offer.pk)
    conflict = conflicts.found(request, form, entries=entries)
    if request.method == "POST" and conflict is None and form.is_valid():
        try:
            services.edit(offer=offer, **form.cleaned_data, actor=request.actor, at=clock.now())
        except OfferRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        except WrongState:
            conflict = conflicts.of_state(form, entries=entries)
        else:
            toasts.taken(request, f"offer-{offer.pk}")
            messages.success(request, _("已保存要约草案。"))
            return redirect("offer_detail", offer.pk)
    context = {"offer": offer, "form": form, "conflict": conflict}
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "desk/offers/edit.html", context, status=status)


@requires("offer.edit")
@require_POST
def offer_remove(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Take one participant out of a draft."""
    offer = visible(request, offer_id)
    department = get_object_or_404(Department, pk=uuid_of(request, "department"))
    services.remove_participant(offer=offer, department_id=department.pk, actor=request.actor, at=clock.now())
    messages.success(request, _("不再邀请%s。") % department.short_name)
    return redirect("offer_detail", offer.pk)


@requires("offer.extend")
@require_POST
def offer_extend(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Invite one more department; the sixth needs a reason and the coordination head's consent (R96)."""
    offer = visible(request, offer_id)
    department = get_object_or_404(Department, pk=uuid_of(request, "department"))
    try:
        made = services.extend(
            offer=offer,
            department=department,
            reason=request.POST.get("reason", ""),
            actor=request.actor,
            at=clock.now(),
        )
    except OfferRefused as refusal:
        return render(request, "desk/offers/detail.html", content_of(request, offer, refusal=refusal), status=422)
    if isinstance(made, ExtraDepartment):
        messages.success(request, _("已报综合执法协调处审批增加%s。") % department.short_name)
    else:
        messages.success(request, _("已邀请%s。") % department.short_name)
    return redirect("offer_detail", offer.pk)


@requires("offer.allow")
@require_POST
def offer_allow(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Agree to a department beyond five."""
    offer = visible(request, offer_id)
    extra = _extra(request, offer)
    services.allow(extra=extra, opinion=request.POST.get("opinion", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("已同意增加%s。") % extra.department.short_name)
    return redirect("offer_detail", offer.pk)


@requires("offer.refuse")
@require_POST
def offer_refuse(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Do not agree to a department beyond five."""
    offer = visible(request, offer_id)
    extra = _extra(request, offer)
    services.refuse(extra=extra, opinion=request.POST.get("opinion", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("已答复不同意增加%s。") % extra.department.short_name)
    return redirect("offer_detail", offer.pk)


@requires("offer.send")
@require_POST
def offer_send(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Send an offer to its participants."""
    offer = services.send(offer=visible(request, offer_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已发出，受邀部门已收到待办和提醒。"))
    return redirect("offer_detail", offer.pk)


@requires("offer.remind")
@require_POST
def offer_remind(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Remind those who have not answered."""
    offer = visible(request, offer_id)
    reminded = services.remind(offer=offer, actor=request.actor, at=clock.now())
    messages.success(request, _("已催办：%s。") % "、".join(reply.department.short_name for reply in reminded))
    return redirect("offer_detail", offer.pk)


@requires("offer.withdraw")
@require_POST
def offer_withdraw(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Withdraw an offer with a reason."""
    offer = visible(request, offer_id)
    services.withdraw(offer=offer, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("已撤回，受邀部门可见理由。"))
    return redirect("offer_detail", offer.pk)


@requires("offer.settle")
@require_POST
def offer_settle(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Settle an offer with those who accepted."""
    offer = services.settle(offer=visible(request, offer_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已成约。请各部门填报并审批本部门的行政检查审批表。"))
    return redirect("offer_detail", offer.pk)


def visible(request: ActorRequest, offer_id: UUID) -> Offer:
    """Return an offer that the actor may know of, or answer 404."""
    rows = Offer.objects.visible_to(request.actor).select_related("initiator", "campaign__organiser", "cluster")
    return get_object_or_404(rows, pk=offer_id)


def uuid_of(request: ActorRequest, name: str) -> UUID:
    """Return a posted id, or answer 404."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as error:
        raise Http404 from error


def _extra(request: ActorRequest, offer: Offer) -> ExtraDepartment:
    rows = selectors.extras_for(request.actor).filter(offer=offer)
    return get_object_or_404(rows, pk=uuid_of(request, "extra"))
