"""The days of a plan: proposed and rest days, its phases with the rule behind each, and tight days."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from onevisit.core.workdays import CHINA
from onevisit.stages.plans import limits, quotas
from onevisit.stages.plans.models import Campaign, Cluster, ClusterItem
from onevisit.stages.registers import availability
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import Unit
from onevisit.support.identity.models import Department

INSPECTION_DAYS = 3
OFFICERS_A_TEAM = 2  # 行政处罚法 art. 42: not fewer than two.
LONGEST = 31


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One phase of a plan: from when to when at the latest, and the rule with its law that says so."""

    label: str
    first_on: date | None
    latest_on: date
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class TightDay:
    """One day on which a department has more visits than teams for them: `free` officers, `visits` to make."""

    day: date
    department: str
    free: int
    visits: int
    others: int

    @property
    def words(self) -> str:
        """Say it as an officer says it."""
        if self.free < OFFICERS_A_TEAM:
            return _("可派 %(free)s 人，不足 2 人") % {"free": self.free}
        words = _("可派 %(free)s 人，要查 %(visits)s 户") % {"free": self.free, "visits": self.visits}
        return words + (_("（含其他专项 %(n)s 户）") % {"n": self.others} if self.others else "")


def proposed_period(*, on: date) -> tuple[date, date]:
    """Propose when an inspection started today can take place: working days only, after every term on the way.

    Approval, reply and preparation run one after the other, and the draw is announced before its time.
    """
    terms = sum(deadlines.amount(key, on=on) for key in ("campaign.approval", "offer.reply", "offer.prepare"))
    ready = CHINA.add_working_days(on, terms)
    first = CHINA.working_day_from(ready + timedelta(days=limits.PLAN_LEAD_DAYS))
    return first, CHINA.add_working_days(first, INSPECTION_DAYS - 1)


def working_days(first: date, latest: date) -> list[date]:
    """Return the working days of a period, holidays and moved working days respected."""
    return CHINA.working_days(first, latest)


def rest_days(first: date, latest: date) -> list[date]:
    """Return the rest days and holidays of a period."""
    return CHINA.rest_days(first, latest)


def is_provisional(*days: date) -> bool:
    """Say whether the State Council has not yet arranged a year among these days."""
    return CHINA.is_provisional(*days)


def moved_to_working_days(first: date, latest: date) -> tuple[date, date]:
    """Propose a period of as many days that begins and ends on working days."""
    start = CHINA.working_day_from(first)
    return start, CHINA.working_day_from(start + (latest - first))


def phases(campaign: Campaign, *, on: date) -> list[Phase]:
    """Return the phases of a plan by the rules of a day; the last one before evaluation is the publication."""
    if campaign.starts_on is None or campaign.ends_on is None:
        return []
    announced = campaign.starts_on - timedelta(days=limits.PLAN_LEAD_DAYS)
    recorded, recorded_rule = _after(campaign.ends_on, "inspection.submit")
    reviewed, reviewed_rule = _after(recorded, "inspection.review")
    released, released_rule = _after(campaign.ends_on, "publication.release")
    begun = campaign.approved_at.date() if campaign.approved_at else on
    return [
        Phase(
            label=_("要约、备人、登记抽取计划"),
            first_on=begun,
            latest_on=announced,
            rule=_rule("draw.plan_lead", on=on),
        ),
        Phase(label=_("抽取与现场检查"), first_on=campaign.starts_on, latest_on=campaign.ends_on),
        Phase(label=_("录入结果"), first_on=None, latest_on=recorded, rule=recorded_rule),
        Phase(label=_("审核结果"), first_on=None, latest_on=reviewed, rule=reviewed_rule),
        Phase(label=_("公示结果"), first_on=None, latest_on=released, rule=released_rule),
    ]


def _after(day: date, key: str) -> tuple[date, str]:
    version = deadlines.current(key, on=day)
    if version.unit == Unit.WORKING_DAYS:
        return CHINA.add_working_days(day, version.amount), _rule(key, on=day)
    return CHINA.working_day_from(day + timedelta(days=version.amount)), _rule(key, on=day)


def _rule(key: str, *, on: date) -> str:
    version = deadlines.current(key, on=on)
    return _("%(rule)s %(figure)s，规则 v%(version)s：%(law)s") % {
        "rule": version.rule.label,
        "figure": deadlines.figure(version),
        "version": version.version,
        "law": version.law or _("内部规则"),
    }


def tight_days(campaign: Campaign, *, departments: Iterable[Department], drawn: int, on: date) -> list[TightDay]:
    """Return the days with too many visits for the officers that a department can send.

    The visits of this plan and of the approved ones beside it are spread over their working days; a team of two
    makes as many visits a day as the rule says.
    """
    if campaign.starts_on is None or campaign.ends_on is None or not drawn:
        return []
    days = (working_days(campaign.starts_on, campaign.ends_on) or rest_days(campaign.starts_on, campaign.ends_on))[
        :LONGEST
    ]
    listed = list(departments)
    free = availability.free_counts(department_ids=[organ.pk for organ in listed], days=days)
    per_team = deadlines.amount(limits.VISITS_PER_TEAM, on=on)
    own = math.ceil(drawn / len(days))
    beside = _visits_beside(campaign, listed, days=days)
    found = []
    for day in days:
        for organ in listed:
            others = beside.get((organ.pk, day), 0)
            able = free[organ.pk][day]
            if own + others > able // OFFICERS_A_TEAM * per_team:
                found.append(
                    TightDay(day=day, department=organ.short_name, free=able, visits=own + others, others=others)
                )
    return found


def _visits_beside(
    campaign: Campaign, departments: Iterable[Department], *, days: list[date]
) -> dict[tuple[object, date], int]:
    """Count the visits of other approved plans by department and day."""
    wanted = {organ.pk for organ in departments}
    others = Campaign.objects.filter(
        state__in=("approved", "running"), starts_on__lte=days[-1], ends_on__gte=days[0]
    ).exclude(pk=campaign.pk)
    found: dict[tuple[object, date], int] = {}
    for other in others:
        cluster = Cluster.objects.filter(campaign=other).order_by("-version").first()
        if cluster is None or other.starts_on is None or other.ends_on is None:
            continue
        their_days = working_days(other.starts_on, other.ends_on) or [other.starts_on]
        a_day = math.ceil(quotas.of_cluster(other.quota, cluster).drawn / len(their_days))
        standing = ClusterItem.objects.filter(cluster=cluster, is_removed=False, item__department_id__in=wanted)
        for pk in set(standing.values_list("item__department_id", flat=True)):
            for day in set(their_days) & set(days):
                found[(pk, day)] = found.get((pk, day), 0) + a_day
    return found
