"""What the public may know: released results and the credit record."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor

PUBLIC_STATES = ("released", "corrected", "withdrawn")


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Publications by who may see them."""

    def visible_to(self, actor: "Actor") -> "PublicationQuerySet":
        """Overseers see all, a department those of the visits it took part in."""
        if actor.holds(Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER):
            return self
        own = actor.department_ids(Role.CLERK, Role.APPROVER)
        return self.filter(department_ids__overlap=list(own)) if own else self.none()

    def public(self, *, on: date) -> "PublicationQuerySet":
        """What everybody may read on a day: released, and its time on the public pages not over."""
        in_time = Q(takedown_on__isnull=True) | Q(takedown_on__gt=on)
        return self.filter(in_time, state__in=PUBLIC_STATES)


class Publication(Record):
    """One row per visit whose results are, or will be, public; all departments stand or fall together.

    `content` is what the public reads, already masked; what is masked stands only in the stages before.
    """

    visit = models.OneToOneField("visits.Visit", on_delete=models.PROTECT, related_name="publication")
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="publications")
    department_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    missing = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(max_length=20, default="pending")
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, blank=True)
    masked_count = models.PositiveSmallIntegerField(default=0)
    withheld_reason = models.CharField(max_length=60, blank=True)
    correction_reason = models.CharField(max_length=300, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_entry = models.UUIDField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    takedown_on = models.DateField(null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="publication_withheld_has_a_reason", condition=~Q(state="withheld") | ~Q(withheld_reason="")
            ),
            models.CheckConstraint(
                name="publication_public_was_released",
                condition=~Q(state__in=PUBLIC_STATES) | Q(released_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "-released_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class PublicationVersion(Record):
    """One row per content that was ever public: the first release, each correction, each progress of mending."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    is_correction = models.BooleanField(default=False)
    entry = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["publication", "number"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="publication_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} v{self.number}"


class CreditRecord(Record):
    """One row per result collected to the credit record of a target (信用归集)."""

    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="credit_records")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="credit_records")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    on = models.DateField()
    words = models.CharField(max_length=300)
    collected_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "department"], name="credit_record_once"),
        ]

    def __str__(self) -> str:
        return self.words


# The app's other tables, so that Django finds them.
from onevisit.stages.publication import request_models  # noqa: E402, F401
