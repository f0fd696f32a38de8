"""What a plan costs the businesses: visits merged and apart, caps, repeats, overlaps with other plans (R2, R75).

A preview by rule from the registers; for-cause inspections are not in it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.plans import dates, limits, quotas, selectors
from onevisit.stages.plans.models import Campaign, Cluster, ClusterDepartment, ClusterTarget
from onevisit.stages.registers import availability
from onevisit.support.deadlines import services as deadlines

OFFICERS_A_DEPARTMENT = dates.OFFICERS_A_TEAM
MOST_DISTURBED = 10


@dataclass(frozen=True, kw_only=True)
class Disturbed:
    """One target with the visits of this year, and whether one department has reached its cap there."""

    target_id: UUID
    name: str
    visits: int
    latest_on: date | None
    is_at_cap: bool
    capped_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One thing that the approver should weigh; `code` is the key of its words, `basis` names rule and law."""

    code: str
    message: str
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class Burden:
    """The preview: figures and the rows behind them."""

    counted: quotas.Counted
    departments: int
    items: int
    visits_merged: int
    visits_apart: int
    officers: int
    repeat_days: int
    cap_words: str = ""
    at_cap: tuple[Disturbed, ...] = ()
    third_visit: tuple[Disturbed, ...] = ()
    repeated: tuple[Disturbed, ...] = ()
    most_disturbed: tuple[Disturbed, ...] = ()
    overlaps: tuple[tuple[Campaign, int], ...] = ()
    tight_days: tuple[dates.TightDay, ...] = ()
    per_team: int = 0
    rest_days: tuple[date, ...] = ()
    warnings: tuple[Caution, ...] = field(default=())

    @property
    def saved(self) -> int:
        """减少检查户次: what one visit saves against every department going on its own."""
        return self.visits_apart - self.visits_merged


def preview(campaign: Campaign, cluster: Cluster, *, on: date) -> Burden:
    """Compute the burden of a plan with its present cluster and quota."""
    figures = limits.all_of(on=on)
    day = campaign.starts_on or on
    counted = quotas.of_cluster(campaign.quota, cluster)
    departments = selectors.departments_of(cluster.pk)
    items = selectors.items_of(cluster.pk)
    owners = {item.department_id for item in items}
    inspecting = len(owners)
    disturbed = _disturbed(cluster, year=day.year, cap=figures.visit_cap, names=_names(departments))
    merged = counted.drawn
    apart = counted.drawn * inspecting
    officers = inspecting * OFFICERS_A_DEPARTMENT
    since = day - timedelta(days=figures.repeat_days)
    found = Burden(
        counted=counted,
        departments=len(departments),
        items=len(items),
        visits_merged=merged,
        visits_apart=apart,
        officers=officers,
        repeat_days=figures.repeat_days,
        cap_words=_basis("cap.reached", on=on),
        at_cap=tuple(row for row in disturbed if row.is_at_cap),
        third_visit=tuple(row for row in disturbed if row.visits >= 2),
        repeated=tuple(row for row in disturbed if row.latest_on and row.latest_on >= since),
        most_disturbed=tuple([row for row in disturbed if row.visits][:MOST_DISTURBED]),
        overlaps=tuple(_overlaps(campaign, cluster)),
        tight_days=tuple(
            dates.tight_days(
                campaign,
                departments=[row.department for row in departments if row.department_id in owners],
                drawn=counted.drawn,
                on=on,
            )
        ),
        per_team=deadlines.amount(limits.VISITS_PER_TEAM, on=on),
        rest_days=tuple(_rest_days(campaign)),
    )
    return Burden(**{**found.__dict__, "warnings": tuple(_warnings(campaign, cluster, found, figures, on=on))})


def _rest_days(campaign: Campaign) -> list[date]:
    if campaign.starts_on is None or campaign.ends_on is None:
        return []
    return dates.rest_days(campaign.starts_on, campaign.ends_on)


def _names(rows: list[ClusterDepartment]) -> dict[UUID, str]:
    return {row.department_id: row.department.short_name for row in rows}


def _disturbed(cluster: Cluster, *, year: int, cap: int, names: dict[UUID, str]) -> list[Disturbed]:
    """Return the targets visited this year, most visited first; the cap is one department's on one business (AI-03).

    Visits are counted as everywhere, what does not count to the cap disturbs as the latest one only.
    """
    standing = dict(
        ClusterTarget.objects.filter(cluster=cluster, is_removed=False).values_list("target_id", "target__name")
    )
    visits = availability.visits_since(target_ids=standing, day=date(year, 1, 1))
    days = availability.days_visited(target_ids=standing, year=year)
    by_department: Counter[tuple[UUID, UUID]] = Counter()
    latest: dict[UUID, date] = {}
    for visit in visits:
        latest.setdefault(visit.target_id, visit.on)
        if visit.counts_to_cap:
            by_department[(visit.target_id, visit.department_id)] += 1
    capped = {
        target_id: names[department_id]
        for (target_id, department_id), count in by_department.items()
        if count >= cap and department_id in names
    }
    rows = [
        Disturbed(
            target_id=target_id,
            name=standing[target_id],
            visits=len(days[target_id]),
            latest_on=latest.get(target_id),
            is_at_cap=target_id in capped,
            capped_by=capped.get(target_id, ""),
        )
        for target_id in latest
    ]
    return sorted(rows, key=lambda row: (-row.visits, row.name))


