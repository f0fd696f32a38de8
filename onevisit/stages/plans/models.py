"""Campaigns (专项), their templates, and the cluster (集群) of departments, targets, items and laws."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from onevisit.core.lifecycle import State
from onevisit.stages.plans.lifecycle import CAMPAIGN, PLAN_NOTE
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor

KNOWN_TO_THE_CLUSTER = ("approved", "running", "evaluated", "stopped")
OVERSEERS = (Role.SUPERVISOR, Role.LEADER, Role.PROSECUTOR)


class CampaignTemplate(Record):
    """One row per 板块 from which a campaign can be started."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    field = models.CharField(max_length=40)
    description = models.TextField(blank=True)
    season = models.CharField(max_length=60, blank=True)
    industries = ArrayField(models.CharField(max_length=4), default=list)
    directory_keys = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    licence_kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    initiator_code = models.CharField(max_length=32)
    participant_codes = ArrayField(models.CharField(max_length=32), default=list)
    quota = models.JSONField(default=dict)
    goals = ArrayField(models.CharField(max_length=120), default=list, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns by who may know of them."""

    def visible_to(self, actor: "Actor") -> "CampaignQuerySet":
        """Return those of the actor's own organs, and of clusters that they stand in the approved and consulted ones.

        The coordination office sees all of them: its members act for organiser or city (R22).
        """
        if actor.is_system or identity.coordination_capacity(actor):
            return self
        own = actor.department_ids(*(role for role in Role if role not in OVERSEERS))
        known = Q(organiser_id__in=own) | Q(initiator_id__in=own)
        standing = ClusterDepartment.objects.filter(department_id__in=own, is_removed=False)
        asked = Q(state__in=KNOWN_TO_THE_CLUSTER) | Q(consulted_at__isnull=False)
        known |= asked & Q(clusters__in=standing.values("cluster_id"))
        if actor.holds(*OVERSEERS):
            known |= Q(state__in=KNOWN_TO_THE_CLUSTER)
        return self.filter(pk__in=Campaign.objects.filter(known).values("pk"))


class Campaign(Record):
    """One row per campaign (专项): the plan that states problem, goal, scope and burden; exactly one cluster."""

    number = models.CharField(max_length=40, unique=True)
    template = models.ForeignKey(CampaignTemplate, null=True, blank=True, on_delete=models.PROTECT)
    title = models.CharField(max_length=120)
    field = models.CharField(max_length=40)
    organiser = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="campaigns_organised")
    initiator = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="campaigns_initiated")
    state = models.CharField(max_length=20, default="draft")
    version = models.PositiveIntegerField(default=1)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    rest_day_reason = models.CharField(max_length=200, blank=True)
    consulted_at = models.DateTimeField(null=True, blank=True)
    region_codes = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    conditions = models.JSONField(default=dict)
    is_directed = models.BooleanField(default=True)
    directed_reason = models.CharField(max_length=300, default="", blank=True)
    problem_source = models.TextField(blank=True)
    goal = models.TextField(blank=True)
    goal_measure = models.CharField(max_length=200, blank=True)
    necessity = models.JSONField(default=dict)
    field_scores = models.JSONField(default=dict)
    quota = models.JSONField(default=dict)
    returned_code = models.CharField(max_length=20, blank=True)
    returned_reason = models.TextField(blank=True)
    stopped_reason = models.CharField(max_length=400, blank=True)
    evaluation = models.TextField(blank=True)
    filing_number = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=80, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def state_now(self) -> State:
        return CAMPAIGN.state(self.state)


class Cluster(Record):
    """One row per version of a campaign's cluster; the latest is current."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="clusters")
    version = models.PositiveIntegerField()
    matched_on = models.DateField()
    matched_at = models.DateTimeField()
    registers_digest = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=dict)

    class Meta:
        ordering = ["campaign", "-version"]
        constraints = [models.UniqueConstraint(fields=["campaign", "version"], name="cluster_version_once")]


class ClusterDepartment(Record):
    """One row per department in a cluster, with the reason it was matched or removed."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="departments")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    is_initiator = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    rule = models.CharField(max_length=80)
    is_removed = models.BooleanField(default=False)
    removed_reason = models.CharField(max_length=300, blank=True)
    sixth_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "department"], name="cluster_department_once")]


class ClusterTarget(Record):
    """One row per target in a cluster, with the reason it was matched or removed."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="targets")
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT)
    reason = models.CharField(max_length=300)
    rule = models.CharField(max_length=80)
    is_removed = models.BooleanField(default=False)
    removed_code = models.CharField(max_length=40, blank=True)
    removed_reason = models.CharField(max_length=300, blank=True)
    removed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "target"], name="cluster_target_once")]


class ClusterItem(Record):
    """One row per item in a cluster, with its department, its bases on the day and the reason."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey("registers.InspectionItem", on_delete=models.PROTECT)
    reason = models.CharField(max_length=300)
    rule = models.CharField(max_length=80)
    bases = models.JSONField(default=list)
    is_removed = models.BooleanField(default=False)
    removed_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "item"], name="cluster_item_once")]


class PlanEntry(Record):
    """One row per planned draw, logged at least 7 days before its t0 (draw-protocol.md section 12)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plan_entries")
    plan = models.CharField(max_length=64)
    content = models.JSONField()
    t0 = models.DateTimeField()
    logged_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "plan entries"
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(is_current=True), name="plan_entry_current")
        ]


class PlanNote(Record):
    """One row per remark (批注) of a department beside a paragraph of a plan, or its word that it has none."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plan_notes")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField()
    words = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=20, default="open")
    answer = models.CharField(max_length=400, blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    written_as = models.CharField(max_length=160)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_as = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["written_at"]
        indexes = [models.Index(fields=["campaign", "state"], name="plan_note_state")]

    @property
    def state_now(self) -> State:
        return PLAN_NOTE.state(self.state)


class PlanMinutes(Record):
    """One row per minutes (纪要) of a meeting that agreed a plan; what was noted in error is void, never gone."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="minutes")
    title = models.CharField(max_length=120)
    met_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    chair = models.CharField(max_length=60)
    department_ids = ArrayField(models.UUIDField(), default=list)
    agreed = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_as = models.CharField(max_length=160)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-met_on", "-recorded_at"]
        verbose_name_plural = "minutes"
