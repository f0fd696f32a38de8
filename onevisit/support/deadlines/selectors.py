"""Reads of rules and deadlines: the clock chip, what is late, what runs under which version."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core.workdays import CHINA, Unit, elapsed_percent
from onevisit.support.deadlines.models import Deadline, Rule, RuleVersion


@dataclass(frozen=True)
class ClockChip:
    """What a clock chip shows: the words, its tone, and what stands behind it when it is opened."""

    words: str
    tone: str
    law: str
    is_law_verified: bool
    opened_at: datetime
    due_at: datetime
    percent: int
    pauses: tuple[str, ...] = ()
    is_provisional: bool = False
    is_paused: bool = False

    @property
    def is_late(self) -> bool:
        return self.tone == "late"


def running(*, subject_type: str, subject: object) -> QuerySet[Deadline]:
    """Return the open terms of a subject, soonest first."""
    return (
        Deadline.objects.filter(subject_type=subject_type, subject=str(subject), closed_at__isnull=True)
        .select_related("rule_version", "rule_version__rule")
        .prefetch_related("pauses")
        .order_by("due_at")
    )


def due_at(*, key: str, subject_type: str, subject: object) -> datetime | None:
    """Return when the running term of rule `key` for a subject ends, None if none runs."""
    return (
        running(subject_type=subject_type, subject=subject)
        .filter(rule_version__rule_id=key)
        .values_list("due_at", flat=True)
        .first()
    )


def late(*, at: datetime, department_id: UUID | None = None) -> QuerySet[Deadline]:
    """Return the open terms that have passed, longest overdue first."""
    passed = Deadline.objects.filter(closed_at__isnull=True, paused_at__isnull=True, due_at__lt=at)
    if department_id:
        passed = passed.filter(department_id=department_id)
    return passed.select_related("rule_version", "rule_version__rule", "department").order_by("due_at")


def chip(deadline: Deadline, *, at: datetime) -> ClockChip:
    """Return the clock chip of a term as it stands at `at`."""
    version = deadline.rule_version
    percent = elapsed_percent(start=deadline.opened_at, due_at=deadline.due_at, at=deadline.paused_at or at)
    is_paused = deadline.paused_at is not None and deadline.closed_at is None
    words = (
        _("已中止：%s") % deadline.pause_reason
        if is_paused
        else time_left(due_at=deadline.due_at, at=at, unit=version.unit)
    )
    return ClockChip(
        words=words,
        tone=_tone(percent=percent, is_late=not is_paused and at > deadline.due_at),
        law=version.law,
        is_law_verified=version.is_law_verified,
        opened_at=deadline.opened_at,
        due_at=deadline.due_at,
        percent=percent,
        pauses=tuple(row.reason for row in deadline.pauses.all()),
        is_provisional=deadline.is_provisional,
        is_paused=is_paused,
    )


def time_left(*, due_at: datetime, at: datetime, unit: str = Unit.WORKING_DAYS.value) -> str:
    """Say how much time is left, or by how much it is late, in the unit in which the term is counted."""
    if unit == Unit.HOURS:
        return _hours(due_at=due_at, at=at)
    today, last = timezone.localtime(at).date(), timezone.localtime(due_at).date()
    if unit == Unit.CALENDAR_DAYS:
        days, word = (last - today).days, _("日")
    else:
        days, word = CHINA.working_days_between(today, last), _("个工作日")
    if at > due_at:
        return _("逾期 %(count)s %(unit)s") % {"count": max(1, -days), "unit": word}
    if today == last:
        return _("今日到期")
    return _("剩 %(count)s %(unit)s") % {"count": days, "unit": word}


def _hours(*, due_at: datetime, at: datetime) -> str:
    minutes = int((due_at - at).total_seconds() // 60)
    parts = divmod(abs(minutes), 60)
    words = {"hours": parts[0], "minutes": parts[1]}
    if minutes < 0:
        return _("逾期 %(hours)s 小时 %(minutes)s 分") % words
    return _("剩 %(hours)s 小时 %(minutes)s 分") % words


def _tone(*, percent: int, is_late: bool) -> str:
    if is_late:
        return "late"
    return "warn" if percent >= 80 else "rest"


def rules() -> QuerySet[Rule]:
    """Return every rule with how many terms run under it."""
    running_terms = Count("versions__deadline", filter=Q(versions__deadline__closed_at__isnull=True))
    return Rule.objects.annotate(running_count=running_terms).prefetch_related("versions").order_by("key")


def versions_of(key: str) -> QuerySet[RuleVersion]:
    """Return the versions of a rule, newest first, with how many terms run under each."""
    return (
        RuleVersion.objects.filter(rule_id=key)
        .annotate(running_count=Count("deadline", filter=Q(deadline__closed_at__isnull=True)))
        .order_by("-version")
    )
