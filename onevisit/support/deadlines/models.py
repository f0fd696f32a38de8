"""Rules of time as versioned records, and the deadlines that run under them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from onevisit.support.identity.models import Record


class Unit(models.TextChoices):
    """In what a period is counted."""

    HOURS = "hours", _("小时")
    CALENDAR_DAYS = "calendar_days", _("日")
    WORKING_DAYS = "working_days", _("个工作日")


class Rule(models.Model):
    """One row per figure of law or practice that may change (key such as `offer.reply`, `visit_cap.default`)."""

    key = models.CharField(max_length=80, primary_key=True)
    label = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.label


class RuleVersion(Record):
    """One row per version of a rule; what starts after `valid_from` uses it, what runs keeps its own (R4)."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=Unit.choices, blank=True)
    law = models.CharField(max_length=200, blank=True)
    is_law_verified = models.BooleanField(default=False)
    pauses = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    alert_percent = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    valid_from = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="rule_version_once")]
        ordering = ["rule", "version"]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.version}"


class Deadline(Record):
    """One row per running or closed term: its rule version, its subject and who must act."""

    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT)
    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    sentence = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    paused_seconds = models.PositiveBigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_lapsed = models.BooleanField(default=False)
    is_provisional = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject"]), models.Index(fields=["closed_at", "due_at"])]

    def __str__(self) -> str:
        return self.sentence


class DeadlinePause(Record):
    """One row per stretch in which a deadline did not run (test, hearing, notice), with its reason."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=models.Q(until__isnull=True), name="deadline_paused_once"
            )
        ]


class Reminder(Record):
    """One row per reminder sent for a deadline, so that none is sent twice."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "percent"], name="reminder_once")]
