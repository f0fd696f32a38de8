"""What the public may know: released results and the credit record."""

from django.db import models

from onevisit.support.identity.models import Record


class Publication(Record):
    """One row per visit whose results are, or will be, public; all departments stand or fall together."""

    visit = models.OneToOneField("visits.Visit", on_delete=models.PROTECT, related_name="publication")
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="publications")
    state = models.CharField(max_length=20, default="pending")
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, blank=True)
    masked_count = models.PositiveSmallIntegerField(default=0)
    withheld_reason = models.CharField(max_length=60, blank=True)
    correction_reason = models.CharField(max_length=300, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    takedown_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]


class CreditRecord(Record):
    """One row per result collected to the credit record of a target (信用归集)."""

    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="credit_records")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="credit_records")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    on = models.DateField()
    words = models.CharField(max_length=300)
    collected_at = models.DateTimeField()
