"""Messages to and from other systems, each with its receipts and refusals."""

from django.db import models

from onevisit.support.identity.models import Record


class OutboundMessage(Record):
    """One row per message to another system (公示系统, 信用平台), kept with every attempt (R64)."""

    system = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    body = models.JSONField()
    body_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, default="queued")
    attempts = models.PositiveSmallIntegerField(default=0)
    receipt = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
