"""One visit (一次查), several departments' inspections, and everything the phones send."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from onevisit.core.lifecycle import State
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.wording import KIND_LABELS
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

# Whoever looks at the whole city sees every visit; an inspector sees those he was sent to, no more.
WHOLE_CITY = (Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER)
OF_DEPARTMENT = (Role.CLERK, Role.APPROVER, Role.LEGALITY_REVIEWER)


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits by who may know of them."""

    def visible_to(self, actor: Actor) -> "VisitQuerySet":
        if actor.holds(*WHOLE_CITY):
            return self
        own = models.Q(inspections__department_id__in=actor.department_ids(*OF_DEPARTMENT))
        sent = models.Q(inspections__members__inspector__officer_id=actor.officer_id)
        if actor.officer_id is None:
            return self.filter(own).distinct()
        return self.filter(own | sent).distinct()


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Inspections by who may know of them."""

    def visible_to(self, actor: Actor) -> "InspectionQuerySet":
        if actor.holds(*WHOLE_CITY):
            return self
        own = models.Q(department_id__in=actor.department_ids(*OF_DEPARTMENT))
        if actor.officer_id is None:
            return self.filter(own)
        return self.filter(own | models.Q(members__inspector__officer_id=actor.officer_id)).distinct()


class Visit(Record):
    """One row per visit to one target; several departments' inspections hang under it."""

    number = models.CharField(max_length=64, unique=True)
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="visits")
    draw = models.ForeignKey("draws.Draw", null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    offer = models.ForeignKey("offers.Offer", null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=20, choices=VISIT.choices, default=VISIT.initial)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    address_opens_at = models.DateTimeField(null=True, blank=True)
    code_shown_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    unable_reason = models.CharField(max_length=40, blank=True)
    batch = models.PositiveSmallIntegerField(null=True, blank=True)
    report = models.ForeignKey(
        "attachments.Attachment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "number"]
        constraints = [models.UniqueConstraint(fields=["draw", "target"], name="visit_once_per_draw")]

    def __str__(self) -> str:
        return self.number

    @property
    def state_now(self) -> State:
        return VISIT.state(self.state)


class EntryCode(Record):
    """One row per inspection code (检查码) of a visit: unguessable, valid by time window."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=40, unique=True)
    token = models.TextField(blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class Inspection(Record):
    """One row per department's part of a visit, with its own checklist, team, notice and result."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="inspections")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="inspections")
    state = models.CharField(max_length=20, choices=INSPECTION.choices, default=INSPECTION.initial)
    checklist = models.JSONField(default=dict)
    checklist_sha256 = models.CharField(max_length=64, blank=True)
    notice_number = models.CharField(max_length=80, blank=True)
    notice = models.ForeignKey(
        "attachments.Attachment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    record_number = models.CharField(max_length=80, blank=True)
    record = models.ForeignKey(
        "attachments.Attachment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = ArrayField(models.UUIDField(), default=list, blank=True)
    confirmations = models.JSONField(default=list, blank=True)
    entry_distance_m = models.PositiveIntegerField(null=True, blank=True)
    place_reason = models.CharField(max_length=40, blank=True)
    has_objection = models.BooleanField(null=True, blank=True)
    opinion = models.TextField(blank=True)
    unable_reason = models.CharField(max_length=20, blank=True)
    unable_note = models.TextField(blank=True)
    follow_up = models.TextField(blank=True)
    followed_up_at = models.DateTimeField(null=True, blank=True)
    expected_files = ArrayField(models.UUIDField(), default=list, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    result_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    returned_reason = models.CharField(max_length=400, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["visit", "department__code"]
        constraints = [models.UniqueConstraint(fields=["visit", "department"], name="inspection_once")]


class TeamMember(Record):
    """One row per inspector in the team of an inspection; replaced ones stay with the reason."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="members")
    inspector = models.ForeignKey("registers.Inspector", on_delete=models.PROTECT, related_name="memberships")
    is_leader = models.BooleanField(default=False)
    slot = models.CharField(max_length=70, blank=True, default="")
    notified_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_reason = models.CharField(max_length=300, blank=True)


class Submission(Record):
    """One row per message of a phone, kept as it came; its id was made by the phone (R7)."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="submissions")
    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    body = models.JSONField()
    body_sha256 = models.CharField(max_length=64)
    device = models.CharField(max_length=64)
    sequence = models.PositiveBigIntegerField()
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField()
    receipt = models.CharField(max_length=40)
    is_quarantined = models.BooleanField(default=False)
    quarantine_reason = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=16, default="accepted")
    message = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)

    @property
    def kind_label(self) -> str:
        return KIND_LABELS.get(self.kind, self.kind)


class Answer(Record):
    """One row per observation on a checklist item; the current one is chosen, none is overwritten."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="answers")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT)
    item = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    answer = models.CharField(max_length=20)
    result_type = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    skip_reason = models.CharField(max_length=40, blank=True)
    is_batch = models.BooleanField(default=False)
    batch_note = models.CharField(max_length=200, blank=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    is_current = models.BooleanField(default=True)
    is_conflict = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "item", "version"], name="answer_version_once")]


class Signature(Record):
    """One row per signature or refusal to sign on an inspection."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="signatures")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT)
    role = models.CharField(max_length=16)
    name = models.CharField(max_length=60, blank=True)
    officer = models.ForeignKey("identity.Officer", null=True, blank=True, on_delete=models.PROTECT)
    # The picture may arrive after the words, so that it is named by its id and not by a foreign key.
    picture_ref = models.UUIDField(null=True, blank=True)
    refused_reason = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField()


class PartySignature(Record):
    """One row per signature that the inspected party gave on its own phone, with the digest of what it signed."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="party_signatures")
    code = models.ForeignKey(EntryCode, on_delete=models.PROTECT, related_name="party_signatures")
    name = models.CharField(max_length=60)
    picture = models.ForeignKey("attachments.Attachment", on_delete=models.PROTECT, related_name="+")
    record_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    receipt = models.CharField(max_length=40)

    class Meta:
        ordering = ["signed_at"]


class BusinessKey(Record):
    """One row per own key of a business (企业口令), as a digest: the letter that carries it is the only clear copy."""

    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="business_keys")
    sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(revoked_at__isnull=True), name="business_key_one_at_a_time"
            )
        ]


class SignatureDispute(Record):
    """One row per objection of a business to a signature in its name (否认签名); it undoes the signatures before it."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="signature_disputes")
    key = models.ForeignKey(BusinessKey, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400)
    disputed_at = models.DateTimeField()
    receipt = models.CharField(max_length=40)

    class Meta:
        ordering = ["disputed_at"]


class BadgeKey(Record):
    """One row per phone of an officer whose badge code (亮证码) colleagues can check, with or without a network."""

    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT, related_name="badge_keys")
    device = models.CharField(max_length=64)
    public_key = models.CharField(max_length=200)
    key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["officer", "key_id"], name="badge_key_once")]
