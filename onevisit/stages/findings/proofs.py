"""Proof of correction: who sends it, how it is checked, and how it ends a problem or goes back.

The term of the order stops while a proof waits for its check and runs on when the proof is sent back; it ends with the
problem. Late proof is taken and marked as late.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.findings import events
from onevisit.stages.findings.lifecycle import FINDING
from onevisit.stages.findings.models import CorrectionProof, Finding, FollowUpVisit
from onevisit.stages.findings.rows import FindingRefused, lock, related_to
from onevisit.support.attachments import selectors as attachments
from onevisit.support.attachments import services as attachment_services
from onevisit.support.attachments import uploads
from onevisit.support.attachments.uploads import Upload
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

CORRECTION, FOLLOW_UP = "finding.correction", "finding.follow_up"
SUBJECT = "correction_proof"


def business(code_id: str) -> Actor:
    """Return who acts when a business acts by its inspection code."""
    return Actor(id=f"business:{code_id}", name=_("当事人"))


def open_correction(finding: Finding, *, due_on: date, at: datetime) -> None:
    """Start the term of an order; its last day is the one the document names."""
    deadlines.open_deadline(
        key=CORRECTION,
        subject_type="finding",
        subject=finding.pk,
        department_id=finding.department_id,
        sentence=_("%(name)s 改正“%(title)s”") % {"name": finding.target.name, "title": finding.title},
        at=at,
        url=f"/findings/{finding.pk}",
        due_on=due_on,
    )


@transaction.atomic
def prove(*, finding: Finding, words: str, actor: Actor, at: datetime, files: Sequence[Upload] = ()) -> CorrectionProof:
    """Take proof of correction from an officer who collected it; late proof is still taken."""
    capacity = actor.must("finding.prove", finding)
    proof, event = _take_proof(finding=finding, words=words, files=files, draft=None, sender=actor, at=at)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return proof


@transaction.atomic
def prove_by_business(
    *,
    finding: Finding,
    words: str,
    code_id: str,
    at: datetime,
    files: Sequence[Upload] = (),
    draft: UUID | None = None,
    sent_files: Sequence[UUID] = (),
) -> CorrectionProof:
    """Take proof of correction from the business itself; the caller has checked its inspection code (`code_id`).

    Args:
        draft: id under which the same sender has uploaded files beforehand, piece by piece; it becomes the proof's own.
        sent_files: those of them that belong to the proof; what else lies there was taken back by the sender.
    """
    sender = business(code_id)
    if draft is not None:
        attachment_services.set_aside(subject_type=SUBJECT, subject=draft, keep=sent_files, actor=sender)
    proof, event = _take_proof(finding=finding, words=words, files=files, draft=draft, sender=sender, at=at)
    ledger.append(event, actor=sender, at=at)
    return proof


def _take_proof(
    *, finding: Finding, words: str, files: Sequence[Upload], draft: UUID | None, sender: Actor, at: datetime
) -> tuple[CorrectionProof, events.FindingProved]:
    held = lock(finding)
    state = FINDING.next(state=held.state, verb="finding.prove")
    sent_before = _sent_before(draft, sender)
    if not words.strip() and not files and not sent_before:
        raise FindingRefused(message=_("请说明改正情况，或者上传改正后的照片。"), field="words")
    held.state = state
    held.save(update_fields=["state"])
    proof = CorrectionProof.objects.create(
        **({"pk": draft} if draft else {}),
        finding=held,
        words=words.strip(),
        receipt=secrets.token_hex(4).upper(),
        sent_at=at,
        sent_by=sender.id,
        is_late=timezone.localtime(at).date() > held.order.due_on,
    )
    uploads.keep(uploads=files, subject_type=SUBJECT, subject=proof.pk, actor=sender, at=at)
    deadlines.close_deadline(key=CORRECTION, subject_type="finding", subject=held.pk, at=at)
    _open_follow_up(held, at=at)
    event = events.FindingProved(
        subject=str(held.pk),
        number=held.number,
        receipt=proof.receipt,
        files_count=len(files) + sent_before,
        is_late=proof.is_late,
        related=related_to(held),
    )
    return proof, event


def _sent_before(draft: UUID | None, sender: Actor) -> int:
    """Count the complete files that this sender has uploaded under a draft; somebody else's draft is none of his."""
    if draft is None:
        return 0
    if CorrectionProof.objects.filter(pk=draft).exists():
        raise FindingRefused(message=_("这份材料已经提交过了。请刷新页面查看回执。"))
    there = attachments.of_subject(SUBJECT, draft)
    if there.exclude(uploaded_by=sender.id).exists() or there.filter(completed_at__isnull=True).exists():
        raise FindingRefused(message=_("还有照片没有传完。请等待传完，或者移除后再提交。"), field="pictures")
    return there.count()


