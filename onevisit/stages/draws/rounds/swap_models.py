"""Requests to replace a drawn officer (换人): who asked and why, who else agreed, and the round that drew anew."""

from django.db import models

from onevisit.support.identity.models import Record


class Swap(Record):
    """One row per request to swap the officer of a drawn slot; `choice` is how many there are to choose from.

    `is_outside` says that an organ outside the team decides: the choice is small, or the place was swapped before.
    """

    draw = models.ForeignKey("draws.Draw", on_delete=models.PROTECT, related_name="swaps")
    slot = models.ForeignKey("draws.DrawnSlot", on_delete=models.PROTECT, related_name="swaps")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=64)
    words = models.CharField(max_length=400)
    evidence_sha256 = models.CharField(max_length=64)
    choice = models.PositiveIntegerField()
    is_outside = models.BooleanField()
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_in = models.ForeignKey(
        "identity.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refused_by = models.CharField(max_length=80, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_words = models.CharField(max_length=400, blank=True)
    round_number = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["slot"], condition=models.Q(refused_at__isnull=True), name="swap_once"),
            models.CheckConstraint(
                name="swap_confirmed_by_another",
                condition=models.Q(confirmed_at__isnull=True) | ~models.Q(confirmed_by=models.F("requested_by")),
            ),
        ]
