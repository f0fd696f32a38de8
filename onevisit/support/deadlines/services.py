"""Open, pause, resume and close deadlines; make new versions of rules."""

import math
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core import workdays
from onevisit.support.deadlines import events
from onevisit.support.deadlines.models import Deadline, DeadlinePause, Rule, RuleVersion, Unit
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

# The figures below which no city may go. The law itself sets the first (R72): 行政处罚法 art. 42. The others are of the
# draw's rules (section 12): the organiser, who may change a rule, cannot do without the second organ's consent.
FLOORS = {"visit.minimum_officers": 2, "draw.minimum_stratum": 5, "draw.minimum_officers": 4}


class RuleRefused(Exception):
    """The change of a rule or term is refused; `field` names the input."""

    code = "rule"

    def __init__(self, *, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def current(key: str, *, on: date) -> RuleVersion:
    """Return the version of rule `key` valid for what starts on `on`.

    Raises:
        RuleVersion.DoesNotExist: no version is valid then.
    """
    return RuleVersion.objects.filter(rule_id=key, valid_from__lte=on).latest("version")


def amount(key: str, *, on: date) -> int:
    """Return the figure of rule `key` valid on `on`, never below its floor."""
    return max(current(key, on=on).amount, FLOORS.get(key, 0))


@transaction.atomic
def change_rule(
    *,
    key: str,
    amount: int,
    unit: str,
    law: str,
    alert_percent: list[int],
    valid_from: date,
    reason: str,
    actor: Actor,
    at: datetime,
) -> RuleVersion:
    """Make a new version of a rule: what starts from `valid_from` on uses it, what runs keeps its own (R4).

    Raises:
        RuleRefused: the figure is below the legal floor, or the date or the reason does not do.
    """
    capacity = actor.must("rule.change")
    Rule.objects.select_for_update().get(pk=key)
    former = RuleVersion.objects.filter(rule_id=key).latest("version")
    _check_change(former=former, amount=amount, unit=unit, valid_from=valid_from, reason=reason, at=at)
    version = RuleVersion.objects.create(
        rule_id=key,
        version=former.version + 1,
        amount=amount,
        unit=unit,
        law=law.strip(),
        is_law_verified=former.is_law_verified and law.strip() == former.law,
        pauses=former.pauses,
        alert_percent=sorted(set(alert_percent)),
        valid_from=valid_from,
        reason=reason.strip(),
    )
    event = events.RuleChanged(
        subject=key,
        version=version.version,
        former=figure(former),
        figure=figure(version),
        from_on=valid_from.isoformat(),
        reason=reason.strip(),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return version


def figure(version: RuleVersion) -> str:
    """Return a rule's figure in words: 3 个工作日, 24 小时, 2."""
    return f"{version.amount} {version.get_unit_display()}" if version.unit else str(version.amount)


def figure_in_force(version: RuleVersion) -> str:
    """Return a rule's figure in words, and the floor where a version of before the floor stands below it."""
    floor = FLOORS.get(version.rule_id, 0)
    if version.amount >= floor:
        return figure(version)
    return _("%(figure)s（低于下限，按 %(floor)s 执行）") % {"figure": figure(version), "floor": floor}


def _check_change(*, former: RuleVersion, amount: int, unit: str, valid_from: date, reason: str, at: datetime) -> None:
    floor = FLOORS.get(former.rule_id, 0)
    if amount < floor:
        raise RuleRefused(
            message=_("下限为 %(floor)s（%(law)s），不能低于它。") % {"floor": floor, "law": former.law},
            field="amount",
        )
    if amount < 1:
        raise RuleRefused(message=_("数值须为 1 以上的整数。"), field="amount")
    if bool(unit) != bool(former.unit):
        raise RuleRefused(message=_("计算单位不能由期限改为数值，也不能相反。"), field="unit")
    if valid_from < at.date():
        raise RuleRefused(message=_("生效日期不能早于今天：已开始的事项保持原规则。"), field="valid_from")
    if valid_from < former.valid_from:
        raise RuleRefused(
            message=_("生效日期不能早于上一版的 %(day)s。") % {"day": former.valid_from}, field="valid_from"
        )
    if not reason.strip():
        raise RuleRefused(message=_("请写明变更依据和理由。"), field="reason")


@transaction.atomic
def open_deadline(
    *,
    key: str,
    subject_type: str,
    subject: object,
    department_id: UUID,
    sentence: str,
    at: datetime,
    url: str = "",
    due_on: date | None = None,
) -> Deadline:
    """Start the term of rule `key` for a subject, due by the rule version valid on that day.

    A term already running for the subject is returned as it is, so that a reaction may run twice. `due_on` sets the
    last day where a document names it.
    """
    running = _running(key=key, subject_type=subject_type, subject=subject).first()
    if running is not None:
        return running
    version = current(key, on=timezone.localtime(at).date())
    due = _due(version=version, start=at, pauses=())
    if due_on is not None:
        zone = timezone.get_default_timezone()
        last = datetime.combine(due_on, datetime.max.time().replace(microsecond=0), tzinfo=zone)
        due = workdays.Due(at=last)
    return Deadline.objects.create(
        rule_version=version,
        subject_type=subject_type,
        subject=str(subject),
        department_id=department_id,
        sentence=sentence,
        url=url,
        opened_at=at,
        due_at=due.at,
        is_provisional=due.is_provisional,
    )


def next_term(*, version: RuleVersion, start: datetime) -> datetime:
    """Return when a further term of the same rule ends that begins where the former one ended."""
    return _due(version=version, start=start, pauses=()).at


@transaction.atomic
def close_deadline(*, key: str, subject_type: str, subject: object, at: datetime) -> None:
    """Close the running term of rule `key` for a subject, if there is one."""
    running = _running(key=key, subject_type=subject_type, subject=subject)
    for deadline in running.select_for_update():
        DeadlinePause.objects.filter(deadline=deadline, until__isnull=True).update(until=at)
        deadline.closed_at = at
        deadline.paused_at = None
        deadline.is_lapsed = deadline.is_lapsed or at > deadline.due_at
        deadline.save(update_fields=["closed_at", "paused_at", "is_lapsed"])


@transaction.atomic
def reopen_deadline(*, key: str, subject_type: str, subject: object) -> None:
    """Let the latest closed term of rule `key` for a subject run on as if it had not been closed (an undo)."""
    latest = (
        Deadline.objects.select_for_update()
        .filter(rule_version__rule_id=key, subject_type=subject_type, subject=str(subject))
        .order_by("-opened_at")
        .first()
    )
    if latest is not None and latest.closed_at is not None:
        latest.closed_at = None
        latest.save(update_fields=["closed_at"])


@transaction.atomic
def pause(*, deadline: Deadline, reason: str, actor: Actor, at: datetime) -> Deadline:
    """Stop a running term for a reason that its rule allows (a test, a hearing, a public notice).

    Raises:
        RuleRefused: the term is closed or paused already, or no reason is given.
    """
    capacity = actor.must("deadline.pause", deadline)
    held = Deadline.objects.select_for_update().get(pk=deadline.pk)
    if held.closed_at or held.paused_at:
        raise RuleRefused(message=_("该期限已办结或已中止。"))
    if not reason.strip():
        raise RuleRefused(message=_("请写明中止事由。"), field="reason")
    allowed = held.rule_version.pauses
    if allowed and reason.strip() not in allowed:
        raise RuleRefused(message=_("该期限只能因下列事由中止：%s。") % "、".join(allowed), field="reason")
    DeadlinePause.objects.create(deadline=held, since=at, reason=reason.strip())
    held.paused_at, held.pause_reason = at, reason.strip()
    held.save(update_fields=["paused_at", "pause_reason"])
    event = events.DeadlinePaused(
        subject=str(held.pk),
        rule=held.rule_version.rule_id,
        reason=reason.strip(),
        related=(f"{held.subject_type}:{held.subject}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def resume(*, deadline: Deadline, actor: Actor, at: datetime) -> Deadline:
    """Let a paused term run on; the pause is taken out of the count.

    Raises:
        RuleRefused: the term is not paused.
    """
    capacity = actor.must("deadline.resume", deadline)
    held = Deadline.objects.select_for_update().get(pk=deadline.pk)
    if held.paused_at is None:
        raise RuleRefused(message=_("该期限没有中止。"))
    stood_still = at - held.paused_at
    held.paused_seconds += int(stood_still.total_seconds())
    is_named = _is_named(held)
    reason, held.paused_at, held.pause_reason = held.pause_reason, None, ""
    held.pauses.filter(until__isnull=True).update(until=at)
    pauses = tuple(workdays.Pause(since=row.since, until=row.until) for row in held.pauses.all())
    due = _due(version=held.rule_version, start=held.opened_at, pauses=pauses)
    if is_named:
        due = workdays.Due(at=held.due_at + timedelta(days=math.ceil(stood_still / timedelta(days=1))))
    held.due_at, held.is_provisional = due.at, due.is_provisional
    held.save(update_fields=["paused_seconds", "paused_at", "pause_reason", "due_at", "is_provisional"])
    event = events.DeadlineResumed(
        subject=str(held.pk),
        rule=held.rule_version.rule_id,
        reason=reason,
        due_on=timezone.localtime(held.due_at).date().isoformat(),
        related=(f"{held.subject_type}:{held.subject}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _is_named(deadline: Deadline) -> bool:
    """Tell whether the last day was named by a document and not counted by the rule: then it moves by whole days."""
    rows = deadline.pauses.filter(until__isnull=False)
    pauses = tuple(workdays.Pause(since=row.since, until=row.until) for row in rows)
    return deadline.due_at != _due(version=deadline.rule_version, start=deadline.opened_at, pauses=pauses).at


def _running(*, key: str, subject_type: str, subject: object) -> QuerySet[Deadline]:
    return Deadline.objects.filter(
        rule_version__rule_id=key, subject_type=subject_type, subject=str(subject), closed_at__isnull=True
    )


def _due(*, version: RuleVersion, start: datetime, pauses: tuple[workdays.Pause, ...]) -> workdays.Due:
    return workdays.due(
        start=start,
        amount=version.amount,
        unit=workdays.Unit(version.unit or Unit.WORKING_DAYS),
        zone=timezone.get_default_timezone(),
        pauses=pauses,
    )
