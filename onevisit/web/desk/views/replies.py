"""The answers to an offer: one click accepts, ten seconds undo; the initiator adopts or keeps its dates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onevisit.stages.offers import services
from onevisit.stages.offers.models import Offer, OfferReply
from onevisit.stages.offers.refusals import AnsweredMeanwhile, OfferRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.roles import Role
from onevisit.web.desk.forms.offers import CounterForm, DeclineForm
from onevisit.web.desk.offer_page import content_of
from onevisit.web.desk.views.offers import uuid_of, visible
from onevisit.web.ui import toasts
from onevisit.web.ui.actors import ActorRequest


@requires("offer.accept")
@require_POST
def offer_accept(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Accept in one click."""
    offer = visible(request, offer_id)
    reply = _own_reply(request, offer)
    try:
        services.accept(reply=reply, seen_state=_seen(request), actor=request.actor, at=clock.now())
    except (AnsweredMeanwhile, OfferRefused) as refusal:
        return _refused(request, offer, refusal, verb="accept")
    due = f"{timezone.localtime(reply.due_at):%Y-%m-%d}" if reply.due_at else ""
    words = _("已应约。请在 %(date)s 前确定 2 名以上持证执法人员入库。") % {"date": due}
    return _answered(request, offer, reply, words)


@requires("offer.decline")
@require_POST
def offer_decline(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Decline with a coded reason."""
    offer = visible(request, offer_id)
    reply = _own_reply(request, offer)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/offers/detail.html", content_of(request, offer, decline_form=form), status=422)
    try:
        services.decline(
            reply=reply, **form.cleaned_data, seen_state=_seen(request), actor=request.actor, at=clock.now()
        )
    except (AnsweredMeanwhile, OfferRefused) as refusal:
        return _refused(request, offer, refusal, verb="decline")
    return _answered(request, offer, reply, _("已答复不应约，发起部门可见理由。"))


@requires("offer.counter")
@require_POST
def offer_counter(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Propose other dates."""
    offer = visible(request, offer_id)
    reply = _own_reply(request, offer)
    form = CounterForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/offers/detail.html", content_of(request, offer, counter_form=form), status=422)
    try:
        services.counter(
            reply=reply, **form.cleaned_data, seen_state=_seen(request), actor=request.actor, at=clock.now()
        )
    except (AnsweredMeanwhile, OfferRefused) as refusal:
        return _refused(request, offer, refusal, verb="counter")
    return _answered(request, offer, reply, _("已向发起部门建议改期。"))


@requires("offer.undo")
@require_POST
def offer_undo(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Take an answer back within the seconds given for it."""
    offer = visible(request, offer_id)
    services.undo(reply=_own_reply(request, offer), actor=request.actor, at=clock.now())
    messages.success(request, _("已撤销，恢复为待应约。"))
    return redirect("offer_detail", offer.pk)


@requires("offer.adopt")
@require_POST
def offer_adopt(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Take over the dates that one participant proposes."""
    offer = visible(request, offer_id)
    reply = services.adopt(reply=_any_reply(request, offer), actor=request.actor, at=clock.now())
    messages.success(
        request, _("已采纳：%(a)s 至 %(b)s。") % {"a": reply.proposed_starts_on, "b": reply.proposed_ends_on}
    )
    return redirect("offer_detail", offer.pk)


@requires("offer.insist")
@require_POST
def offer_insist(request: ActorRequest, offer_id: UUID) -> HttpResponse:
    """Keep the dates and ask again."""
    offer = visible(request, offer_id)
    reply = _any_reply(request, offer)
    services.insist(reply=reply, words=request.POST.get("words", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("已坚持原期，请%s再答复。") % reply.department.short_name)
    return redirect("offer_detail", offer.pk)


def _answered(request: ActorRequest, offer: Offer, reply: OfferReply, words: str) -> HttpResponse:
    """Say it with the undo that the rule record gives."""
    held = OfferReply.objects.get(pk=reply.pk)
    seconds = int((held.undo_until - held.replied_at).total_seconds()) if held.undo_until and held.replied_at else 0
    toasts.undo(request, words, url=f"/offers/{offer.pk}/undo", seconds=seconds)
    return redirect("offer_detail", offer.pk)


def _refused(request: ActorRequest, offer: Offer, refusal: OfferRefused, *, verb: str) -> HttpResponse:
    """Show the page as it stands now, what happened, and what was typed."""
    status = 409 if isinstance(refusal, AnsweredMeanwhile) else 422
    forms: dict[str, dict[str, Any]] = {
        "decline": {"decline_form": DeclineForm(request.POST)},
        "counter": {"counter_form": CounterForm(request.POST)},
    }
    context = content_of(request, offer, refusal=refusal, tried=verb, **forms.get(verb, {}))
    return render(request, "desk/offers/detail.html", context, status=status)


def _seen(request: ActorRequest) -> str:
    """Return the state that the person saw when answering."""
    return request.POST.get("seen_state") or "pending"


def _own_reply(request: ActorRequest, offer: Offer) -> OfferReply:
    own = request.actor.department_ids(Role.CLERK)
    rows = offer.replies.filter(department_id__in=own).select_related("offer", "department")
    if "reply" in request.POST:
        rows = rows.filter(pk=uuid_of(request, "reply"))
    reply = rows.first()
    if reply is None:
        # Somebody who knows the offer and is no participant: the policy says who may.
        request.actor.must("offer.accept", offer.replies.select_related("offer", "department").first())
        return get_object_or_404(rows)
    return reply


def _any_reply(request: ActorRequest, offer: Offer) -> OfferReply:
    rows = offer.replies.select_related("offer", "department")
    return get_object_or_404(rows, pk=uuid_of(request, "reply"))
