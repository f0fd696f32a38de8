"""What businesses and the public say: complaints, objections, enquiries, replies beside a result, and ratings."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onevisit.stages.publication.lifecycle import REQUEST, TYPICAL_CASE
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor

SUBJECT = "public_request"
OVERSEERS = (Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER)


class RequestKind(models.TextChoices):
    """What somebody wants; the value is the last word of the rule that gives its term."""

    COMPLAINT = "complaint", _("投诉")
    OBJECTION = "objection", _("异议")
    ENQUIRY = "enquiry", _("咨询")
    REPLY = "reply", _("说明意见")
    STRANGER = "stranger", _("人员不在名单")
    STATEMENT = "statement", _("陈述申辩")


def rule_of(kind: str) -> str:
    """Return the rule that gives the term of a kind."""
    return "objection.answer" if kind == RequestKind.OBJECTION else f"request.{kind}"


class PublicRequestQuerySet(models.QuerySet["PublicRequest"]):
    """Requests by who may see them."""

    def visible_to(self, actor: "Actor") -> "PublicRequestQuerySet":
        """Overseers see all; a department those that it answers."""
        if actor.holds(*OVERSEERS):
            return self
        return self.filter(department_id__in=actor.department_ids(Role.CLERK, Role.APPROVER))


class PublicRequest(Record):
    """One row per complaint, objection, enquiry, reply or statement (诉求): a receipt, an organ and a clock.

    Words and contact stand here alone and can be erased; the ledger holds the salted digest of the words.
    """

    receipt = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=16, choices=RequestKind.choices)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="public_requests")
    publication = models.ForeignKey(
        "publication.Publication", null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    visit = models.ForeignKey("visits.Visit", null=True, blank=True, on_delete=models.PROTECT, related_name="requests")
    draw = models.ForeignKey("draws.Draw", null=True, blank=True, on_delete=models.PROTECT, related_name="requests")
    words = models.TextField()
    salt = models.CharField(max_length=32)
    contact = models.CharField(max_length=80, blank=True)
    is_by_party = models.BooleanField(default=False)
    state = models.CharField(max_length=16, default=REQUEST.initial, choices=REQUEST.choices)
    created_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    public_words = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    # A statement after an answered one holds no release by itself: another person said that it brings new facts.
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.CharField(max_length=80, blank=True, default="", db_default="")

    objects = PublicRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(name="public_request_closed_is_answered", condition=Q(state="open") | ~Q(answer="")),
            models.CheckConstraint(
                name="objection_names_a_publication", condition=~Q(kind="objection") | Q(publication__isnull=False)
            ),
            models.CheckConstraint(
                name="statement_is_of_the_party",
                condition=~Q(kind="statement") | Q(visit__isnull=False, is_by_party=True),
            ),
        ]

    def __str__(self) -> str:
        return self.receipt


class Rating(models.Model):
    """One row per rated department of an anonymous rating; no time, no visit, no code, only a month and a batch.

    A batch is published as sums when it is full, so that no difference of two sums is one person's answer.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="ratings")
    month = models.CharField(max_length=7)
    batch = models.PositiveIntegerField()
    stars = models.PositiveSmallIntegerField()
    showed_code = models.BooleanField()
    done_at_once = models.BooleanField()
    made_demands = models.BooleanField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="rating_one_to_five", condition=Q(stars__gte=1, stars__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.stars}"


class RatingOpinion(models.Model):
    """One row per free words of a rating, apart from its figures; only the supervisor of enforcement reads them."""

    id = models.UUIDField(primary_key=True, editable=False)
    month = models.CharField(max_length=7)
    department_ids = ArrayField(models.UUIDField())
    words = models.TextField()

    class Meta:
        ordering = ["-month", "id"]

    def __str__(self) -> str:
        return self.month


class SpentRating(models.Model):
    """One row per code that has rated: a keyed digest that leads neither to the code nor to the rating."""

    mark = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.mark[:8]


class TypicalCase(Record):
    """One row per published result shown as a typical case (典型案例) once approved, in masked words of its own."""

    publication = models.OneToOneField("publication.Publication", on_delete=models.PROTECT, related_name="typical_case")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="typical_cases")
    title = models.CharField(max_length=120)
    words = models.TextField()
    masked_count = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=16, default=TYPICAL_CASE.initial, choices=TYPICAL_CASE.choices)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-proposed_at"]

    def __str__(self) -> str:
        return self.title
