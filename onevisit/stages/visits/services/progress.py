"""How a visit moves on with its parts: complete when every byte is here, submitted and closed when all parts are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.visits import events, results
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.attachments.models import Attachment
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.ledger import services as ledger

_OPEN = {"dispatched", "in_progress", "returned"}


def missing_files(inspection: Inspection) -> list[UUID]:
    """Return the files named for a part whose bytes are not all here; another part's file is not its own."""
    own = Attachment.objects.filter(subject_type="inspection", subject=str(inspection.pk))
    here = set(own.filter(pk__in=inspection.expected_files, completed_at__isnull=False).values_list("pk", flat=True))
    return [identifier for identifier in inspection.expected_files if identifier not in here]


@transaction.atomic
def complete_if_here(*, inspection_id: UUID | str, at: datetime) -> bool:
    """Let a part that was handed in count as submitted once every byte is here; say whether it does now."""
    inspection = Inspection.objects.select_for_update().select_related("visit").get(pk=inspection_id)
    if inspection.state != "incomplete" or missing_files(inspection):
        return False
    inspection.state = INSPECTION.next(state=inspection.state, verb="inspection.complete")
    inspection.received_at = at
    inspection.save(update_fields=["state", "received_at"])
    event = events.InspectionSubmitted(
        subject=str(inspection.pk),
        department=str(inspection.department_id),
        problems=inspection.answers.filter(is_current=True, answer="problem").count(),
        files=len(inspection.expected_files),
        related=(f"visit:{inspection.visit_id}",),
    )
    ledger.append(event, actor=SYSTEM, at=at)
    deadlines.close_deadline(key="inspection.submit", subject_type="inspection", subject=inspection.pk, at=at)
    await_review(inspection, at=at)
    advance(visit_id=inspection.visit_id, at=at)
    return True


def await_review(inspection: Inspection, *, at: datetime) -> None:
    """Start the term in which the department reviews what its team found."""
    deadlines.open_deadline(
        key="inspection.review",
        subject_type="inspection",
        subject=inspection.pk,
        department_id=inspection.department_id,
        sentence=_("审核检查结果：%(number)s %(title)s")
        % {"number": inspection.visit.number, "title": inspection.visit.title},
        url="/findings/review",
        at=at,
    )


def advance(*, visit_id: UUID, at: datetime) -> Visit:
    """Bring a visit to the state that its parts are in; the caller holds the transaction."""
    visit = Visit.objects.select_for_update().get(pk=visit_id)
    parts = list(visit.inspections.exclude(state="withdrawn"))
    states = {part.state for part in parts}
    if states & _OPEN:
        return _enter(visit, states, at=at)
    if "incomplete" in states:
        return _move(visit, "visit.wait")
    if all(part.unable_reason for part in parts):
        _finish(visit, "visit.unable", events.VisitUnable(subject=str(visit.pk), number=visit.number), at=at)
    else:
        submitted = events.VisitSubmitted(
            subject=str(visit.pk), number=visit.number, departments=len(parts), related=_draw(visit)
        )
        _finish(visit, "visit.submit", submitted, at=at)
    if states == {"reviewed"}:
        _close(visit, at=at)
    return visit


def _enter(visit: Visit, states: set[str], *, at: datetime) -> Visit:
    if visit.state in {"submitted", "incomplete", "unable"} and states & {"returned", "in_progress"}:
        ledger.append(events.VisitResumed(subject=str(visit.pk), number=visit.number), actor=SYSTEM, at=at)
        return _move(visit, "visit.resume")
    if visit.state == "dispatched" and states & {"in_progress"}:
        ledger.append(events.VisitEntered(subject=str(visit.pk), number=visit.number), actor=SYSTEM, at=at)
        return _move(visit, "visit.enter")
    return visit


def _move(visit: Visit, verb: str) -> Visit:
    visit.state = VISIT.next(state=visit.state, verb=verb)
    visit.save(update_fields=["state"])
    return visit


