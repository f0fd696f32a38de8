"""What stands beside a target and an item: complaints, supply, letters to other departments, experts, versions."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onevisit.core.lifecycle import State
from onevisit.stages.registers.lifecycle import LETTER
from onevisit.stages.registers.policies import CITY_READERS, READERS
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor


class ComplaintChannel(models.TextChoices):
    """Where a complaint or report came in."""

    HOTLINE = "12345", _("12345")
    CONSUMER = "12315", _("12315")
    OTHER = "other", _("其他渠道")


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Reads of complaints: they are part of the archive of a target and as open as it."""

    def visible_to(self, actor: "Actor") -> "ComplaintQuerySet":
        return self.all() if actor.is_system or actor.holds(*READERS) else self.none()


class Complaint(Record):
    """One row per complaint or report about a target that another system took in; no word of who complained."""

    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="complaints")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=ComplaintChannel.choices)
    number = models.CharField(max_length=60)
    received_on = models.DateField()
    matter = models.CharField(max_length=60)
    summary = models.CharField(max_length=400, blank=True)
    result = models.CharField(max_length=200, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "number"]
        constraints = [models.UniqueConstraint(fields=["channel", "number"], name="complaint_once")]

    def __str__(self) -> str:
        return self.number


class Supply(Record):
    """One row per supply of goods from one target to another, with its days and who says so."""

    supplier = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="supplies_to")
    buyer = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="supplied_by")
    goods = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=80)

    class Meta:
        ordering = ["goods", "valid_from"]
        verbose_name_plural = "supplies"
        constraints = [
            models.UniqueConstraint(fields=["supplier", "buyer", "goods"], name="supply_once"),
            models.CheckConstraint(condition=~Q(supplier=F("buyer")), name="supply_of_two"),
        ]


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters by who may know of them: the sender, the receiver of those that went out, the office, who oversees."""

    def visible_to(self, actor: "Actor") -> "LetterQuerySet":
        if actor.is_system or actor.holds(Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER):
            return self
        own = actor.department_ids(Role.CLERK, Role.APPROVER, Role.INSPECTOR)
        return self.filter(Q(sender_id__in=own) | Q(receiver_id__in=own, sent_at__isnull=False))


class Letter(Record):
    """One row per letter (抄告) on a target from one department to another, with its answer."""

    number = models.CharField(max_length=40, unique=True)
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="letters")
    sender = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    facts = models.TextField()
    needs_answer = models.BooleanField(default=True)
    state = models.CharField(max_length=20, default="drafted")
    drafted_at = models.DateTimeField()
    drafted_as = models.CharField(max_length=160)
    drafted_by = models.CharField(max_length=80, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_as = models.CharField(max_length=160, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_as = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="letter_to_another"),
            models.CheckConstraint(
                condition=Q(state__in=("drafted", "revising", "withdrawn")) | Q(sent_at__isnull=False),
                name="letter_acted_on_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_now(self) -> State:
        return LETTER.state(self.state)


class ExpertStatus(models.TextChoices):
    """Whether an expert can be asked."""

    ACTIVE = "active", _("在库")
    SUSPENDED = "suspended", _("已停用")


class ExpertQuerySet(models.QuerySet["Expert"]):
    """Reads of experts: every organ may ask one; the register is one for the city."""

    def visible_to(self, actor: "Actor") -> "ExpertQuerySet":
        if actor.is_system or actor.holds(*CITY_READERS, Role.CLERK, Role.APPROVER):
            return self.all()
        return self.none()


class Expert(Record):
    """One row per expert (专家): assists an inspection and never inspects alone."""

    name = models.CharField(max_length=60)
    organisation = models.CharField(max_length=120)
    title = models.CharField(max_length=60, blank=True)
    domains = ArrayField(models.CharField(max_length=40), default=list)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    valid_to = models.DateField()
    status = models.CharField(max_length=16, choices=ExpertStatus.choices, default=ExpertStatus.ACTIVE)
    status_reason = models.CharField(max_length=200, blank=True)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        ordering = ["name", "organisation"]
        constraints = [models.UniqueConstraint(fields=["name", "organisation"], name="expert_once")]

    def __str__(self) -> str:
        return self.name


class ItemVersion(Record):
    """One row per wording of an item's checklist by its department; the latest is what the item says."""

    item = models.ForeignKey("registers.InspectionItem", on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    how = models.TextField()
    papers = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    phrases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["item", "-version"]
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="item_version_once")]
