"""Draft, edit, send, remind, withdraw and settle an offer."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.offers import bases, events
from onevisit.stages.offers.lifecycle import OFFER, PART
from onevisit.stages.offers.models import ExtraDepartment, Offer, OfferReply, PartApproval
from onevisit.stages.offers.refusals import OfferRefused, words_of
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans import services as plan_services
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

if TYPE_CHECKING:
    from onevisit.stages.plans.models import Campaign

REPLY_RULE = "offer.reply"
PART_RULE = "part.approval"


@transaction.atomic
def draft(*, campaign: "Campaign", actor: Actor, at: datetime, message: str = "") -> Offer:
    """Draft an offer from an approved campaign and its cluster in one act (R90); everything stays editable.

    Raises:
        OfferRefused: the plan is not approved (AI-07), or an offer of it is still open.
    """
    capacity = actor.must("offer.draft", campaign)
    if campaign.state not in ("approved", "running"):
        raise OfferRefused(message=_("方案经发起部门审批人批准后，才能生成要约。"), code="unapproved")
    ordinal = identity.next_number(series=f"offer-{at.year}")  # who waits for it sees what was drafted meanwhile
    if Offer.objects.filter(campaign=campaign, state__in=("draft", "sent")).exists():
        raise OfferRefused(message=_("本专项还有未办结的要约，请先发出、成约或撤回。"), code="open_offer")
    cluster = plans.current_cluster(campaign)
    if cluster is None or campaign.starts_on is None or campaign.ends_on is None:
        raise OfferRefused(message=_("本专项还没有集群。"), code="unmatched")
    rows = [row for row in plans.departments_of(cluster.pk) if not row.is_initiator]
    offer = Offer.objects.create(
        number=f"YY-{at.year}-{ordinal:03d}",
        campaign=campaign,
        cluster=cluster,
        initiator_id=campaign.initiator_id,
        title=campaign.title,
        state=OFFER.initial,
        reason=campaign.problem_source,
        basis="；".join(bases.words_of(cluster.pk)),
        message=message,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        quota=campaign.quota,
        draw_count=plans.counted(campaign.quota, cluster).drawn,
        created_at=at,
    )
    within = plans.departments_limit(on=at.date()) - 1
    OfferReply.objects.bulk_create(OfferReply(offer=offer, department_id=row.department_id) for row in rows[:within])
    ExtraDepartment.objects.bulk_create(
        ExtraDepartment(offer=offer, department_id=row.department_id, reason=row.sixth_reason or row.reason)
        for row in rows[within:]
    )
    event = events.OfferDrafted(
        subject=str(offer.pk),
        number=offer.number,
        campaign=campaign.number,
        participants=len(rows),
        related=(f"campaign:{campaign.pk}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return offer


@transaction.atomic
def edit(
    *, offer: Offer, reason: str, basis: str, message: str, starts_on: date, ends_on: date, actor: Actor, at: datetime
) -> Offer:
    """Change the words and dates of a draft; dates on which an item loses its basis are refused."""
    capacity = actor.must("offer.edit", offer)
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    held.state = OFFER.next(state=held.state, verb="offer.edit")
    held.reason = words_of(reason, message=_("请写明要约事由。"), field="reason")
    held.basis = words_of(basis, message=_("请写明依据。"), field="basis")
    held.message = message.strip()
    check_dates(offer=held, starts_on=starts_on, ends_on=ends_on, at=at)
    held.starts_on, held.ends_on = starts_on, ends_on
    held.save(update_fields=["reason", "basis", "message", "starts_on", "ends_on"])
    event = events.OfferEdited(subject=str(held.pk), number=held.number, what="事由、依据、附言与日期")
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def remove_participant(*, offer: Offer, department_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a participant, or a department still waiting for consent, out of a draft."""
    capacity = actor.must("offer.edit", offer)
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    OFFER.next(state=held.state, verb="offer.edit")
    reply = held.replies.select_related("department").filter(department_id=department_id).first()
    extra = held.extra_departments.select_related("department").filter(department_id=department_id).first()
    found = reply or extra
    if found is None:
        raise OfferRefused(message=_("该部门不在本要约内。"), code="gone")
    name = found.department.short_name
    held.replies.filter(department_id=department_id).delete()
    held.extra_departments.filter(department_id=department_id).delete()
    event = events.OfferEdited(subject=str(held.pk), number=held.number, what=f"不再邀请{name}")
    ledger.append(event, actor=actor, at=at, capacity=capacity)


