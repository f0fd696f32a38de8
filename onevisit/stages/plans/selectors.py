"""The reads of campaigns and clusters that others may use."""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy

from onevisit.stages.plans import limits, quotas
from onevisit.stages.plans.models import (
    Campaign,
    CampaignTemplate,
    Cluster,
    ClusterDepartment,
    ClusterItem,
    ClusterTarget,
    PlanEntry,
    PlanMinutes,
    PlanNote,
)
from onevisit.stages.plans.todos import todos
from onevisit.stages.registers import proposals
from onevisit.stages.registers.proposals import Question
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department

__all__ = ["todos"]

BUSINESSES = ("company", "individual")


@dataclass(frozen=True, kw_only=True)
class FrameRow:
    """One target of a cluster as the draw sees it."""

    target_id: UUID
    object_id: str
    name: str
    region_code: str
    stratum: str
    industry_code: str = ""
    size_class: str = ""
    station: str = ""
    address: str = ""
    merged_into: str = ""
    """The name of the record that stands for it now; such a row must leave the frame before the freeze."""


@dataclass(frozen=True, kw_only=True)
class ExcludedRow:
    """One target that the register holds and the frame does not, with the code of the exclusion."""

    target_id: UUID
    object_id: str
    code: str
    reason: str
    name: str = ""
    removed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """One item of a cluster with its department and the legal bases valid on the cluster's day."""

    item_id: UUID
    code: str
    title: str
    item_class: str
    department_id: UUID
    reason: str
    bases: tuple[dict[str, object], ...]


def current_cluster(campaign: Campaign) -> Cluster | None:
    """Return the latest version of a campaign's cluster."""
    return Cluster.objects.filter(campaign=campaign).order_by("-version").first()


def question_of(campaign: Campaign, *, with_codes: Iterable[str] = ()) -> Question:
    """Return what the matching is asked for a plan: its template, day, regions and conditions."""
    if campaign.starts_on is None:
        raise ValueError("a plan without a day cannot be matched")
    template = campaign.template
    conditions = campaign.conditions if campaign.is_directed else {}
    named = [template.initiator_code, *template.participant_codes] if template else []
    initiator = campaign.initiator.code
    return Question(
        field=campaign.field,
        day=campaign.starts_on,
        region_codes=tuple(campaign.region_codes) if campaign.is_directed else (),
        kinds=kinds_of(campaign),
        industries=tuple(conditions.get("industries") or (template.industries if template else ())),
        directory_keys=tuple(conditions.get("directory_keys") or (template.directory_keys if template else ())),
        licence_kinds=tuple(conditions.get("licence_kinds") or (template.licence_kinds if template else ())),
        template_key=template.key if template else "",
        template_name=template.name if template else campaign.field,
        initiator_code=initiator,
        participant_codes=tuple(dict.fromkeys(code for code in [*named, *with_codes] if code and code != initiator)),
        risk_classes=tuple(conditions.get("risk_classes", ())),
        required_licence=str(conditions.get("required_licence", "")),
        streets=tuple(conditions.get("streets", ())),
        unvisited_since=_months_before(campaign.starts_on, int(conditions.get("unvisited_months", 0))),
        problem=str(conditions.get("problem", "")),
    )


def kinds_of(campaign: Campaign) -> tuple[str, ...]:
    """Return the kinds of subjects that a plan is about; one without a field, not directed, is about all businesses."""
    if campaign.is_directed:
        return tuple(campaign.conditions.get("kinds", ()))
    return () if campaign.template else BUSINESSES


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What a match would give: targets found, taken out by rule, drawn by the present quota, and visits to them."""

    targets: int
    excluded: int
    drawn: int
    visits_apart: int


def counts_of(campaign: Campaign, changes: Any) -> Matched:
    """Return what a match would find and cost if the plan had these changes; nothing is saved."""
    asked = copy(campaign)
    for name in ("is_directed", "region_codes", "conditions"):
        if getattr(changes, name) is not None:
            setattr(asked, name, getattr(changes, name))
    proposal = proposals.propose(question_of(asked))
    sizes = Counter(found.target.credit_risk_class or "-" for found in proposal.targets)
    drawn = quotas.count(campaign.quota, sizes).drawn
    return Matched(
        targets=len(proposal.targets),
        excluded=len(proposal.excluded_targets),
        drawn=drawn,
        visits_apart=drawn * len(proposal.departments),
    )


def _months_before(day: date, months: int) -> date | None:
    """Return the day some months earlier, roughly by 30 days a month; None for no condition."""
    return day - timedelta(days=30 * months) if months else None


def departments_of(cluster_id: UUID) -> list[ClusterDepartment]:
    """Return the departments of a cluster that stand, initiator first."""
    rows = ClusterDepartment.objects.filter(cluster_id=cluster_id, is_removed=False).select_related("department")
    return sorted(rows, key=lambda row: (not row.is_initiator, row.department.code))


def items_of(cluster_id: UUID, *, department_id: UUID | None = None) -> list[ItemRow]:
    """Return the items of a cluster that stand, by code."""
    rows = ClusterItem.objects.filter(cluster_id=cluster_id, is_removed=False).select_related("item")
    if department_id is not None:
        rows = rows.filter(item__department_id=department_id)
    return [
        ItemRow(
            item_id=row.item_id,
            code=row.item.code,
            title=row.item.title,
            item_class=row.item.item_class,
            department_id=row.item.department_id,
            reason=row.reason,
            bases=tuple(row.bases),
        )
        for row in rows.order_by("item__code")
    ]


def frame_of(cluster_id: UUID) -> list[FrameRow]:
    """Return the targets of a cluster that stand, by object id: the frame of the draw before its freeze."""
    return _frame_rows(ClusterTarget.objects.filter(cluster_id=cluster_id, is_removed=False))


def some_ids_of(cluster_id: UUID) -> tuple[str, ...]:
    """Return the first and the last id of a cluster's standing targets: they tell of which types all are."""
    rows = ClusterTarget.objects.filter(cluster_id=cluster_id, is_removed=False)
    ends = rows.annotate(one=Collate("target__object_id", "C")).aggregate(first=Min("one"), last=Max("one"))
    return tuple(one for one in ends.values() if one)