def _open_follow_up(finding: Finding, *, at: datetime) -> None:
    deadlines.open_deadline(
        key=FOLLOW_UP,
        subject_type="finding",
        subject=finding.pk,
        department_id=finding.department_id,
        sentence=_("复查 %(name)s 的整改") % {"name": finding.target.name},
        at=at,
        url=f"/findings/{finding.pk}",
    )


def _open_proof(finding: Finding) -> CorrectionProof:
    proof = finding.proofs.filter(decided_at__isnull=True).order_by("-sent_at").first()
    if proof is None:
        raise FindingRefused(message=_("没有整改材料，不能办理。请先登记整改材料。"))
    return proof


def _decide(*, finding: Finding, decision: str, words: str, actor: Actor, at: datetime) -> None:
    proof = _open_proof(finding)
    proof.decision, proof.decision_words, proof.decided_at, proof.decided_by = decision, words, at, actor.id
    proof.save(update_fields=["decision", "decision_words", "decided_at", "decided_by"])
    deadlines.close_deadline(key=FOLLOW_UP, subject_type="finding", subject=finding.pk, at=at)


@transaction.atomic
def revisit(*, finding: Finding, on: date, reason: str, actor: Actor, at: datetime) -> FollowUpVisit:
    """Arrange a follow-up on the spot because the proof alone does not show it; the term of the check runs on.

    Raises:
        FindingRefused: the day is past, or no reason is given.
    """
    capacity = actor.must("finding.revisit", finding)
    held = lock(finding)
    state = FINDING.next(state=held.state, verb="finding.revisit")
    if on < timezone.localtime(at).date():
        raise FindingRefused(message=_("现场复查的日期不能早于今天。"), field="on")
    if not reason.strip():
        raise FindingRefused(message=_("请写明为什么要到现场复查。"), field="reason")
    held.state = state
    held.save(update_fields=["state"])
    made = FollowUpVisit.objects.create(
        finding=held, on=on, reason=reason.strip(), arranged_at=at, arranged_by=actor.id
    )
    event = events.FindingRevisit(
        subject=str(held.pk), number=held.number, on=on.isoformat(), reason=reason.strip(), related=related_to(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


@transaction.atomic
def return_proof(*, finding: Finding, reason: str, actor: Actor, at: datetime) -> Finding:
    """Send proof back, saying what is missing; the term of the order runs on and does not change."""
    capacity = actor.must("finding.return", finding)
    held = lock(finding)
    state = FINDING.next(state=held.state, verb="finding.return")
    if not reason.strip():
        raise FindingRefused(message=_("请写明缺少什么。"), field="reason")
    _decide(finding=held, decision="returned", words=reason.strip(), actor=actor, at=at)
    held.state = state
    held.save(update_fields=["state"])
    deadlines.reopen_deadline(key=CORRECTION, subject_type="finding", subject=held.pk)
    event = events.FindingReturned(
        subject=str(held.pk), number=held.number, reason=reason.strip(), related=related_to(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def close(*, finding: Finding, words: str, actor: Actor, at: datetime) -> Finding:
    """Close a problem on its proof; closing without proof is impossible."""
    capacity = actor.must("finding.close", finding)
    held = lock(finding)
    state = FINDING.next(state=held.state, verb="finding.close")
    if not words.strip():
        raise FindingRefused(message=_("请写明复查情况。"), field="words")
    _decide(finding=held, decision="accepted", words=words.strip(), actor=actor, at=at)
    held.state, held.closed_at = state, at
    held.save(update_fields=["state", "closed_at"])
    event = events.FindingClosed(
        subject=str(held.pk), number=held.number, reason=words.strip(), related=related_to(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held
