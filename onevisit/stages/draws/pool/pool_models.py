"""What is agreed on a pool before its freeze, and which rows of the registers its freeze fixed."""

from django.db import models

from onevisit.support.identity.models import Record


class ExclusionApproval(Record):
    """One row per approval of a list of exclusions with one reason; it holds for exactly the list that it names."""

    draw = models.ForeignKey("draws.Draw", on_delete=models.PROTECT, related_name="exclusion_approvals")
    reason = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    list_sha256 = models.CharField(max_length=64)
    words = models.CharField(max_length=400)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    approved_by = models.CharField(max_length=80)
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["reason", "approved_at"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "reason", "list_sha256"], name="exclusion_approval_once"),
        ]


class NarrowConsent(Record):
    """One row per request to freeze a pool with small strata or few officers, and what a second organ said to it."""

    draw = models.ForeignKey("draws.Draw", on_delete=models.PROTECT, related_name="narrow_consents")
    places = models.JSONField(default=list)
    reason = models.CharField(max_length=400)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    department = models.ForeignKey("identity.Department", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    consented_by = models.CharField(max_length=80, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    refused_words = models.CharField(max_length=400, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw"],
                condition=models.Q(consented_at__isnull=True, refused_at__isnull=True),
                name="narrow_consent_one_waiting",
            ),
        ]


class FixedRows(Record):
    """One row per frozen draw: the rows of the registers behind its pseudonyms and behind the ids of its frame."""

    draw = models.OneToOneField("draws.Draw", on_delete=models.PROTECT, related_name="fixed_rows")
    people = models.BinaryField()
    targets = models.BinaryField()