def rows_of(cluster_id: UUID, object_ids: Iterable[str]) -> list[FrameRow]:
    """Return some targets of a cluster by object id, also those that were taken out or merged since."""
    return _frame_rows(ClusterTarget.objects.filter(cluster_id=cluster_id, target__object_id__in=list(object_ids)))


def _frame_rows(rows: QuerySet[ClusterTarget]) -> list[FrameRow]:
    return [
        FrameRow(
            target_id=row.target_id,
            object_id=row.target.object_id,
            name=row.target.name,
            region_code=row.target.region_code,
            stratum=row.target.credit_risk_class or "-",
            industry_code=row.target.industry_code,
            size_class=row.target.size_class,
            station=row.target.station,
            address=row.target.address,
            merged_into=row.target.merged_into.name if row.target.merged_into else "",
        )
        for row in rows.select_related("target__merged_into").order_by("target__object_id")
    ]


def exclusions_of(cluster_id: UUID) -> list[ExcludedRow]:
    """Return the targets that fit and were taken out, by rule or by a clerk, with code and reason."""
    rows = ClusterTarget.objects.filter(cluster_id=cluster_id, is_removed=True).select_related("target")
    return [
        ExcludedRow(
            target_id=row.target_id,
            object_id=row.target.object_id,
            code=row.removed_code or "clerk",
            reason=row.removed_reason,
            name=row.target.name,
            removed_by=row.removed_by,
        )
        for row in rows.order_by("removed_code", "target__object_id")
    ]


def counted(quota: dict[str, object], cluster: Cluster) -> quotas.Counted:
    """Return the strata of a cluster with what a quota draws from each."""
    return quotas.of_cluster(quota, cluster)


def departments_limit(*, on: date) -> int:
    """Return how many departments a joint inspection has as a rule (R96)."""
    return limits.departments(on=on)


def visit_cap(*, on: date) -> int:
    """Return how often one department may visit one business in a year (AI-03)."""
    return limits.all_of(on=on).visit_cap


def templates() -> QuerySet[CampaignTemplate]:
    """Return the templates from which a campaign can be started."""
    return CampaignTemplate.objects.all()


BY_CLERK, BY_MERGE = "clerk", "merged"
REMOVED_LABELS = {
    BY_MERGE: gettext_lazy("已并入其他对象"),
    "quiet_list": gettext_lazy("无事不扰"),
    "status": gettext_lazy("登记状态"),
    "clerk": gettext_lazy("经办人移出"),
}


def removed_sums(cluster_id: UUID) -> list[tuple[str, int]]:
    """Return why targets were taken out of a cluster, each reason with how many, the most frequent first."""
    rows = ClusterTarget.objects.filter(cluster_id=cluster_id, is_removed=True).order_by().values_list("removed_code")
    counted = rows.annotate(count=Count("pk")).order_by("-count", "removed_code")
    return [(str(REMOVED_LABELS.get(code or "clerk", code)), count) for code, count in counted]


def removed_counts(cluster_id: UUID) -> dict[str, int]:
    """Return how many targets each code keeps out of a cluster."""
    rows = ClusterTarget.objects.filter(cluster_id=cluster_id, is_removed=True).order_by().values_list("removed_code")
    counted: dict[str, int] = {}
    for code, count in rows.annotate(count=Count("pk")):
        counted[code or BY_CLERK] = counted.get(code or BY_CLERK, 0) + count
    return counted


def plan_entry_of(*, campaign_id: UUID) -> PlanEntry | None:
    """Return the current plan entry of a campaign."""
    return PlanEntry.objects.filter(campaign_id=campaign_id, is_current=True).first()


def plan_number_of(*, campaign_id: UUID) -> str:
    """Return the number of a campaign, which is the `plan` of its draws."""
    return Campaign.objects.values_list("number", flat=True).get(pk=campaign_id)


def campaigns_for(actor: Actor, *, state: str = "", words: str = "") -> QuerySet[Campaign]:
    """Return the campaigns that the actor may know of, newest first, filtered."""
    rows = Campaign.objects.visible_to(actor).select_related("organiser", "initiator", "template")
    if state:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(field__icontains=words))
    return rows


def counts_by_state(actor: Actor) -> dict[str, int]:
    """Return how many campaigns stand in each state, for the tabs."""
    rows = Campaign.objects.visible_to(actor).order_by().values_list("state").annotate(count=Count("id"))
    return dict(rows)


def notes_of(campaign_id: UUID) -> list[PlanNote]:
    """Return the remarks on a plan as they were written."""
    return list(PlanNote.objects.filter(campaign_id=campaign_id).select_related("department", "campaign"))


def minutes_of(campaign_id: UUID) -> list[tuple[PlanMinutes, list[str]]]:
    """Return the minutes on a plan with the departments that took part, the newest first."""
    rows = list(PlanMinutes.objects.filter(campaign_id=campaign_id))
    wanted = {pk for row in rows for pk in row.department_ids}
    names = dict(Department.objects.filter(pk__in=wanted).values_list("pk", "short_name"))
    return [(row, sorted(names[pk] for pk in row.department_ids)) for row in rows]
