"""Make the visits of a draw, send them to the posts of the drawn officers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import assignments
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.assignments import DrawnAssignment, DrawResult
from onevisit.stages.visits import checklists, entry_codes, events, scheduling
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import EntryCode, Inspection, TeamMember, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger


@transaction.atomic
def dispatch_draw(*, draw_id: UUID | str, actor: Actor, at: datetime) -> list[Visit]:
    """Make one visit per drawn target with one part per department, and dispatch each; a second call makes none.

    Nor is anybody sent whom the receipt does not name: who changed the table would choose who goes.

    Raises:
        VisitRefused: the draw is void.
    """
    assignments.hold(draw_id)
    if assignments.is_given_up(draw_id):
        raise VisitRefused(code="void", message=_("该抽取已作废，不能派发检查。"), status=409)
    if not draws.sends_as_drawn(draw_id, at=at):  # an entry and an alert are left; the minute's look tries again
        return []
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
        TeamMember.objects.create(
            inspection=inspection, inspector_id=row.inspector_id, is_leader=position == 0, slot=row.slot
        )
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
