"""Departments beyond five: asked for with a reason, decided by the head of the coordination office (R96)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.offers import events
from onevisit.stages.offers.lifecycle import EXTRA, OFFER
from onevisit.stages.offers.models import ExtraDepartment, Offer, OfferReply
from onevisit.stages.offers.refusals import OfferRefused, reason_of, words_of
from onevisit.stages.offers.services.offers import open_reply_term
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans import services as plan_services
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger


@transaction.atomic
def extend(
    *, offer: Offer, department: Department, reason: str, actor: Actor, at: datetime
) -> OfferReply | ExtraDepartment:
    """Invite one more department: at once while there are fewer than five, else with a reason and by approval.

    The department must stand in the campaign's cluster, so that its items and laws are known.
    """
    capacity = actor.must("offer.extend", offer)
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    OFFER.next(state=held.state, verb="offer.extend")
    plan_services.check_inspecting_body(department, field="department")
    _check_new(held, department)
    taken = 1 + held.replies.count() + held.extra_departments.filter(state="pending").count()
    if taken < plans.departments_limit(on=at.date()):
        reply = OfferReply.objects.create(offer=held, department=department)
        if held.state == "sent":
            open_reply_term(reply=reply, at=at)
        event = events.OfferEdited(subject=str(held.pk), number=held.number, what=f"邀请{department.short_name}")
        ledger.append(event, actor=actor, at=at, capacity=capacity)
        return reply
    words = reason_of(reason)
    extra = held.extra_departments.filter(department=department).first() or ExtraDepartment(
        offer=held, department=department
    )
    extra.reason, extra.state, extra.opinion = words[:400], EXTRA.initial, ""
    extra.decided_at, extra.decided_by = None, ""
    extra.save()
    asked = events.OfferExtended(
        subject=str(held.pk),
        number=held.number,
        department=department.short_name,
        extra=str(extra.pk),
        reason=words,
    )
    ledger.append(asked, actor=actor, at=at, capacity=capacity)
    return extra


@transaction.atomic
def allow(*, extra: ExtraDepartment, opinion: str, actor: Actor, at: datetime) -> OfferReply:
    """Agree to a department beyond five; it is invited as the others are."""
    capacity = actor.must("offer.allow", extra)
    held = _decided(extra, verb="offer.allow", opinion=opinion.strip(), actor=actor, at=at)
    reply = OfferReply.objects.create(offer=held.offer, department=held.department)
    if held.offer.state == "sent":
        open_reply_term(reply=reply, at=at)
    event = events.OfferAllowed(
        subject=str(held.offer_id),
        number=held.offer.number,
        department=held.department.short_name,
        extra=str(held.pk),
        reason=held.opinion,
        related=(f"department:{held.offer.initiator_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return reply


@transaction.atomic
def refuse(*, extra: ExtraDepartment, opinion: str, actor: Actor, at: datetime) -> ExtraDepartment:
    """Do not agree, with a reason; the offer goes on without that department."""
    capacity = actor.must("offer.refuse", extra)
    words = words_of(opinion, message=_("请写明不同意的理由。"), field="opinion")
    held = _decided(extra, verb="offer.refuse", opinion=words, actor=actor, at=at)
    event = events.OfferRefusedExtra(
        subject=str(held.offer_id),
        number=held.offer.number,
        department=held.department.short_name,
        extra=str(held.pk),
        reason=held.opinion,
        related=(f"department:{held.offer.initiator_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _decided(extra: ExtraDepartment, *, verb: str, opinion: str, actor: Actor, at: datetime) -> ExtraDepartment:
    offer = Offer.objects.select_for_update().get(pk=extra.offer_id)
    OFFER.next(state=offer.state, verb="offer.extend")
    held = ExtraDepartment.objects.select_for_update().select_related("department").get(pk=extra.pk)
    held.offer = offer
    held.state = EXTRA.next(state=held.state, verb=verb)
    held.opinion, held.decided_by, held.decided_at = opinion[:300], actor.id, at
    held.save(update_fields=["state", "opinion", "decided_by", "decided_at"])
    return held


def _check_new(offer: Offer, department: Department) -> None:
    if department.pk == offer.initiator_id or offer.replies.filter(department=department).exists():
        raise OfferRefused(message=_("%(name)s已在要约内。") % {"name": department.short_name}, field="department")
    if offer.extra_departments.filter(department=department, state="pending").exists():
        raise OfferRefused(message=_("%(name)s正在审批。") % {"name": department.short_name}, field="department")
    if not plans.items_of(offer.cluster_id, department_id=department.pk):
        raise OfferRefused(
            message=_("%(name)s在本集群没有检查事项，请先在集群中加入。") % {"name": department.short_name},
            field="department",
            code="no_items",
        )
