"""Make the visits of a draw, send them to the posts of the drawn officers, replace an officer in time."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import assignments
from onevisit.stages.draws.assignments import DrawnAssignment, DrawResult
from onevisit.stages.registers import availability, conflicts
from onevisit.stages.visits import checklists, entry_codes, events, scheduling
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import EntryCode, Inspection, TeamMember, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

REDISPATCH_REASONS = {
    "recusal": "回避",
    "leave": "休假、公差",
    "transfer": "调离岗位",
    "certificate": "执法证失效",
}


@transaction.atomic
def dispatch_draw(*, draw_id: UUID | str, actor: Actor, at: datetime) -> list[Visit]:
    """Make one visit per drawn target with one part per department, and dispatch each; a second call makes none.

    Raises:
        VisitRefused: the draw is void.
    """
    assignments.hold(draw_id)
    if assignments.is_given_up(draw_id):
        raise VisitRefused(code="void", message=_("该抽取已作废，不能派发检查。"), status=409)
    result = assignments.result_of(draw_id)
    known = set(Visit.objects.filter(draw_id=result.draw_id).values_list("target_id", flat=True))
    by_target: dict[UUID, list[DrawnAssignment]] = {}
    for row in result.assignments:
        if row.target_id not in known:
            by_target.setdefault(row.target_id, []).append(row)
    windows = _windows(result=result, by_target=by_target, at=at)
    return [
        _dispatch(result=result, rows=rows, window=windows[target_id], actor=actor, at=at)
        for target_id, rows in by_target.items()
    ]


def _windows(
    *, result: DrawResult, by_target: dict[UUID, list[DrawnAssignment]], at: datetime
) -> dict[UUID, scheduling.Window]:
    inspectors = {row.inspector_id for rows in by_target.values() for row in rows}
    booked: dict[UUID, list[scheduling.Window]] = {}
    members = TeamMember.objects.filter(
        inspector_id__in=inspectors, replaced_at__isnull=True, inspection__visit__ends_at__gte=at
    )
    taken = members.exclude(inspection__state="withdrawn").values_list(
        "inspector_id", "inspection__visit__starts_at", "inspection__visit__ends_at"
    )
    for inspector_id, starts_at, ends_at in taken:
        booked.setdefault(inspector_id, []).append(scheduling.Window(starts_at, ends_at))
    return scheduling.place(
        teams={target: frozenset(row.inspector_id for row in rows) for target, rows in by_target.items()},
        booked=booked,
        first=_first_day(result, at=at),
        after=at,
        zone=timezone.get_default_timezone(),
        not_before={target: batch.first for target, batch in result.batches.items()},
    )


def _first_day(result: DrawResult, *, at: datetime) -> date:
    today = timezone.localtime(at).date()
    return max(result.starts_on, today) if result.starts_on else today + timedelta(days=1)


def _dispatch(
    *,
    result: DrawResult,
    rows: Sequence[DrawnAssignment],
    window: scheduling.Window,
    actor: Actor,
    at: datetime,
) -> Visit:
    year = timezone.localtime(at).year
    visit = Visit(
        number=f"V{year}-{identity.next_number(series=f'visit:{year}'):05d}",
        target_id=rows[0].target_id,
        draw_id=result.draw_id,
        offer_id=result.offer_id,
        title=result.title,
        state=VISIT.initial,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        batch=result.batches[rows[0].target_id].number if rows[0].target_id in result.batches else None,
        address_opens_at=_opening(window, is_sealed=result.is_sealed, at=at),
        created_at=at,
    )
    visit.save()
    capacity = actor.must("visit.dispatch", visit)
    parts = []
    for department_id in dict.fromkeys(row.department_id for row in rows):
        team = [row for row in rows if row.department_id == department_id]
        parts.append(_add_part(visit=visit, team=team, items=result.items.get(department_id, ()), at=at))
    _issue_code(visit)
    visit.state, visit.dispatched_at = VISIT.next(state=visit.state, verb="visit.dispatch"), at
    visit.save(update_fields=["state", "dispatched_at"])
    event = events.VisitDispatched(
        subject=str(visit.pk),
        number=visit.number,
        departments=len({row.department_id for row in rows}),
        officers=len({row.officer_id for row in rows}),
        inspections=tuple(str(part.pk) for part in parts),
        related=(f"draw:{result.draw_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return visit


def _opening(window: scheduling.Window, *, is_sealed: bool, at: datetime) -> datetime | None:
    if not is_sealed:
        return None
    hours = deadlines.current("visit.address_opens", on=at.date()).amount
    return window.starts_at - timedelta(hours=hours)


def _add_part(*, visit: Visit, team: Sequence[DrawnAssignment], items: tuple[UUID, ...], at: datetime) -> Inspection:
    department = Department.objects.get(pk=team[0].department_id)
    own = list(dict.fromkeys(item for row in team for item in row.item_ids)) or list(items)
    checklist, sha256 = checklists.build(item_ids=own, on=timezone.localtime(at).date())
    inspection = Inspection.objects.create(
        visit=visit,
        department=department,
        state=INSPECTION.initial,
        checklist=checklist,
        checklist_sha256=sha256,
        notice_number=_number(department, kind="检通", at=at),
        record_number=_number(department, kind="检录", at=at),
    )
    for position, row in enumerate(sorted(team, key=lambda row: row.slot)):
        TeamMember.objects.create(inspection=inspection, inspector_id=row.inspector_id, is_leader=position == 0)
    deadlines.open_deadline(
        key="inspection.submit",
        subject_type="inspection",
        subject=inspection.pk,
        department_id=department.pk,
        sentence=_("提交检查结果：%(number)s %(title)s") % {"number": visit.number, "title": visit.title},
        url=f"/visits/{visit.pk}",
        at=visit.ends_at,
    )
    return inspection


def _number(department: Department, *, kind: str, at: datetime) -> str:
    """Reserve the next number of the department's own series (R25)."""
    year = timezone.localtime(at).year
    prefix = department.document_prefix or department.short_name
    return f"{prefix}{kind}〔{year}〕{identity.next_number(series=f'{department.code}:{kind}:{year}')}号"


