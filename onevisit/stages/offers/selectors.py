"""The reads of offers and parts that others may use: lists, what is settled, what blocks the freeze, what waits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from onevisit.stages.offers.joining import Chance, chances_for, joins_for, joins_of
from onevisit.stages.offers.lifecycle import PART
from onevisit.stages.offers.models import OVERSEERS, ExtraDepartment, Offer, OfferReply, PartApproval
from onevisit.stages.offers.services.parts import MIN_INSPECTORS
from onevisit.stages.offers.todos import todos
from onevisit.stages.registers import availability
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor

__all__ = [
    "Chance",
    "ReplyFigures",
    "SettledOffer",
    "SettledPart",
    "chances_for",
    "counts_by_size",
    "extras_for",
    "is_ready_to_freeze",
    "joins_for",
    "joins_of",
    "offers_for",
    "parts_for",
    "replies_of",
    "reply_figures",
    "responsible_of",
    "settled_offer",
    "settled_parts",
    "todos",
]


ON_SITE = "on_site"
"""The method of a part whose people go to the target; the others look at documents or at the net."""


@dataclass(frozen=True, kw_only=True)
class SettledPart:
    """What one department brings into the draw: its items, nominated inspectors and approved form."""

    part_id: UUID
    department_id: UUID
    department_code: str
    department_name: str
    is_initiator: bool
    is_approved: bool
    item_ids: tuple[UUID, ...]
    inspector_ids: tuple[UUID, ...]
    method: str
    document_number: str


@dataclass(frozen=True, kw_only=True)
class SettledOffer:
    """What the draw, the visits and the publication need of a settled offer."""

    offer_id: UUID
    number: str
    title: str
    campaign_id: UUID
    campaign_number: str
    cluster_id: UUID
    organiser_code: str
    initiator_id: UUID
    starts_on: date
    ends_on: date
    quota: dict[str, object]
    draw_count: int
    reason: str
    basis: str


def settled_offer(*, offer_id: UUID) -> SettledOffer:
    """Return what is fixed by the settlement of an offer.

    Raises:
        Offer.DoesNotExist: there is no such settled offer.
    """
    offer = Offer.objects.select_related("campaign__organiser").get(pk=offer_id, state="settled")
    return SettledOffer(
        offer_id=offer.pk,
        number=offer.number,
        title=offer.title,
        campaign_id=offer.campaign_id,
        campaign_number=offer.campaign.number,
        cluster_id=offer.cluster_id,
        organiser_code=offer.campaign.organiser.code,
        initiator_id=offer.initiator_id,
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        quota=offer.quota,
        draw_count=offer.draw_count,
        reason=offer.reason,
        basis=offer.basis,
    )


def settled_parts(offer: Offer) -> list[SettledPart]:
    """Return the parts of a settled offer, initiator first, then by department code."""
    rows = PartApproval.objects.filter(offer=offer).select_related("department")
    parts = [
        SettledPart(
            part_id=row.pk,
            department_id=row.department_id,
            department_code=row.department.code,
            department_name=row.department.short_name,
            is_initiator=row.department_id == offer.initiator_id,
            is_approved=row.state == "approved",
            item_ids=tuple(row.item_ids),
            inspector_ids=tuple(row.inspector_ids),
            method=row.method,
            document_number=row.document_number,
        )
        for row in rows
    ]
    return sorted(parts, key=lambda part: (not part.is_initiator, part.department_code))


def parts_of(offer_id: UUID) -> list[SettledPart]:
    """Return the same by the offer's id."""
    return settled_parts(Offer.objects.get(pk=offer_id))


def is_ready_to_freeze(offer: Offer) -> list[str]:
    """Return what still blocks the freeze of the draw, one sentence each; empty means ready."""
    if offer.state != "settled":
        return [_("要约尚未成约。")]
    rows = list(PartApproval.objects.filter(offer=offer).select_related("department").order_by("department__code"))
    blockers = [
        _("%(name)s的行政检查审批表%(state)s。")
        % {"name": row.department.short_name, "state": PART.state(row.state).label}
        for row in rows
        if row.state != "approved"
    ]
    return blockers + _without_inspectors(offer, [row for row in rows if row.state == "approved"])


def _without_inspectors(offer: Offer, parts: list[PartApproval]) -> list[str]:
    """Name the departments whose nominees have dropped under two since the approval."""
    known = availability.nominees(
        department_ids=[part.department_id for part in parts], starts_on=offer.starts_on, ends_on=offer.ends_on
    )
    usable = {nominee.id for nominee in known if not nominee.barred}
    return [
        _("%(name)s可派的持证执法人员不足 %(n)s 名。") % {"name": part.department.short_name, "n": MIN_INSPECTORS}
        for part in parts
        if len(usable & set(part.inspector_ids)) < MIN_INSPECTORS
    ]


