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

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["system", "subject", "body_sha256"], name="outbound_message_once"),
            models.CheckConstraint(
                name="outbound_sent_has_a_receipt", condition=~models.Q(state="sent") | ~models.Q(receipt="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.kind}"


class DeliveryAttempt(models.Model):
    """One row per attempt to deliver a message: when, and what the other side said."""

    message = models.ForeignKey(OutboundMessage, on_delete=models.PROTECT, related_name="log")
    at = models.DateTimeField()
    is_delivered = models.BooleanField()
    words = models.CharField(max_length=300)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.words
