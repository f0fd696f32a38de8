"""Takes what the phones send: once each, with its own time, and never lost when rights changed on the way (R7)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.lifecycle import WrongState
from onevisit.stages.visits import events, messages
from onevisit.stages.visits.messages import Message
from onevisit.stages.visits.models import Answer, Inspection, Submission, TeamMember
from onevisit.stages.visits.refusals import AnswerConflict, VisitRefused
from onevisit.stages.visits.services import answering, holding, swapping
from onevisit.stages.visits.services.recording import VERBS, Context, record
from onevisit.support.attachments.services import receipt_number
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger

# What comes for a part that is past its work is kept apart; what comes too early is refused and stays on the phone.
_PAST = {"incomplete", "submitted", "reviewed", "unable", "withdrawn"}


@dataclass(frozen=True)
class Taken:
    """What the server did with a message; the same message again gives the same."""

    receipt: str
    received_at: datetime
    state: str
    message: str
    version: int | None
    is_new: bool


def take(*, submission_id: UUID, body: dict[str, Any], actor: Actor, at: datetime) -> Taken:
    """Take one message of a phone.

    Raises:
        VisitRefused: it is not as agreed, or what it says is not possible; it stays on the phone.
        AnswerConflict: it is kept beside a differing answer of somebody else.
        WrongState: the part is not open for it yet.
    """
    message = messages.read(body)
    body_sha256 = hashlib.sha256(canonical.encode(value=body)).hexdigest()
    try:
        taken, conflict = _take(
            submission_id=submission_id, body=body, body_sha256=body_sha256, message=message, actor=actor, at=at
        )
    except holding.TeamDiffers as refused:  # nothing of it stays but the trace
        holding.note(refused.differing, at=at)
        raise
    if conflict is not None:
        raise conflict
    return taken


@transaction.atomic
def _take(
    *, submission_id: UUID, body: dict[str, Any], body_sha256: str, message: Message, actor: Actor, at: datetime
) -> tuple[Taken, AnswerConflict | None]:
    inspection = _lock(message.inspection_id, actor=actor)
    known = Submission.objects.filter(pk=submission_id).first()
    if known is not None:
        return _again(known, body_sha256=body_sha256, actor=actor)
    assert actor.officer_id is not None, "the lock has let nobody else through"
    _must_be_open(inspection, at=at)
    submission = Submission.objects.create(
        pk=submission_id,
        inspection=inspection,
        officer_id=actor.officer_id,
        kind=message.kind,
        body=body,
        body_sha256=body_sha256,
        device=message.device,
        sequence=message.sequence,
        recorded_at=message.recorded_at,
        received_at=at,
        receipt=receipt_number(str(submission_id), body_sha256),
    )
    if reason := _changed_rights(inspection, actor) or _before_the_swap(inspection, message):
        _quarantine(submission, message, reason=reason, actor=actor, at=at)
        return _taken(submission, is_new=True), None
    placed = _record(inspection, submission, message, actor=actor, at=at)
    if placed is not None and placed.theirs is not None:
        submission.outcome = "conflict"
        submission.save(update_fields=["outcome"])
        return _taken(submission, is_new=True), answering.conflict(placed, receipt=submission.receipt)
    return _taken(submission, version=placed.version if placed else None, is_new=True), None


def _lock(inspection_id: UUID, *, actor: Actor) -> Inspection:
    """Lock the part; for whoever was never sent to it, it does not exist."""
    inspection = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("visit__target", "department")
        .filter(pk=inspection_id)
        .first()
    )
    if inspection is None or actor.officer_id is None or not _membership(inspection, actor.officer_id):
        raise VisitRefused(
            code="not_found",
            message=_("没有找到，或者不在您的查看范围内。"),
            fix=_("请更新任务；内容仍在本机。"),
            status=404,
        )
    return inspection


def _must_be_open(inspection: Inspection, *, at: datetime) -> None:
    """Nothing can have been found at an address that nobody has been told yet."""
    opens_at = inspection.visit.address_opens_at
    if opens_at is not None and at < opens_at:
        raise VisitRefused(
            code="sealed",
            message=_("地址 %(when)s 公开，此前不能录入检查情况。")
            % {"when": timezone.localtime(opens_at).strftime("%m-%d %H:%M")},
            fix=_("请核对本机时间，到时再传；内容仍在本机。"),
            status=409,
        )


def _membership(inspection: Inspection, officer_id: UUID) -> list[TeamMember]:
    return list(inspection.members.filter(inspector__officer_id=officer_id))


def _changed_rights(inspection: Inspection, actor: Actor) -> str:
    """Return why the sender may not write in this part any more, empty when he may."""
    assert actor.officer_id is not None
    rows = _membership(inspection, actor.officer_id)
    if all(row.replaced_at is not None for row in rows):
        return _("已换下，不再是本次检查人员")
    if actor.holds(Role.INSPECTOR, department_id=inspection.department_id) is None:
        return _("执法人员岗位已终止")
    return ""


def _before_the_swap(inspection: Inspection, message: Message) -> str:
    """Return why an entry is kept apart that says it is older than the agreement to replace one of the team."""
    if message.kind == "entry" and swapping.is_before_all(inspection, message.recorded_at):
        return _("入场早于同意换人，由本部门核定")
    return ""


def _record(
    inspection: Inspection, submission: Submission, message: Message, *, actor: Actor, at: datetime
) -> answering.Placed | None:
    capacity = actor.must(VERBS[message.kind], inspection)
    context = Context(
        inspection=inspection, submission=submission, message=message, actor=actor, capacity=capacity, at=at
    )
    state = inspection.state
    try:
        with transaction.atomic():
            return record(context)
    except WrongState as wrong:
        if state not in _PAST:
            raise
        _quarantine(submission, message, reason=wrong.message, actor=actor, at=at)
        return None


def _quarantine(submission: Submission, message: Message, *, reason: str, actor: Actor, at: datetime) -> None:
    inspection = submission.inspection
    submission.is_quarantined, submission.outcome = True, "quarantined"
    submission.quarantine_reason = reason[:200]
    submission.message = _("服务器已收下，暂存待核：离线期间您对此任务的权限有变动。无需重传，由 %s 核定后并入。") % (
        inspection.department.short_name
    )
    submission.save(update_fields=["is_quarantined", "outcome", "quarantine_reason", "message"])
    event = events.SubmissionQuarantined(
        subject=str(inspection.pk),
        department=str(inspection.department_id),
        submission=str(submission.pk),
        body_sha256=submission.body_sha256,
        recorded=message.recorded_at.isoformat(),
        reason=reason,
        related=(f"visit:{inspection.visit_id}",),
    )
    ledger.append(event, actor=actor, at=at)


def _again(known: Submission, *, body_sha256: str, actor: Actor) -> tuple[Taken, AnswerConflict | None]:
    """Answer a repeated message as the first time."""
    if known.body_sha256 != body_sha256 or known.officer_id != actor.officer_id:
        raise VisitRefused(
            code="uuid_reused",
            message=_("这个编号已用于另一条记录，服务器没有覆盖。"),
            fix=_("请点“求助”；内容仍在本机。"),
            status=409,
        )
    answer = Answer.objects.filter(submission=known).first()
    conflict = answering.conflict_again(answer) if answer and known.outcome == "conflict" else None
    return _taken(known, version=answer.version if answer else None, is_new=False), conflict


def _taken(submission: Submission, *, version: int | None = None, is_new: bool) -> Taken:
    return Taken(
        receipt=submission.receipt,
        received_at=submission.received_at,
        state="quarantined" if submission.is_quarantined else "accepted",
        message=submission.message,
        version=version,
        is_new=is_new,
    )


def adopt(*, submission: Submission, actor: Actor, at: datetime) -> Submission:
    """Adopt a message that had been kept apart: it enters the record with its own time and its own author.

    Raises:
        VisitRefused: it is settled already, or what it says is not possible now.
        WrongState: the part is closed; it must be returned to its team first.
    """
    try:
        return _adopt(submission=submission, actor=actor, at=at)
    except holding.TeamDiffers as refused:
        holding.note(refused.differing, at=at)
        raise


@transaction.atomic
def _adopt(*, submission: Submission, actor: Actor, at: datetime) -> Submission:
    capacity = actor.must("submission.adopt", submission)
    inspection = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("visit__target")
        .get(pk=submission.inspection_id)
    )
    held = _unsettled(submission)
    message = messages.read(held.body)
    author = Actor(id=f"officer:{held.officer_id}", name=held.officer.name, officer_id=held.officer_id)
    context = Context(inspection=inspection, submission=held, message=message, actor=author, capacity=capacity, at=at)
    placed = record(context)
    _settle(held, outcome="conflict" if placed and placed.theirs else "adopted", actor=actor, at=at)
    ledger.append(events.SubmissionAdopted(**context.trace), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def dismiss(*, submission: Submission, reason: str, actor: Actor, at: datetime) -> Submission:
    """Leave a message that had been kept apart out of the record, with a reason; it stays on file.

    Raises:
        VisitRefused: it is settled already, or no reason is given.
    """
    capacity = actor.must("submission.dismiss", submission)
    held = _unsettled(submission)
    if not reason.strip():
        raise VisitRefused(code="reason", message=_("请写明不并入的理由。"), field="reason")
    _settle(held, outcome="dismissed", actor=actor, at=at)
    event = events.SubmissionDismissed(
        subject=str(held.inspection_id),
        department=str(held.inspection.department_id),
        submission=str(held.pk),
        body_sha256=held.body_sha256,
        recorded=held.recorded_at.isoformat(),
        reason=reason.strip()[:200],
        related=(f"visit:{held.inspection.visit_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _unsettled(submission: Submission) -> Submission:
    held = (
        Submission.objects.select_for_update(of=("self",)).select_related("officer", "inspection").get(pk=submission.pk)
    )
    if not held.is_quarantined or held.settled_at is not None:
        raise VisitRefused(code="settled", message=_("这条记录已经核定。"), status=409)
    return held


def _settle(submission: Submission, *, outcome: str, actor: Actor, at: datetime) -> None:
    submission.outcome, submission.settled_at, submission.settled_by = outcome, at, actor.id
    submission.save(update_fields=["outcome", "settled_at", "settled_by"])
