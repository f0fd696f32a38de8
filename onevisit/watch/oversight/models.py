"""Alerts with the rule that raised them, and the opinions of the supervisor's and the prosecutor's seats."""

from typing import TYPE_CHECKING

from django.db import models

from onevisit.core.lifecycle import State
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role
from onevisit.watch.oversight.lifecycle import ALERT

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor

SEE_ALL = (Role.SUPERVISOR, Role.PROSECUTOR, Role.COORDINATOR, Role.LEADER)
SEE_OWN = (Role.CLERK, Role.APPROVER)


class AlertRule(models.Model):
    """One row per rule in force: who owns it and until when; its figure and law are the versions of `rule`."""

    rule = models.OneToOneField("deadlines.Rule", primary_key=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField()

    class Meta:
        ordering = ["rule"]

    def __str__(self) -> str:
        return str(self.rule_id)


class AlertQuerySet(models.QuerySet["Alert"]):
    """Alerts by who may know of them."""

    def visible_to(self, actor: "Actor") -> "AlertQuerySet":
        """Overseers see all, a department those about itself."""
        if actor.holds(*SEE_ALL):
            return self
        return self.filter(department_id__in=actor.department_ids(*SEE_OWN))


class Alert(Record):
    """One row per time that a rule was tripped: what was counted, the explanation, the finding of the supervisor."""

    number = models.CharField(max_length=40, unique=True)
    rule = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="alerts")
    rule_version = models.ForeignKey("deadlines.RuleVersion", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=160)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="alerts")
    state = models.CharField(max_length=20, choices=ALERT.choices, default=ALERT.initial)
    words = models.CharField(max_length=200)
    measured = models.CharField(max_length=60)
    rows = models.JSONField(default=list)
    raised_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    explanation = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    explained_by = models.CharField(max_length=80, blank=True)
    judgement = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.CharField(max_length=80, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "number"]
        constraints = [models.UniqueConstraint(fields=["rule", "key"], name="alert_once")]
        indexes = [models.Index(fields=["state", "-raised_at"])]

    def __str__(self) -> str:
        return self.number

    @property
    def state_now(self) -> State:
        return ALERT.state(self.state)


class Opinion(Record):
    """One row per written opinion of a supervisor or prosecutor on an inspection; they write nothing else."""

    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=160)
    words = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at"]
        indexes = [models.Index(fields=["subject_type", "subject"])]

    def __str__(self) -> str:
        return f"{self.capacity} {self.written_at:%Y-%m-%d}"