def _finish(visit: Visit, verb: str, event: events.VisitEvent, *, at: datetime) -> None:
    """Bring the visit to its end state once; a second call appends nothing."""
    if visit.state in {"submitted", "unable", "closed"}:
        return
    visit.state = VISIT.next(state=visit.state, verb=verb)
    visit.submitted_at = at
    visit.save(update_fields=["state", "submitted_at"])
    ledger.append(event, actor=SYSTEM, at=at)


def _close(visit: Visit, *, at: datetime) -> None:
    if visit.state == "closed":
        return
    capacity = SYSTEM.must("visit.close", visit)
    visit.state, visit.closed_at = VISIT.next(state=visit.state, verb="visit.close"), at
    visit.save(update_fields=["state", "closed_at"])
    event = events.VisitClosed(subject=str(visit.pk), number=visit.number, related=_draw(visit))
    ledger.append(event, actor=SYSTEM, at=at, capacity=capacity)


def _draw(visit: Visit) -> tuple[str, ...]:
    return (f"draw:{visit.draw_id}",) if visit.draw_id else ()


@transaction.atomic
def mark_reviewed(*, inspection: Inspection, result_codes: Iterable[str], actor: Actor, at: datetime) -> Inspection:
    """Accept a department's part with its result codes; the visit closes with its last part (R132).

    Raises:
        VisitRefused: a code is unknown, or one that excludes others stands beside them.
    """
    capacity = actor.must("inspection.review", inspection)
    held = Inspection.objects.select_for_update().select_related("visit").get(pk=inspection.pk)
    codes = list(dict.fromkeys(result_codes))
    _check_codes(codes)
    held.state = INSPECTION.next(state=held.state, verb="inspection.review")
    held.result_codes, held.reviewed_at, held.reviewed_by, held.returned_reason = codes, at, actor.id, ""
    held.save(update_fields=["state", "result_codes", "reviewed_at", "reviewed_by", "returned_reason"])
    event = events.InspectionReviewed(
        subject=str(held.pk),
        department=str(held.department_id),
        results=",".join(codes),
        related=(f"visit:{held.visit_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    deadlines.close_deadline(key="inspection.review", subject_type="inspection", subject=held.pk, at=at)
    advance(visit_id=held.visit_id, at=at)
    return held


def _check_codes(codes: list[str]) -> None:
    unknown = [code for code in codes if code not in results.BY_CODE]
    if unknown or not codes:
        raise VisitRefused(code="result_code", message=_("请选择结果类型。"), field="result_codes")
    exclusive = [code for code in codes if results.BY_CODE[code].is_exclusive]
    if exclusive and len(codes) > 1:
        raise VisitRefused(
            code="result_code",
            message=_("“%s”不能与其他结果并存。") % results.BY_CODE[exclusive[0]].label,
            field="result_codes",
        )


@transaction.atomic
def return_part(*, inspection: Inspection, reason: str, actor: Actor, at: datetime) -> Inspection:
    """Send a department's part back to its team, naming what is missing.

    Raises:
        VisitRefused: no reason is given.
    """
    capacity = actor.must("inspection.return", inspection)
    held = Inspection.objects.select_for_update().select_related("visit").get(pk=inspection.pk)
    if not reason.strip():
        raise VisitRefused(code="reason", message=_("请写明退回的项目和原因。"), field="reason")
    held.state = INSPECTION.next(state=held.state, verb="inspection.return")
    held.returned_reason, held.unable_reason = reason.strip()[:400], ""
    held.save(update_fields=["state", "returned_reason", "unable_reason"])
    event = events.InspectionReturned(
        subject=str(held.pk), department=str(held.department_id), related=(f"visit:{held.visit_id}",)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    for key in ("inspection.review", "visit.follow_up"):
        deadlines.close_deadline(key=key, subject_type="inspection", subject=held.pk, at=at)
    deadlines.open_deadline(
        key="inspection.submit",
        subject_type="inspection",
        subject=held.pk,
        department_id=held.department_id,
        sentence=_("补正后重新提交：%(number)s %(title)s") % {"number": held.visit.number, "title": held.visit.title},
        url=f"/visits/{held.visit_id}",
        at=at,
    )
    advance(visit_id=held.visit_id, at=at)
    return held
