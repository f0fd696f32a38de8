"""Departments as separate tenants, officers, posts and delegations."""

import uuid
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onevisit.support.identity.roles import ROLE_CHOICES


class Record(models.Model):
    """Base of every record: a random UUID as primary key, so that ids say nothing and can be made on a phone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Numbering(models.Model):
    """One row per series of numbers; the next number is taken under a row lock and never reused."""

    series = models.CharField(max_length=80, primary_key=True)
    latest = models.PositiveIntegerField(default=0)


class User(AbstractUser):
    """One row per account; an officer has exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    is_password_one_time = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)


class OrganKind(models.TextChoices):
    """What kind of organ it is: only a department may ever be an inspecting body (AI-01)."""

    DEPARTMENT = "department", _("监管执法部门")
    COORDINATION_OFFICE = "coordination_office", _("领导小组办公室")
    PROCURATORATE = "procuratorate", _("检察院")
    NOTARY_OFFICE = "notary_office", _("公证处")
    WITNESS = "witness", _("见证单位")
    OPERATOR = "operator", _("运维单位")


class Level(models.TextChoices):
    """City or district."""

    CITY = "city", _("市级")
    DISTRICT = "district", _("区级")


class DepartmentQuerySet(models.QuerySet["Department"]):
    """Reads of organs; organs are public knowledge, so there is no visible_to."""

    def active_on(self, day: date) -> "DepartmentQuerySet":
        return self.filter(Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day))

    def departments(self) -> "DepartmentQuerySet":
        return self.filter(kind=OrganKind.DEPARTMENT)


class Department(Record):
    """One row per organ: a tenant with its own people, items, seals and approvals."""

    code = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=32, choices=OrganKind.choices, default=OrganKind.DEPARTMENT)
    level = models.CharField(max_length=16, choices=Level.choices, default=Level.CITY)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    initials = models.CharField(max_length=60, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    host = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="hosted")
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")
    can_inspect = models.BooleanField(default=False)
    domain = models.CharField(max_length=80, blank=True)
    document_prefix = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    batch_number = models.PositiveSmallIntegerField(null=True, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    is_read_only = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="department_only_departments_inspect",
                condition=Q(can_inspect=False) | Q(kind=OrganKind.DEPARTMENT),
            ),
            models.CheckConstraint(
                name="department_valid_dates", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def name_on(self, day: date) -> str:
        """Return the name that the organ carried on `day` (R17)."""
        for former in self.former_names.all():
            if former.valid_from <= day <= former.valid_to:
                return former.name
        return self.name


class DepartmentName(Record):
    """One row per former name of an organ with the dates it was valid."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        ordering = ["department", "valid_from"]

    def __str__(self) -> str:
        return self.name


class Officer(Record):
    """One row per person who works for an organ; the account may come later."""

    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.PROTECT, related_name="officer")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="officers")
    personnel_number = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    initials = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_demo_cast = models.BooleanField(default=False)
    cast_note = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["personnel_number"]

    def __str__(self) -> str:
        return self.name


class Post(Record):
    """One row per role that an officer holds in an organ, with dates."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="posts")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32, choices=ROLE_CHOICES)
    title = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "department", "role", "valid_from"], name="post_once")
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.role}"


class Delegation(Record):
    """One row per substitution: `to_officer` acts for `from_officer` in one role, for some days, with a reason."""

    from_officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="delegations_given")
    to_officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="delegations_held")
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    role = models.CharField(max_length=32, choices=ROLE_CHOICES)
    reason = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.from_officer} → {self.to_officer}"