def offers_for(actor: Actor, *, box: str = "", words: str = "") -> QuerySet[Offer]:
    """Return the offers that the actor may know of: received (`in`), made (`out`) or settled."""
    rows = Offer.objects.visible_to(actor).select_related("initiator", "campaign__organiser")
    own = actor.department_ids()
    if box == "in":
        received = OfferReply.objects.filter(department_id__in=own)
        rows = rows.filter(sent_at__isnull=False, pk__in=received.values("offer_id"))
    elif box == "out":
        rows = rows.filter(Q(initiator_id__in=own) | Q(campaign__organiser_id__in=own))
    elif box == "settled":
        rows = rows.filter(state="settled")
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words))
    return rows.annotate(
        participants=Count("replies", distinct=True),
        accepted=Count("replies", filter=Q(replies__state="accepted"), distinct=True),
    )


def replies_of(offer: Offer) -> list[OfferReply]:
    """Return the replies of an offer by department code."""
    return list(offer.replies.select_related("department").order_by("department__code"))


def parts_for(actor: Actor) -> QuerySet[PartApproval]:
    """Return the parts that the actor may see: those of his own departments; office and overseers see every one.

    Another department's nominated inspectors are not the initiator's business: it sees the state, not the form.
    """
    rows = PartApproval.objects.filter(offer__in=Offer.objects.visible_to(actor))
    if not (actor.is_system or identity.coordination_capacity(actor) or actor.holds(*OVERSEERS)):
        rows = rows.filter(department_id__in=actor.department_ids())
    return rows.select_related("offer__campaign", "department")


def extras_for(actor: Actor) -> QuerySet[ExtraDepartment]:
    """Return the requests for departments beyond five that the actor may see."""
    return ExtraDepartment.objects.filter(offer__in=Offer.objects.visible_to(actor)).select_related(
        "offer", "department"
    )


@dataclass(frozen=True, kw_only=True)
class ReplyFigures:
    """Replies of one department over all offers (R153); shown without ranks."""

    department: str
    received: int
    accepted: int
    declined: int
    expired: int
    hours: float | None


def reply_figures(*, department_ids: Iterable[UUID] = ()) -> list[ReplyFigures]:
    """Return how departments replied: numbers of each answer and the mean hours until it, by department code."""
    rows = OfferReply.objects.filter(offer__sent_at__isnull=False).select_related("department", "offer")
    chosen = list(department_ids)
    if chosen:
        rows = rows.filter(department_id__in=chosen)
    by_department: dict[str, list[OfferReply]] = {}
    for row in rows.order_by("department__code"):
        by_department.setdefault(row.department.short_name, []).append(row)
    return [_figures(name, replies) for name, replies in by_department.items()]


def counts_by_size() -> list[tuple[int, int]]:
    """Return how many sent offers there are by X, the number of departments beside the initiator (1+X)."""
    rows = Offer.objects.filter(sent_at__isnull=False).annotate(size=Count("replies"))
    counts = Counter(rows.order_by().values_list("size", flat=True))
    return sorted(counts.items())


def _figures(name: str, replies: list[OfferReply]) -> ReplyFigures:
    hours = [
        (row.replied_at - row.offer.sent_at).total_seconds() / 3600
        for row in replies
        if row.replied_at and row.offer.sent_at
    ]
    return ReplyFigures(
        department=name,
        received=len(replies),
        accepted=sum(row.state == "accepted" for row in replies),
        declined=sum(row.state == "declined" for row in replies),
        expired=sum(row.state == "expired" for row in replies),
        hours=round(sum(hours) / len(hours), 1) if hours else None,
    )


def responsible_of(*, offer_id: UUID) -> list[tuple[str, str, str]]:
    """Return who answered and who approved, as department, what, and actor id, for the chain of responsibility."""
    chain = [
        (reply.department.short_name, _("应约"), reply.replied_by)
        for reply in OfferReply.objects.filter(offer_id=offer_id, state="accepted").select_related("department")
    ]
    for part in PartApproval.objects.filter(offer_id=offer_id).select_related("department"):
        chain.append((part.department.short_name, _("填报审批表"), part.submitted_by))
        chain.append((part.department.short_name, _("批准检查"), part.decided_by))
    return [entry for entry in chain if entry[2]]
