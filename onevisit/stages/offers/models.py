"""Joint-inspection offers (要约) 1+N, the replies, and each department's own approval of its part."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from onevisit.core.lifecycle import State
from onevisit.stages.offers.lifecycle import JOIN, OFFER
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor

DECLINE_REASONS = {
    "not_ours": gettext_lazy("不属本部门职责"),
    "recently_checked": gettext_lazy("近期已查"),
    "no_capacity": gettext_lazy("力量不足可改期"),
    "other": gettext_lazy("其他"),
}
OVERSEERS = (Role.SUPERVISOR, Role.LEADER, Role.PROSECUTOR)


class OfferQuerySet(models.QuerySet["Offer"]):
    """Offers by who may know of them."""

    def visible_to(self, actor: "Actor") -> "OfferQuerySet":
        """Return those that the actor's organs organise or make, and the sent ones that they received.

        The coordination office sees all of them; a draft is known to nobody else but its makers.
        """
        if actor.is_system or identity.coordination_capacity(actor):
            return self
        own = actor.department_ids(*(role for role in Role if role not in OVERSEERS))
        known = Q(initiator_id__in=own) | Q(campaign__organiser_id__in=own)
        received = OfferReply.objects.filter(department_id__in=own)
        known |= Q(sent_at__isnull=False, pk__in=received.values("offer_id"))
        if actor.holds(*OVERSEERS):
            known |= Q(sent_at__isnull=False)
        return self.filter(known)


class Offer(Record):
    """One row per offer of an initiator to its participants."""

    number = models.CharField(max_length=40, unique=True)
    campaign = models.ForeignKey("plans.Campaign", on_delete=models.PROTECT, related_name="offers")
    cluster = models.ForeignKey("plans.Cluster", on_delete=models.PROTECT)
    initiator = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="offers_made")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=20, default="draft")
    reason = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    message = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    quota = models.JSONField(default=dict)
    draw_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    reply_due_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def state_now(self) -> State:
        return OFFER.state(self.state)


class OfferReply(Record):
    """One row per participant of an offer: its answer."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="replies")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="offer_replies")
    state = models.CharField(max_length=20, default="pending")
    previous_state = models.CharField(max_length=20, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=400, blank=True)
    proposed_starts_on = models.DateField(null=True, blank=True)
    proposed_ends_on = models.DateField(null=True, blank=True)
    officers_count = models.PositiveSmallIntegerField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.CharField(max_length=80, blank=True)
    replied_as = models.CharField(max_length=160, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["department__code"]
        constraints = [models.UniqueConstraint(fields=["offer", "department"], name="offer_reply_once")]

    @property
    def reason_label(self) -> str:
        return str(DECLINE_REASONS.get(self.reason_code, ""))


class ExtraDepartment(Record):
    """One row per department beyond five: its reason and the coordination office's decision (R96)."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="extra_departments")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=20, default="pending")
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    opinion = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["department__code"]
        constraints = [models.UniqueConstraint(fields=["offer", "department"], name="extra_department_once")]


class JoinQuerySet(models.QuerySet["JoinRequest"]):
    """Requests to come along, by who may know of them."""

    def visible_to(self, actor: "Actor") -> "JoinQuerySet":
        """Return those that the actor's organs made or decide on; the coordination office and the overseers see all."""
        if actor.is_system or identity.coordination_capacity(actor) or actor.holds(*OVERSEERS):
            return self
        own = actor.department_ids()
        return self.filter(Q(department_id__in=own) | Q(offer__initiator_id__in=own))


class JoinRequest(Record):
    """One row per request of a department to come along to a target (并入), or its reason to go apart."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="joins")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="joins")
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="+")
    item_ids = ArrayField(models.UUIDField(), default=list)
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=20, default="pending")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    asked_as = models.CharField(max_length=160)
    opinion = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    apart_reason = models.CharField(max_length=400, blank=True)

    objects = JoinQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "department"],
                condition=Q(state__in=("pending", "accepted")),
                name="join_request_standing_once",
            )
        ]

    @property
    def state_now(self) -> State:
        return JOIN.state(self.state)


class PartApproval(Record):
    """One row per department of a settled offer: its own 行政检查审批表 and nominated inspectors (AI-07)."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="parts")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    state = models.CharField(max_length=20, default="draft")
    item_ids = ArrayField(models.UUIDField(), default=list)
    inspector_ids = ArrayField(models.UUIDField(), default=list)
    method = models.CharField(max_length=60, blank=True)
    assistants_count = models.PositiveSmallIntegerField(default=0)
    opinion = models.CharField(max_length=400, blank=True)
    decision = models.CharField(max_length=400, blank=True)
    document_number = models.CharField(max_length=80, blank=True)
    document = models.ForeignKey(
        "attachments.Attachment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["department__code"]
        constraints = [models.UniqueConstraint(fields=["offer", "department"], name="part_approval_once")]