def _issue_code(visit: Visit) -> EntryCode:
    code = entry_codes.short_code(visit_number=visit.number, generation=visit.codes.count())
    return EntryCode.objects.create(
        visit=visit,
        code=code,
        token=entry_codes.token(
            code=code, visit_number=visit.number, valid_from=visit.starts_at, valid_to=visit.ends_at
        ),
        valid_from=visit.starts_at,
        valid_to=visit.ends_at,
    )


@transaction.atomic
def redispatch(*, member: TeamMember, reason: str, words: str, actor: Actor, at: datetime) -> TeamMember:
    """Replace an officer while nothing is recorded yet; the draw's digest says who comes next (DS-16, DS-17).

    Raises:
        VisitRefused: something is recorded already, the reason does not do, or nobody eligible is left.
    """
    inspection = Inspection.objects.select_for_update().select_related("visit").get(pk=member.inspection_id)
    capacity = actor.must("visit.redispatch", inspection)
    VISIT.next(state=inspection.visit.state, verb="visit.redispatch")
    former = inspection.members.select_related("inspector").get(pk=member.pk)
    _check_untouched(inspection, former)
    if reason not in REDISPATCH_REASONS or not words.strip():
        raise VisitRefused(code="reason", message=_("请选择改派事由并写明情况。"), field="reason")
    order = successors(inspection)
    if not order:
        raise VisitRefused(code="nobody", message=_("本部门没有其他可派的持证人员，请改期或请求支援。"), status=409)
    former.replaced_at, former.replaced_reason = at, f"{REDISPATCH_REASONS[reason]}：{words.strip()}"[:300]
    former.save(update_fields=["replaced_at", "replaced_reason"])
    successor = TeamMember.objects.create(inspection=inspection, inspector_id=order[0].id, is_leader=former.is_leader)
    event = events.VisitRedispatched(
        subject=str(inspection.visit_id),
        number=inspection.visit.number,
        inspection=str(inspection.pk),
        former=str(former.inspector_id),
        successor=str(successor.inspector_id),
        reason=REDISPATCH_REASONS[reason],
        order=hashlib.sha256("".join(str(nominee.id) for nominee in order).encode()).hexdigest(),
        related=(f"inspection:{inspection.pk}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return successor


def _check_untouched(inspection: Inspection, former: TeamMember) -> None:
    if former.replaced_at is not None:
        raise VisitRefused(code="replaced", message=_("该人员已被改派。"), status=409)
    if inspection.state != INSPECTION.initial or inspection.submissions.exclude(kind="recusal").exists():
        raise VisitRefused(code="touched", message=_("该部门的检查已有记录，不能再改派。"), status=409)


def successors(inspection: Inspection) -> list[availability.Nominee]:
    """Return who may take a vacant place, in the order that the draw's own digest fixes."""
    visit = inspection.visit
    day = timezone.localtime(visit.starts_at).date()
    gone = set(inspection.members.values_list("inspector_id", flat=True))
    busy = set(
        TeamMember.objects.filter(
            replaced_at__isnull=True,
            inspection__visit__starts_at__lt=visit.ends_at,
            inspection__visit__ends_at__gt=visit.starts_at,
        )
        .exclude(inspection__state="withdrawn")
        .values_list("inspector_id", flat=True)
    )
    found = availability.nominees(department_ids=[inspection.department_id], starts_on=day, ends_on=day)
    barred = _barred(visit, [nominee.id for nominee in found])
    digest = assignments.result_of(visit.draw_id).digest if visit.draw_id else ""
    return _ordered(
        (nominee for nominee in found if not nominee.barred and nominee.id not in gone | barred | busy),
        seed=f"{digest}|{inspection.pk}",
    )


def _barred(visit: Visit, people: list[UUID]) -> set[UUID]:
    """Return who stays away from the target; that nobody goes twice in a row is a rule of the draw."""
    known = conflicts.conflicts(inspector_ids=people, target_ids=[visit.target_id])
    if not visit.draw_id:
        return {inspector for (_target, inspector), code in known.items() if code != conflicts.SAME_AS_LAST}
    recused = assignments.recused(draw_id=visit.draw_id, target_id=visit.target_id)
    return recused | {inspector for _target, inspector in known}


def _ordered(nominees: Iterable[availability.Nominee], *, seed: str) -> list[availability.Nominee]:
    return sorted(nominees, key=lambda nominee: hashlib.sha256(f"{seed}|{nominee.id}".encode()).digest())