def _overlaps(campaign: Campaign, cluster: Cluster) -> list[tuple[Campaign, int]]:
    """Return the approved or running campaigns near in time that stand on the same targets."""
    if campaign.starts_on is None:
        return []
    near = timedelta(days=30)
    others = Campaign.objects.filter(
        state__in=("approved", "running"),
        starts_on__lte=(campaign.ends_on or campaign.starts_on) + near,
        ends_on__gte=campaign.starts_on - near,
    ).exclude(pk=campaign.pk)
    own = ClusterTarget.objects.filter(cluster=cluster, is_removed=False).values("target_id")
    found = []
    for other in others.select_related("initiator"):
        theirs = selectors.current_cluster(other)
        if theirs is None:
            continue
        shared = ClusterTarget.objects.filter(cluster=theirs, is_removed=False, target_id__in=own).count()
        if shared:
            found.append((other, shared))
    return found


def _warnings(
    campaign: Campaign, cluster: Cluster, found: Burden, figures: limits.Limits, *, on: date
) -> list[Caution]:
    counted = found.counted
    tests = (
        (counted.size > 0 and counted.percent > figures.share_percent, "scope.broad"),
        (_takes_everything(cluster, found), "pick.no_all"),
        (found.departments > figures.departments, "offer.sixth"),
        (counted.drawn > figures.targets, "scope.large"),
        (found.officers > figures.officers, "scope.officers"),
    )
    words = {
        "n": counted.drawn,
        "p": counted.percent,
        "share": figures.share_percent,
        "who": campaign.initiator.short_name,
        "departments": found.departments,
        "departments_limit": figures.departments,
        "targets": figures.targets,
        "people": found.officers,
        "officers": figures.officers,
    }
    return [
        Caution(code=code, message=str(_CAUTIONS[code]) % words, basis=_basis(code, on=on))
        for is_met, code in tests
        if is_met
    ]


def _basis(code: str, *, on: date) -> str:
    """Name the rule behind a caution with its version and law, and who may decide otherwise."""
    if code not in _RULES:
        return ""
    key, who = _RULES[code]
    version = deadlines.current(key, on=on)
    return _("规则：%(rule)s v%(version)s；依据：%(law)s；例外由%(who)s决定") % {
        "rule": version.rule.label,
        "version": version.version,
        "law": version.law or _("内部规则"),
        "who": who,
    }


# The rule record behind a caution, and who may decide otherwise.
_RULES = {
    "cap.reached": (limits.VISIT_CAP, gettext_lazy("审批人（仅限投诉举报、转办交办等情形，附依据）")),
    "scope.broad": (limits.SCOPE_SHARE, gettext_lazy("发起部门审批人")),
    "offer.sixth": (limits.DEPARTMENTS, gettext_lazy("综合执法协调处")),
    "scope.large": (limits.SCOPE_TARGETS, gettext_lazy("发起部门审批人")),
    "scope.officers": (limits.SCOPE_OFFICERS, gettext_lazy("发起部门审批人")),
}


_CAUTIONS = {
    "scope.broad": gettext_lazy(
        "本方案涉及 %(n)s 户，占该领域 %(p)s%%，超过 %(share)s%%。"
        "请缩小范围，或写明全面检查的法定要求，报 %(who)s 批准。"
    ),
    "pick.no_all": gettext_lazy(
        "已列入全部匹配的部门、事项和市场主体：联合检查不穷尽所有监管部门、所有监管事项、所有市场主体。"
        "请按问题和风险挑选；确需覆盖一类对象的，用条件筛选并写明法定要求。"
    ),
    "offer.sixth": gettext_lazy(
        "部门 %(departments)s 个，一般不超过 %(departments_limit)s 个；超出的须说明理由并报综合执法协调处审批。"
    ),
    "scope.large": gettext_lazy("单次行动 %(n)s 户，超过 %(targets)s 户，属大规模检查，须从严审批。"),
    "scope.officers": gettext_lazy("至少出动 %(people)s 人，超过单次行动 %(officers)s 人。"),
}


def _takes_everything(cluster: Cluster, found: Burden) -> bool:
    """Say whether nothing was left out: every target drawn, no department, item or target removed (R76)."""
    if not found.counted.size or found.counted.drawn < found.counted.size:
        return False
    by_hand = cluster.targets.filter(removed_code="clerk").exists()
    return not (
        by_hand
        or cluster.departments.filter(is_removed=True).exists()
        or cluster.items.filter(is_removed=True).exists()
    )
