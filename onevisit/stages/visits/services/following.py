"""What the desk does beside a visit: remind the teams, and note what follows when a team could not inspect."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.visits import events, results
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as entries
from onevisit.support.ledger import services as ledger

FOLLOW_UP = "visit.follow_up"


def waited_for(visit: Visit, *, at: datetime) -> list[Inspection]:
    """Return the parts that keep a visit waiting: not there after the start, not handed in, evidence on the way."""
    parts = visit.inspections.select_related("department").order_by("department__code")
    return [
        part
        for part in parts
        if part.state in ("incomplete", "returned")
        or (part.state == "dispatched" and at > visit.starts_at)
        or (part.state == "in_progress" and at > visit.ends_at)
    ]


@transaction.atomic
def remind(*, visit: Visit, actor: Actor, at: datetime) -> list[Inspection]:
    """Remind the teams that keep a visit waiting, and return their parts.

    Raises:
        VisitRefused: nobody keeps it waiting, or they were reminded a moment ago.
    """
    capacity = actor.must("visit.remind", visit)
    held = Visit.objects.select_for_update().get(pk=visit.pk)
    VISIT.next(state=held.state, verb="visit.remind")
    waiting = waited_for(held, at=at)
    if not waiting:
        raise VisitRefused(code="nobody_waited_for", message=_("各部门都在按时办理，没有需要催的。"), status=409)
    gap = timedelta(minutes=deadlines.amount("visit.remind_gap", on=timezone.localtime(at).date()))
    former = entries.timeline("visit", held.pk).filter(event="visit.reminded", at__gt=at - gap).first()
    if former is not None:
        raise VisitRefused(
            code="reminded_already",
            message=_("%(time)s 已催过，%(gap)s 分钟内不重复催。")
            % {"time": f"{timezone.localtime(former.at):%H:%M}", "gap": int(gap.total_seconds() // 60)},
            status=409,
        )
    event = events.VisitReminded(
        subject=str(held.pk),
        number=held.number,
        parts=",".join(str(part.pk) for part in waiting),
        departments="、".join(part.department.short_name for part in waiting),
        related=tuple(f"inspection:{part.pk}" for part in waiting),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return waiting


def await_follow_up(inspection: Inspection, *, at: datetime) -> None:
    """Start the term of what has to follow when a team could not inspect."""
    deadlines.open_deadline(
        key=FOLLOW_UP,
        subject_type="inspection",
        subject=inspection.pk,
        department_id=inspection.department_id,
        sentence=_("未能检查（%(why)s），请处理：%(title)s")
        % {"why": results.UNABLE_LABELS[inspection.unable_reason], "title": inspection.visit.title},
        url=f"/visits/{inspection.visit_id}",
        at=at,
    )


@transaction.atomic
def follow_up(*, inspection: Inspection, words: str, actor: Actor, at: datetime) -> Inspection:
    """Note what was done after a team could not inspect; its term ends.

    Raises:
        VisitRefused: the team did inspect, it is noted already, or no words.
    """
    capacity = actor.must("inspection.follow_up", inspection)
    held = Inspection.objects.select_for_update().get(pk=inspection.pk)
    INSPECTION.next(state=held.state, verb="inspection.follow_up")
    if not held.unable_reason or held.followed_up_at is not None:
        raise VisitRefused(code="no_follow_up", message=_("本部门没有待处理的“未能检查”。"), status=409)
    if not words.strip():
        raise VisitRefused(code="words", message=_("请写明后续怎样处理。"), field="words")
    held.follow_up, held.followed_up_at = words.strip(), at
    held.save(update_fields=["follow_up", "followed_up_at"])
    event = events.InspectionFollowedUp(
        subject=str(held.pk),
        department=str(held.department_id),
        unable=held.unable_reason,
        reason=held.follow_up,
        related=(f"visit:{held.visit_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    deadlines.close_deadline(key=FOLLOW_UP, subject_type="inspection", subject=held.pk, at=at)
    return held
