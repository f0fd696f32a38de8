"""并入: ask from a target's archive to come along, answer the request, or say why one goes apart."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.stages.offers import selectors, services
from onevisit.stages.offers.lifecycle import JOIN
from onevisit.stages.offers.models import JoinRequest, Offer
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.stages.registers import selectors as registers
from onevisit.stages.registers.models import InspectionItem, InspectionTarget
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk import target_page
from onevisit.web.desk.forms.joins import ApartForm, JoinForm, RefuseForm
from onevisit.web.ui import toasts
from onevisit.web.ui.actors import ActorRequest


@requires("join.ask")
@require_http_methods(["GET", "POST"])
def target_join(request: ActorRequest, target_id: UUID, offer_id: UUID) -> HttpResponse:
    """Ask the initiator of a coming joint inspection to take one's own items in."""
    target, coming, offer = _found(request, target_id, offer_id)
    departments = _free_departments(request, offer)
    form = _join_form(request, departments, offer)
    if request.method == "POST" and form.is_valid():
        department = next(one for one in departments if str(one.pk) == form.cleaned_data["department"])
        try:
            join = services.ask_to_join(
                offer=offer,
                department=department,
                target=target,
                item_ids=[UUID(chosen) for chosen in form.cleaned_data["items"]],
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                at=clock.now(),
            )
        except (OfferRefused, PlanRefused) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            toasts.taken(request, f"join-{target.pk}-{offer.pk}")
            messages.success(request, _("已向%s提出并入申请，对方答复后在待办提醒。") % offer.initiator.short_name)
            return redirect("join_detail", join.pk)
    status = 422 if form.is_bound else 200
    return _join_page(request, target, coming, offer, form=form, status=status)


@requires("join.separate")
@require_POST
def target_apart(request: ActorRequest, target_id: UUID, offer_id: UUID) -> HttpResponse:
    """Say why one's own department comes on its own although another one comes to the same address."""
    target, coming, offer = _found(request, target_id, offer_id)
    form = ApartForm(request.POST)
    departments = target_page.own_departments(request.actor)
    if form.is_valid() and departments:
        chosen = request.POST.get("department", "")
        department = next((one for one in departments if str(one.pk) == chosen), departments[0])
        try:
            services.separate(
                offer=offer,
                department=department,
                target=target,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                at=clock.now(),
            )
        except OfferRefused as refusal:
            form.add_error("reason", refusal.message)
        else:
            messages.success(request, _("已记录分别开展的理由，发起部门和协调处可见。"))
            return redirect("target_detail", target.pk)
    return _join_page(request, target, coming, offer, apart_form=form, status=422)


def _join_page(
    request: ActorRequest,
    target: InspectionTarget,
    coming: target_page.Coming,
    offer: Offer,
    *,
    form: JoinForm | None = None,
    apart_form: ApartForm | None = None,
    status: int = 200,
) -> HttpResponse:
    departments = _free_departments(request, offer)
    content = {
        "target": target,
        "coming": coming,
        "offer": offer,
        "JOIN": JOIN,
        "form": form or JoinForm(departments=departments, items=_items(departments, offer)),
        "apart_form": apart_form or ApartForm(),
        "departments": target_page.own_departments(request.actor),
        "capacity": request.actor.must("join.ask"),
    }
    return render(request, "desk/registers/join.html", content, status=status)


def _found(
    request: ActorRequest, target_id: UUID, offer_id: UUID
) -> tuple[InspectionTarget, target_page.Coming, Offer]:
    """Return the target and the joint inspection that comes to it; what does not come to it cannot be joined here."""
    target = get_object_or_404(InspectionTarget.objects.visible_to(request.actor), pk=target_id)
    archive = target_page.archive_of(target, on=clock.today())
    for coming in target_page.coming_to(target, archive, actor=request.actor, at=clock.now()):
        if coming.offer_id == offer_id and coming.can_answer:
            return target, coming, Offer.objects.select_related("initiator").get(pk=offer_id)
    raise Http404


