"""Come along instead of coming again (并入): ask the initiator, be taken in or refused, or say why one goes apart."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.offers import events
from onevisit.stages.offers.lifecycle import JOIN, OFFER, REPLY
from onevisit.stages.offers.models import JoinRequest, Offer, OfferReply
from onevisit.stages.offers.refusals import OfferRefused, reason_of, words_of
from onevisit.stages.offers.services import extras
from onevisit.stages.offers.services.offers import REPLY_RULE
from onevisit.stages.plans import services as plan_services
from onevisit.stages.registers import selectors as registers
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

if TYPE_CHECKING:
    from onevisit.stages.registers.models import InspectionTarget

_DECIDED = ["state", "opinion", "decided_at", "decided_by"]


@transaction.atomic
def ask_to_join(
    *,
    offer: Offer,
    department: Department,
    target: "InspectionTarget",
    item_ids: Iterable[UUID],
    reason: str,
    actor: Actor,
    at: datetime,
) -> JoinRequest:
    """Ask the initiator of a coming joint inspection to take one's own items in; the offer's reply term runs for it.

    Raises:
        OfferRefused: the offer is fixed, the department stands in it or has asked, or no usable item is named.
    """
    capacity = actor.must("join.ask", department)
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    _check_open(held)
    _check_new(held, department)
    plan_services.check_inspecting_body(department, field="department")
    chosen = _items(department, item_ids, offer=held)
    words = words_of(reason, message=_("请写明申请并入的事由，发起部门可见。"), field="reason")[:400]
    join = JoinRequest.objects.create(
        offer=held,
        department=department,
        target=target,
        item_ids=chosen,
        reason=words,
        state=JOIN.initial,
        asked_at=at,
        asked_by=actor.id,
        asked_as=capacity.label[:160],
    )
    deadlines.open_deadline(
        key=REPLY_RULE,
        subject_type="join_request",
        subject=join.pk,
        department_id=held.initiator_id,
        sentence=_("答复%(name)s并入 %(title)s") % {"name": department.short_name, "title": held.title},
        url=f"/offers/joins/{join.pk}",
        at=at,
    )
    ledger.append(events.JoinAsked(**_named(join), reason=words), actor=actor, at=at, capacity=capacity)
    return join


@transaction.atomic
def accept_join(*, join: JoinRequest, actor: Actor, at: datetime) -> JoinRequest:
    """Take the department and its items in; its request counts as its answer (a sixth still needs consent).

    Raises:
        OfferRefused: the offer was settled or withdrawn meanwhile.
    """
    capacity = actor.must("join.accept", join)
    offer = Offer.objects.select_for_update().get(pk=join.offer_id)
    held = _locked(join, verb="join.accept")
    held.offer = offer
    _check_open(offer)
    plan_services.join(
        cluster_id=offer.cluster_id,
        department=held.department,
        item_ids=held.item_ids,
        reason=held.reason,
        actor=actor,
        at=at,
    )
    added = extras.extend(offer=offer, department=held.department, reason=_extra_reason(held), actor=actor, at=at)
    reply = ""
    if isinstance(added, OfferReply):
        _take_as_accepted(added, join=held)
        deadlines.close_deadline(key=REPLY_RULE, subject_type="offer_reply", subject=added.pk, at=at)
        reply = str(added.pk)
    _decide(held, opinion="", actor=actor, at=at)
    ledger.append(events.JoinAccepted(**_named(held), reply=reply, reason=""), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def refuse_join(*, join: JoinRequest, reason: str, actor: Actor, at: datetime) -> JoinRequest:
    """Do not take it in, with a reason that the department reads."""
    capacity = actor.must("join.refuse", join)
    held = _locked(join, verb="join.refuse")
    words = words_of(reason, message=_("请写明不同意并入的理由，申请部门可见。"), field="reason")[:400]
    _decide(held, opinion=words, actor=actor, at=at)
    ledger.append(events.JoinRefused(**_named(held), reason=words), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def withdraw_join(*, join: JoinRequest, actor: Actor, at: datetime) -> JoinRequest:
    """Give the wish up: the department neither comes along nor comes on its own."""
    capacity = actor.must("join.withdraw", join)
    held = _locked(join, verb="join.withdraw")
    held.save(update_fields=["state"])
    deadlines.close_deadline(key=REPLY_RULE, subject_type="join_request", subject=held.pk, at=at)
    ledger.append(events.JoinWithdrawn(**_named(held), reason=""), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def separate(
    *, offer: Offer, department: Department, target: "InspectionTarget", reason: str, actor: Actor, at: datetime
) -> JoinRequest:
    """Say why one's own department comes on its own although another one comes to the same address.

    Raises:
        OfferRefused: the reason says too little, or the department's request is still open or was taken in.
    """
    capacity = actor.must("join.separate", department)
    Offer.objects.select_for_update().get(pk=offer.pk)
    words = reason_of(reason)[:400]
    rows = JoinRequest.objects.select_for_update().filter(offer=offer, department=department)
    if rows.filter(state__in=("pending", "accepted")).exists():
        raise OfferRefused(message=_("并入申请还在办理或已经并入，不能再按分别开展处理。"), code="standing")
    held = rows.filter(state="refused", target=target).first()
    if held is None:
        held = JoinRequest(
            offer=offer, department=department, target=target, reason=words, asked_at=at, asked_by=actor.id
        )
        held.state, held.asked_as = "separate", capacity.label[:160]
    else:
        held.state = JOIN.next(state=held.state, verb="join.separate")
    held.apart_reason = words
    held.save()
    ledger.append(events.JoinSeparated(**_named(held), reason=words), actor=actor, at=at, capacity=capacity)
    return held


def _check_open(offer: Offer) -> None:
    if OFFER.allows(state=offer.state, verb="offer.extend") and offer.state == "sent":
        return
    if offer.state == "settled" and offer.settled_at:
        when = f"{timezone.localtime(offer.settled_at):%m-%d %H:%M}"
        words = _("该要约已于 %(when)s 成约，部门、事项、日期不再变动，不能并入。可以分别开展，说明理由。") % {
            "when": when
        }
    else:
        words = _("该要约不在应约期内，不能并入。可以分别开展，说明理由。")
    raise OfferRefused(message=words, code="join.closed")


def _check_new(offer: Offer, department: Department) -> None:
    if department.pk == offer.initiator_id or offer.replies.filter(department=department).exists():
        raise OfferRefused(message=_("%(name)s已在要约内。") % {"name": department.short_name}, field="department")
    if offer.joins.filter(department=department, state__in=("pending", "accepted")).exists():
        raise OfferRefused(message=_("%(name)s已申请并入。") % {"name": department.short_name}, field="department")


def _items(department: Department, item_ids: Iterable[UUID], *, offer: Offer) -> list[UUID]:
    usable = {item.pk for item in registers.usable_items(department_id=department.pk, on=offer.starts_on)}
    chosen = list(dict.fromkeys(item_ids))
    if not chosen or not usable.issuperset(chosen):
        raise OfferRefused(
            message=_("请选择本部门在 %(day)s 有有效依据的检查事项。") % {"day": offer.starts_on}, field="items"
        )
    return chosen


def _locked(join: JoinRequest, *, verb: str) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("department", "offer", "target")
    held = rows.get(pk=join.pk)
    held.state = JOIN.next(state=held.state, verb=verb)
    return held


def _decide(join: JoinRequest, *, opinion: str, actor: Actor, at: datetime) -> None:
    join.opinion, join.decided_at, join.decided_by = opinion, at, actor.id
    join.save(update_fields=_DECIDED)
    deadlines.close_deadline(key=REPLY_RULE, subject_type="join_request", subject=join.pk, at=at)


def _extra_reason(join: JoinRequest) -> str:
    """Return what the coordination office reads when the one who comes along is beyond five."""
    return _("该部门申请并入，避免对同一地址另行检查：%(words)s") % {"words": join.reason}


def _take_as_accepted(reply: OfferReply, *, join: JoinRequest) -> None:
    reply.state = REPLY.next(state=reply.state, verb="offer.accept")
    reply.replied_at, reply.replied_by, reply.replied_as = join.asked_at, join.asked_by, join.asked_as
    reply.save(update_fields=["state", "replied_at", "replied_by", "replied_as"])


def _named(join: JoinRequest) -> dict[str, Any]:
    return {
        "subject": str(join.pk),
        "offer": join.offer.number,
        "department": join.department.short_name,
        "items": len(join.item_ids),
        "related": (
            f"offer:{join.offer_id}",
            f"target:{join.target_id}",
            f"department:{join.department_id}",
            f"initiator:{join.offer.initiator_id}",
        ),
    }
