"""The tables of the ledger (draw-protocol.md section 17)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class LedgerEntry(models.Model):
    """One row per act: written in the business transaction, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payload = models.BinaryField()
    leaf = models.BinaryField()
    event = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    related = ArrayField(models.CharField(max_length=120), default=list)
    sentence = models.CharField(max_length=400)
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=80, blank=True)
    capacity = models.CharField(max_length=160, blank=True)
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject", "at"]),
            models.Index(fields=["event", "at"]),
            models.Index(fields=["actor", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"
