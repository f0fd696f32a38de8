"""The inbox: what waits for a person, grouped by when it is due; what waits for his organ, and what he did."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onevisit.core.workdays import CHINA
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.web.desk import inbox_sources

SOON_WORKING_DAYS = 3
_FAR = datetime.max.replace(tzinfo=timezone.get_default_timezone()) - timedelta(days=1)
_NO_WORK = ("account.demo_signed_in", "record.read", "clock.forwarded")
_ORGAN_READERS = (Role.CLERK, Role.APPROVER, Role.COORDINATOR)
_ORGAN_ROLES = (Role.COORDINATOR, Role.CLERK, Role.APPROVER, Role.INSPECTOR, Role.LEGALITY_REVIEWER)


@dataclass
class Group:
    """The to-dos of one stretch of time."""

    key: str
    label: str | Promise
    todos: list[Todo] = field(default_factory=list)


@dataclass(frozen=True)
class Counts:
    """How many wait, and how many of them are late."""

    todos: int
    late: int


def key_of(todo: Todo) -> str:
    """Return what names a to-do as long as it stands."""
    return f"{todo.kind}:{todo.subject_id}:{todo.verb}"


def mine(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits for the actor in any of his capacities, the most pressing first."""
    return _sorted(inbox_sources.todos(actor, at))


def of_organ(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits for anybody of the organs in which the actor holds an office (not for the actor himself)."""
    held = [capacity for capacity in actor.capacities if capacity.role in _ORGAN_READERS]
    organs = {capacity.department_id: capacity for capacity in held}
    everybody = tuple(_as(capacity, role) for capacity in organs.values() for role in _ORGAN_ROLES)
    own = {key_of(todo) for todo in inbox_sources.todos(actor, at)}
    colleague = Actor(id=actor.id, name=actor.name, officer_id=actor.officer_id, capacities=everybody)
    return _sorted(todo for todo in inbox_sources.todos(colleague, at) if key_of(todo) not in own)


def reads_organ(actor: Actor) -> bool:
    return actor.holds(*_ORGAN_READERS) is not None


def _as(capacity: Capacity, role: Role) -> Capacity:
    return Capacity(
        department_id=capacity.department_id, role=role, department_name=capacity.department_name, is_read_only=True
    )


def _sorted(todos: Iterable[Todo]) -> list[Todo]:
    return sorted(todos, key=lambda todo: (todo.due_at or _FAR, not todo.is_statutory, todo.kind, todo.sentence))


def grouped(todos: list[Todo], at: datetime) -> list[Group]:
    """Group by due time: overdue, today, within three working days, later; inside, statutory before internal."""
    groups = (
        Group("late", _("已逾期")),
        Group("today", _("今天到期")),
        Group("soon", _("3 个工作日内")),
        Group("later", _("以后")),
    )
    by_key = {group.key: group for group in groups}
    for todo in todos:
        by_key[when(todo, at)].todos.append(todo)
    for group in groups:
        group.todos.sort(key=lambda todo: (not todo.is_statutory, todo.due_at or _FAR))
    return [group for group in groups if group.todos]


def when(todo: Todo, at: datetime) -> str:
    """Return the group of a to-do."""
    if todo.due_at is None:
        return "later"
    if todo.due_at < at:
        return "late"
    today, day = timezone.localtime(at).date(), timezone.localtime(todo.due_at).date()
    if day == today:
        return "today"
    return "soon" if CHINA.working_days_between(today, day) <= SOON_WORKING_DAYS else "later"


def counts(todos: list[Todo], at: datetime) -> Counts:
    return Counts(todos=len(todos), late=sum(todo.due_at is not None and todo.due_at < at for todo in todos))


def started(actor: Actor) -> list[Deadline]:
    """Return the open terms of things on which the actor acted and others must now."""
    subjects = LedgerEntry.objects.filter(actor=actor.id).values("subject")
    own = actor.department_ids()
    return list(
        Deadline.objects.filter(closed_at__isnull=True, subject__in=subjects)
        .exclude(department_id__in=own)
        .select_related("department", "rule_version__rule")
        .prefetch_related("pauses")
        .order_by("due_at")[:100]
    )


def done(actor: Actor) -> Any:
    """Return the acts of the actor, newest first."""
    return ledger.newest_first().filter(actor=actor.id)


def done_since(actor: Actor, at: datetime, *, days: int = 7) -> int:
    """Return how many acts the actor did in the last days."""
    return int(worked(actor).filter(at__gte=at - timedelta(days=days)).count())


def worked(actor: Actor) -> Any:
    """Return the acts of the actor that got something done: neither signing in nor looking."""
    return done(actor).exclude(event__in=_NO_WORK)


def coming(actor: Actor, at: datetime) -> list[Deadline]:
    """Return the next three terms of the actor's organs: what an empty inbox shows."""
    return list(
        Deadline.objects.filter(
            closed_at__isnull=True, department_id__in=actor.department_ids(), due_at__gte=at
        ).order_by("due_at")[:3]
    )


def gone(held: Iterable[str], todos: list[Todo]) -> list[dict[str, str]]:
    """Say of each to-do that a page still shows and that waits no more, who did what (newest entry of its subject)."""
    present = {key_of(todo) for todo in todos}
    lost = [key for key in held if key and key not in present]
    subjects = {key: key.split(":")[1] for key in lost if key.count(":") == 2}
    latest: dict[str, LedgerEntry] = {}
    for entry in ledger.newest_first().filter(subject__in=set(subjects.values())):
        latest.setdefault(entry.subject, entry)
    return [{"key": key, "words": _said(latest.get(subject))} for key, subject in subjects.items()]


def _said(entry: LedgerEntry | None) -> str:
    if entry is None:
        return str(_("已不再等待办理"))
    return f"{entry.actor_name} {timezone.localtime(entry.at):%m-%d %H:%M} {entry.sentence}"
