"""What all opened draws add up to, and who outside reported to have verified one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from onevisit.support.identity.models import Record


class DrawStatistics(Record):
    """One row per draw whose receipt is public: its raw counts, and `groups.txt` as it was when it was counted.

    Everything here follows from the receipt, the frames and the groups of the freeze (of an older draw, from the
    register of targets), and can be thrown away.
    """

    draw = models.OneToOneField("draws.Draw", on_delete=models.PROTECT, related_name="statistics")
    basis = models.CharField(max_length=80)
    counts = models.JSONField()
    groups = models.BinaryField()
    counted_at = models.DateTimeField()


class FairnessReport(Record):
    """One row: the report over all public draws, byte for byte what `onevisit verify --fairness` writes from files."""

    key = models.CharField(max_length=16, unique=True)
    basis = models.CharField(max_length=64, blank=True)
    document = models.BinaryField(default=b"")
    people = models.JSONField(default=dict)
    made_at = models.DateTimeField()


class Outcome(models.TextChoices):
    """What an outsider found."""

    OK = "ok", _("核验通过")
    FAILED = "failed", _("核验不通过")


class Verification(Record):
    """One row per report of an outsider who verified a draw: what came of it, and nothing about who it was.

    `visitor` is a keyed digest of a random mark in the browser and of the draw's number, so that nobody is counted
    twice and two draws of one visitor cannot be put together.
    """

    draw = models.ForeignKey("draws.Draw", on_delete=models.PROTECT, related_name="verifications")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    failing = ArrayField(models.CharField(max_length=40), default=list)
    visitor = models.CharField(max_length=64)
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "visitor"], name="verification_once"),
            models.CheckConstraint(
                name="verification_failing", condition=models.Q(outcome="failed") ^ models.Q(failing=[])
            ),
        ]
