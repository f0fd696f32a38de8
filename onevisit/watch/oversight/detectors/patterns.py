"""Hits that show only over several visits: the same pair again and again, the same target too often."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from onevisit.stages.visits.models import TeamMember, Visit
from onevisit.support.deadlines import services as deadlines
from onevisit.watch.oversight.detectors import Hit, Look, Row
from onevisit.watch.oversight.detectors.entries import row_of


def _year_start(at: datetime) -> datetime:
    return timezone.localtime(at).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


def same_pair(look: Look) -> Iterator[Hit]:
    """The same officer at the same target, time after time within the year, and never a problem (AI-16, R137)."""
    sent = TeamMember.objects.filter(
        replaced_at__isnull=True,
        inspection__submitted_at__isnull=False,
        inspection__entered_at__gte=_year_start(look.at),
    )
    pairs = (
        sent.values("inspector_id", "inspection__visit__target_id")
        .annotate(times=Count("inspection", distinct=True))
        .filter(times__gte=look.amount)
        .order_by("inspector_id", "inspection__visit__target_id")
    )
    for pair in pairs:
        members = sent.filter(
            inspector_id=pair["inspector_id"], inspection__visit__target_id=pair["inspection__visit__target_id"]
        )
        yield from _streaks(members, amount=look.amount)


def _streaks(sent: QuerySet[TeamMember], *, amount: int) -> Iterator[Hit]:
    members = (
        sent.select_related("inspection__visit__target", "inspection__department", "inspector__officer")
        .annotate(
            problems=Count(
                "inspection__answers",
                filter=Q(inspection__answers__is_current=True, inspection__answers__answer="problem"),
            )
        )
        .order_by("inspection__entered_at", "pk")
    )
    streak: list[TeamMember] = []
    for member in members:
        streak = [] if vars(member)["problems"] else [*streak, member]
        if len(streak) == amount:
            first = streak[0].inspection
            yield Hit(
                key=f"{member.inspector_id}:{first.pk}",
                department_id=first.department_id,
                measured=f"{member.inspector.officer.name} 连续 {amount} 次",
                rows=tuple(row_of(one.inspection) for one in streak),
            )
            streak = []


def repeated_target(look: Look) -> Iterator[Hit]:
    """A target entered again and again within the days of `visit.repeat_days` (AI-16: Hainan, Quzhou)."""
    window = timedelta(days=deadlines.amount("visit.repeat_days", on=timezone.localtime(look.at).date()))
    entered = Visit.objects.filter(inspections__entered_at__isnull=False, starts_at__gte=look.since - window)
    often = (
        entered.values("target_id").annotate(times=Count("pk", distinct=True)).filter(times__gte=look.amount)
    ).values("target_id")
    visits = (
        entered.filter(target_id__in=often)
        .distinct()
        .select_related("target")
        .prefetch_related("inspections")
        .order_by("target_id", "starts_at", "pk")
    )
    near: list[Visit] = []
    for visit in visits:
        near = [one for one in near if one.target_id == visit.target_id and visit.starts_at - one.starts_at <= window]
        near.append(visit)
        if len(near) >= look.amount:
            yield _again(visit, near)


def _again(visit: Visit, near: list[Visit]) -> Hit:
    """The department whose part came latest answers for having come again."""
    part = min(visit.inspections.all(), key=lambda one: (one.entered_at is None, str(one.department_id)))
    return Hit(
        key=str(visit.pk),
        department_id=part.department_id,
        measured=f"{len(near)} 次",
        rows=tuple(
            Row(
                noun="visit",
                subject=str(one.pk),
                label=f"{one.number} {one.target.name} {timezone.localtime(one.starts_at):%Y-%m-%d}",
                url=f"/visits/{one.pk}",
            )
            for one in near
        ),
    )