def _free_departments(request: ActorRequest, offer: Offer) -> list[Department]:
    taken = {offer.initiator_id, *offer.replies.values_list("department_id", flat=True)}
    return [one for one in target_page.own_departments(request.actor) if one.pk not in taken]


def _items(departments: list[Department], offer: Offer) -> list[InspectionItem]:
    return [
        item
        for department in departments
        for item in registers.usable_items(department_id=department.pk, on=offer.starts_on)
    ]


def _join_form(request: ActorRequest, departments: list[Department], offer: Offer) -> JoinForm:
    given = (request.POST,) if request.method == "POST" else ()
    return JoinForm(*given, departments=departments, items=_items(departments, offer))


@requires("join.see")
@require_GET
def join_detail(request: ActorRequest, join_id: UUID) -> HttpResponse:
    """Show one request to come along, at both ends."""
    return _detail(request, _visible(request, join_id))


@requires("join.see")
@require_GET
def join_preview(request: ActorRequest, join_id: UUID) -> HttpResponse:
    """Show it beside the inbox."""
    join = _visible(request, join_id)
    if "HX-Request" not in request.headers:
        return redirect("join_detail", join.pk)
    content = _content(request, join) | {"refuse_form": RefuseForm(auto_id="preview_%s")}
    return render(request, "desk/offers/join_preview.html", content)


@requires("join.accept")
@require_POST
def join_accept(request: ActorRequest, join_id: UUID) -> HttpResponse:
    """Take the department and its items in."""
    join = _visible(request, join_id)
    services.accept_join(join=join, actor=request.actor, at=clock.now())
    messages.success(request, _("已同意%s并入。") % join.department.short_name)
    return redirect("join_detail", join.pk)


@requires("join.refuse")
@require_POST
def join_refuse(request: ActorRequest, join_id: UUID) -> HttpResponse:
    """Do not take it in, with a reason."""
    join = _visible(request, join_id)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _detail(request, join, refuse_form=form, status=422)
    services.refuse_join(join=join, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now())
    messages.success(request, _("已答复不同意并入，%s可见理由。") % join.department.short_name)
    return redirect("join_detail", join.pk)


@requires("join.withdraw")
@require_POST
def join_withdraw(request: ActorRequest, join_id: UUID) -> HttpResponse:
    """Give the wish up."""
    join = services.withdraw_join(join=_visible(request, join_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已撤回并入申请。"))
    return redirect("join_detail", join.pk)


def _visible(request: ActorRequest, join_id: UUID) -> JoinRequest:
    return get_object_or_404(selectors.joins_for(request.actor), pk=join_id)


def _detail(
    request: ActorRequest, join: JoinRequest, *, refuse_form: RefuseForm | None = None, status: int = 200
) -> HttpResponse:
    content = _content(request, join) | {"refuse_form": refuse_form or RefuseForm()}
    return render(request, "desk/offers/join.html", content, status=status)


def _content(request: ActorRequest, join: JoinRequest) -> dict[str, Any]:
    actor = request.actor
    verbs = {transition.verb for transition in JOIN.verbs_from(join.state)}
    subjects = {"join.separate": join.department}
    may = {
        verb.split(".")[1]: verb in verbs and actor.may(verb, subjects.get(verb, join))
        for verb in ("join.accept", "join.refuse", "join.withdraw", "join.separate")
    }
    mine = actor.department_ids()
    return {
        "join": join,
        "JOIN": JOIN,
        "items": InspectionItem.objects.filter(pk__in=join.item_ids).order_by("code"),
        "may": may,
        "capacity": next((held for held in actor.capacities if held.department_id in mine), None),
        "entries": ledger.timeline("join_request", join.pk),
        "waits_for": _("此步由 %s 联络员 答复") % join.offer.initiator.short_name if join.state == "pending" else "",
    }
