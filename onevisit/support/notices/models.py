"""What reaches a person: in the app always, by web push where the person allowed it."""

from django.db import models

from onevisit.support.identity.models import Record


class Notice(Record):
    """One row per message to one officer."""

    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    body = models.CharField(max_length=400, blank=True)
    url = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["officer", "read_at", "created_at"])]

    def __str__(self) -> str:
        return self.title


class PushSubscription(Record):
    """One row per browser that may be pushed to."""

    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT, related_name="subscriptions")
    endpoint = models.URLField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True, blank=True)


class PushDelivery(Record):
    """One row per attempt to push a notice, for the operator and the one-minute figure (R65)."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    subscription = models.ForeignKey(PushSubscription, on_delete=models.PROTECT)
    sent_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=200, blank=True)
