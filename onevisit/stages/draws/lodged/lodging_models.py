"""What was lodged of a draw's freeze, and what keeps it from being lodged."""

from django.db import models
from django.db.models.functions import Now

from onevisit.support.identity.models import Record


class Lodging(Record):
    """One row per frozen manifest and witness that lodges: its signed receipt, or the trouble with getting one.

    `waiting_since` is the database's real time, `lodged_at` the witness's own, `recorded_at` the city's.
    """

    draw = models.ForeignKey("draws.Draw", on_delete=models.PROTECT, related_name="lodgings")
    witness = models.CharField(max_length=80)
    manifest_digest = models.CharField(max_length=64)
    waiting_since = models.DateTimeField(db_default=Now())
    trouble = models.CharField(max_length=200, default="", blank=True)
    receipt = models.TextField(default="", blank=True)
    listing = models.CharField(max_length=64, default="", blank=True)
    lodged_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["lodged_at", "witness"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "manifest_digest", "witness"], name="lodging_once"),
        ]
