"""无主 = 0: work that waits for nobody, so that nothing is ever generated and then assigned to no one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onevisit.stages.findings.models import Finding
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.models import Post
from onevisit.support.identity.roles import Role


@dataclass(frozen=True)
class Orphans:
    """One kind of work without an owner: how much of it there is, and the first of it by name."""

    label: str | Promise
    definition: str | Promise
    count: int
    rows: tuple[tuple[str, str], ...]


def _visits(at: datetime) -> QuerySet[Visit]:
    return Visit.objects.filter(state="pending", created_at__lt=at).select_related("target").order_by("created_at")


def _parts(at: datetime) -> QuerySet[Inspection]:
    live = Inspection.objects.filter(state__in=("dispatched", "in_progress", "returned"))
    team = Count("members", filter=Q(members__replaced_at__isnull=True))
    return live.annotate(team=team).filter(team=0).select_related("visit__target").order_by("visit__starts_at")


def _findings(at: datetime) -> QuerySet[Finding]:
    return (
        Finding.objects.filter(owner__isnull=True)
        .exclude(state__in=("closed", "dropped", "revoked"))
        .order_by("found_at")
    )


def _terms(at: datetime) -> QuerySet[Deadline]:
    """Running terms of an organ in which nobody holds a post that could act."""
    day = timezone.localtime(at).date()
    held = Post.objects.filter(
        department=OuterRef("department"),
        role__in=[role.value for role in Role if role is not Role.LEADER],
        valid_from__lte=day,
    ).exclude(valid_to__lt=day)
    return Deadline.objects.filter(~Exists(held), closed_at__isnull=True).order_by("due_at")


KINDS: tuple[tuple[str | Promise, str | Promise, Callable[[datetime], QuerySet], Callable], ...] = (  # type: ignore[type-arg]  # four models
    (
        _("待派发的一次查"),
        _("已经生成、还没有派给任何执法人员的检查任务"),
        _visits,
        lambda row: (f"{row.number} {row.title}", f"/visits/{row.pk}"),
    ),
    (
        _("没有组员的部门检查"),
        _("已派发或在办、但组员全部换下的部门检查"),
        _parts,
        lambda row: (f"{row.visit.number} {row.visit.title}", f"/visits/{row.visit_id}"),
    ),
    (
        _("没有责任人的问题"),
        _("未销号、未撤销而没有责任人的问题"),
        _findings,
        lambda row: (f"{row.number} {row.title}", f"/findings/{row.pk}"),
    ),
    (
        _("无人可办的期限"),
        _("正在计算、而所属机构今天没有任何在岗人员的期限"),
        _terms,
        lambda row: (row.sentence, row.url),
    ),
)
SHOWN = 5


def orphans(*, at: datetime) -> list[Orphans]:
    """Return every kind of work without an owner, also those at zero."""
    return [
        Orphans(
            label=label,
            definition=definition,
            count=found(at).count(),
            rows=tuple(name(row) for row in found(at)[:SHOWN]),
        )
        for label, definition, found, name in KINDS
    ]


def count(*, at: datetime) -> int:
    """Return how much work has no owner."""
    return sum(kind.count for kind in orphans(at=at))
