"""Problems found, orders to correct them, and the proof that closes them."""

from typing import TYPE_CHECKING

from django.db import models

from onevisit.stages.findings.lifecycle import FINDING
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor


class FindingQuerySet(models.QuerySet["Finding"]):
    """Reads of problems by scope."""

    def visible_to(self, actor: "Actor") -> "FindingQuerySet":
        """Return the problems of the actor's own departments; the office and the supervisor read all."""
        if actor.holds(Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER):
            return self
        return self.filter(department_id__in=actor.department_ids())


class Finding(Record):
    """One row per problem (问题) found in an inspection, with its owner and term."""

    number = models.CharField(max_length=64, unique=True)
    inspection = models.ForeignKey("visits.Inspection", on_delete=models.PROTECT, related_name="findings")
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="findings")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="findings")
    item = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    public_words = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    result_type = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default=FINDING.initial, choices=FINDING.choices)
    owner = models.ForeignKey("identity.Officer", null=True, blank=True, on_delete=models.PROTECT)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    dropped_reason = models.CharField(max_length=400, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at"]

    def __str__(self) -> str:
        return self.number


class CorrectionOrder(Record):
    """One row per order to correct (责令改正) with its date and document number."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="order")
    document_number = models.CharField(max_length=80)
    demand = models.CharField(max_length=400)
    due_on = models.DateField()
    document = models.ForeignKey(
        "attachments.Attachment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=80)


class CorrectionProof(Record):
    """One row per proof of correction sent by the business or recorded by an officer."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="proofs")
    words = models.TextField()
    receipt = models.CharField(max_length=40)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    is_late = models.BooleanField(default=False)
    decision = models.CharField(max_length=20, blank=True)
    decision_words = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)


class FollowUpVisit(Record):
    """One row per follow-up on the spot (现场复查) that was arranged because a proof on paper does not do."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="follow_ups")
    on = models.DateField()
    reason = models.CharField(max_length=300)
    arranged_at = models.DateTimeField()
    arranged_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["-arranged_at"]
