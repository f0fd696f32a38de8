"""What lets a lost key be made again: the keys that shares are sealed to, the deposits, and each holder's share."""

from django.db import models

from onevisit.support.identity.models import Record


class ReceivingKey(Record):
    """One row per public key that shares of a draw are sealed to: of a department, or of the escrow."""

    draw = models.ForeignKey("draws.Draw", on_delete=models.PROTECT, related_name="receiving_keys")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=64)
    recipient = models.CharField(max_length=80)
    is_escrow = models.BooleanField(default=False)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_reason = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        ordering = ["party"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "party"], name="receiving_key_once"),
            models.UniqueConstraint(
                fields=["draw"],
                condition=models.Q(is_escrow=True, replaced_at__isnull=True),
                name="receiving_key_one_escrow",
            ),
        ]


class ShareDeposit(Record):
    """One row per key that was split: how many shares combine it, and what the escrow found."""

    draw = models.ForeignKey("draws.Draw", on_delete=models.PROTECT, related_name="share_deposits")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    threshold = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    escrow = models.CharField(max_length=64)
    escrow_recipient = models.CharField(max_length=80)
    escrow_sealed = models.TextField()
    deposited_by = models.CharField(max_length=80)
    deposited_at = models.DateTimeField()
    verified_by = models.CharField(max_length=80, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    rejected_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["party"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "party"], name="share_deposit_once"),
            models.CheckConstraint(name="share_deposit_threshold", condition=models.Q(threshold__gte=2)),
        ]


class KeyShare(Record):
    """One row per share of a key: sealed to its holder, whether it opened, the share itself once it is handed in."""

    deposit = models.ForeignKey(ShareDeposit, on_delete=models.PROTECT, related_name="shares")
    holder = models.CharField(max_length=64)
    recipient = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    sealed = models.TextField()
    checked_by = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    rejected_reason = models.CharField(max_length=20, blank=True)
    share = models.CharField(max_length=80, blank=True)
    opened_by = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["holder"]
        constraints = [models.UniqueConstraint(fields=["deposit", "holder"], name="key_share_once")]