@transaction.atomic
def send(*, offer: Offer, actor: Actor, at: datetime) -> Offer:
    """Send the offer; from now on it is known to its participants and each has the term to answer."""
    capacity = actor.must("offer.send", offer)
    held = Offer.objects.select_for_update().select_related("campaign").get(pk=offer.pk)
    held.state = OFFER.next(state=held.state, verb="offer.send")
    waiting = held.extra_departments.filter(state="pending").select_related("department")
    if names := "、".join(extra.department.short_name for extra in waiting):
        raise OfferRefused(
            message=_("%(names)s超出一般不超过的部门数，须经综合执法协调处审批后才能发出。") % {"names": names},
            code="extra_pending",
        )
    check_dates(offer=held, starts_on=held.starts_on, ends_on=held.ends_on, at=at)
    replies = list(held.replies.select_related("department").order_by("department__code"))
    for reply in replies:
        reply.offer = held
        open_reply_term(reply=reply, at=at)
    held.sent_at = at
    held.reply_due_at = max((reply.due_at for reply in replies if reply.due_at), default=at)
    held.save(update_fields=["state", "sent_at", "reply_due_at"])
    plan_services.run(campaign=held.campaign, actor=actor, at=at)
    event = events.OfferSent(
        subject=str(held.pk),
        number=held.number,
        participants=len(replies),
        due_at=timezone.localtime(held.reply_due_at).isoformat(timespec="seconds"),
        related=(f"campaign:{held.campaign_id}", *(f"department:{reply.department_id}" for reply in replies)),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def remind(*, offer: Offer, actor: Actor, at: datetime) -> list[OfferReply]:
    """Remind those who have not answered, once a day at most."""
    capacity = actor.must("offer.remind", offer)
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    OFFER.next(state=held.state, verb="offer.remind")
    waiting = list(held.replies.filter(state="pending").select_related("department"))
    today = [reply for reply in waiting if reply.reminded_at is None or reply.reminded_at.date() != at.date()]
    if not waiting:
        raise OfferRefused(message=_("没有等待答复的部门。"), code="nobody")
    if not today:
        raise OfferRefused(message=_("今天已经催办过，每日一次。"), code="reminded")
    for reply in today:
        reply.reminded_at = at
        reply.save(update_fields=["reminded_at"])
    event = events.OfferReminded(
        subject=str(held.pk),
        number=held.number,
        departments="、".join(reply.department.short_name for reply in today),
        related=tuple(f"department:{reply.department_id}" for reply in today),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return today


@transaction.atomic
def withdraw(*, offer: Offer, reason: str, actor: Actor, at: datetime) -> Offer:
    """Withdraw a draft or a sent offer with a reason; a settled one stands."""
    capacity = actor.must("offer.withdraw", offer)
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    held.state = OFFER.next(state=held.state, verb="offer.withdraw")
    held.withdrawn_reason = words_of(reason, message=_("请写明撤回理由，受邀部门可见。"), field="reason")[:300]
    held.save(update_fields=["state", "withdrawn_reason"])
    replies = list(held.replies.all())
    for reply in replies:
        deadlines.close_deadline(key=REPLY_RULE, subject_type="offer_reply", subject=reply.pk, at=at)
    event = events.OfferWithdrawn(
        subject=str(held.pk),
        number=held.number,
        reason=held.withdrawn_reason,
        related=tuple(f"department:{reply.department_id}" for reply in replies if held.sent_at),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def settle(*, offer: Offer, actor: Actor, at: datetime) -> Offer:
    """Settle with those who accepted; every department of it gets its own part to fill and approve (R60).

    Raises:
        OfferRefused: somebody still has the term to answer, a new date is unanswered, or nobody accepted.
    """
    capacity = actor.must("offer.settle", offer)
    held = Offer.objects.select_for_update().get(pk=offer.pk)
    held.state = OFFER.next(state=held.state, verb="offer.settle")
    replies = list(held.replies.select_related("department"))
    _check_answers(held, replies)
    held.settled_at = at
    held.save(update_fields=["state", "settled_at"])
    accepted = [reply.department_id for reply in replies if reply.state == "accepted"]
    for department_id in (held.initiator_id, *accepted):
        _open_part(held, department_id=department_id, at=at)
    event = events.OfferSettled(
        subject=str(held.pk),
        number=held.number,
        accepted=len(accepted),
        declined=sum(reply.state == "declined" for reply in replies),
        expired=sum(reply.state == "expired" for reply in replies),
        related=(f"campaign:{held.campaign_id}", *(f"department:{pk}" for pk in accepted)),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def open_reply_term(*, reply: OfferReply, at: datetime) -> None:
    """Give a participant the term to answer, by the rule version valid today."""
    deadline = deadlines.open_deadline(
        key=REPLY_RULE,
        subject_type="offer_reply",
        subject=reply.pk,
        department_id=reply.department_id,
        sentence=_("答复要约 %(title)s") % {"title": reply.offer.title},
        url=f"/offers/{reply.offer_id}",
        at=at,
    )
    reply.due_at = deadline.due_at
    reply.save(update_fields=["due_at"])


def check_dates(*, offer: Offer, starts_on: date, ends_on: date, at: datetime) -> None:
    """Refuse dates in the past, the wrong way round, or on which an item has no valid basis."""
    if ends_on < starts_on:
        raise OfferRefused(message=_("结束日期不能早于开始日期。"), field="ends_on", code="dates")
    if starts_on < at.date():
        raise OfferRefused(message=_("开始日期不能早于今天。"), field="starts_on", code="dates")
    bases.check(offer.cluster_id, starts_on=starts_on, ends_on=ends_on)


def _check_answers(offer: Offer, replies: list[OfferReply]) -> None:
    open_names = [reply.department.short_name for reply in replies if reply.state == "pending"]
    if open_names:
        raise OfferRefused(
            message=_("%(names)s还在应答期内未答复，可以先催办；答复或到期后再成约。")
            % {"names": "、".join(open_names)},
            code="unanswered",
        )
    countered = [reply.department.short_name for reply in replies if reply.state == "countered"]
    if countered:
        raise OfferRefused(
            message=_("%(names)s建议改期，请先采纳或坚持原期。") % {"names": "、".join(countered)}, code="countered"
        )
    if offer.extra_departments.filter(state="pending").exists():
        raise OfferRefused(message=_("增加的部门还在审批。"), code="extra_pending")
    if replies and not any(reply.state == "accepted" for reply in replies):
        raise OfferRefused(message=_("没有部门应约，不能成约；可以撤回后重新发出。"), code="nobody")


def _open_part(offer: Offer, *, department_id: UUID, at: datetime) -> PartApproval:
    items = plans.items_of(offer.cluster_id, department_id=department_id)
    part = PartApproval.objects.create(
        offer=offer,
        department_id=department_id,
        state=PART.initial,
        item_ids=[item.item_id for item in items],
        method="on_site",
    )
    deadlines.open_deadline(
        key=PART_RULE,
        subject_type="part",
        subject=part.pk,
        department_id=department_id,
        sentence=_("填报并审批行政检查审批表 %(title)s") % {"title": offer.title},
        url=f"/offers/parts/{part.pk}",
        at=at,
    )
    return part
