"""Writes on problems and results; one function per verb."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.findings import events, proofs
from onevisit.stages.findings.documents import correction_order
from onevisit.stages.findings.lifecycle import FINDING
from onevisit.stages.findings.models import CorrectionOrder, Finding
from onevisit.stages.findings.proofs import business, close, prove, prove_by_business, return_proof, revisit
from onevisit.stages.findings.rows import FindingRefused, lock, related_to
from onevisit.stages.findings.terms import pause_term, resume_term
from onevisit.stages.visits import results
from onevisit.stages.visits import selectors as visits
from onevisit.stages.visits import services as visit_services
from onevisit.support.attachments import documents
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.identity.services import next_number
from onevisit.support.ledger import services as ledger

if TYPE_CHECKING:
    from onevisit.stages.visits.models import Inspection

__all__ = [
    "FindingRefused",
    "business",
    "close",
    "codes_of",
    "drop",
    "issue_order",
    "order",
    "pause_term",
    "prove",
    "prove_by_business",
    "record_problems",
    "resume_term",
    "return_proof",
    "return_result",
    "review",
    "revisit",
    "revoke",
]
ORDERED, DECISION = "6", "finding.order"


def _number(*, prefix: str, word: str, year: int) -> str:
    """Return the next number of a department's series, e.g. 厦市监改〔2026〕12号; never reused."""
    ordinal = next_number(series=f"{prefix}{word}-{year}")
    return f"{prefix}{word}〔{year}〕{ordinal}号"


@transaction.atomic
def record_problems(*, inspection_id: UUID, at: datetime) -> list[Finding]:
    """Take over every problem of a submitted checklist as a finding; running it twice changes nothing (R61)."""
    inspection = visits.inspection(inspection_id)
    known = set(Finding.objects.filter(inspection_id=inspection_id).values_list("item", flat=True))
    return [
        _record(inspection=inspection, problem=problem, at=at)
        for problem in visits.problems(inspection_id)
        if problem.item not in known
    ]


def _record(*, inspection: "Inspection", problem: "visits.Problem", at: datetime) -> Finding:
    finding = Finding.objects.create(
        number=_number(prefix=inspection.department.document_prefix, word="问", year=at.year),
        inspection=inspection,
        target=inspection.visit.target,
        department=inspection.department,
        item=problem.item,
        title=problem.title,
        note=problem.note,
        public_words=problem.title,
        basis=problem.basis,
        result_type=problem.result_type or ORDERED,
        owner_id=problem.officer_id,
        found_at=problem.found_at,
    )
    event = events.FindingRecorded(
        subject=str(finding.pk), number=finding.number, item=problem.item, related=related_to(finding)
    )
    ledger.append(event, actor=SYSTEM, at=at)
    deadlines.open_deadline(
        key=DECISION,
        subject_type="finding",
        subject=finding.pk,
        department_id=finding.department_id,
        sentence=_("核定 %(name)s 的问题“%(title)s”") % {"name": finding.target.name, "title": finding.title},
        at=at,
        url=f"/findings/{finding.pk}",
    )
    return finding


@transaction.atomic
def order(
    *, finding: Finding, demand: str, due_on: date, public_words: str, actor: Actor, at: datetime
) -> CorrectionOrder:
    """Order the business to correct a problem by a date (行政处罚法 art. 28).

    Raises:
        FindingRefused: no demand, or a date that is not ahead.
    """
    capacity = actor.must("finding.order", finding)
    held = lock(finding)
    state = FINDING.next(state=held.state, verb="finding.order")
    if not demand.strip():
        raise FindingRefused(message=_("请写明改正内容。"), field="demand")
    if due_on <= at.date():
        raise FindingRefused(message=_("改正期限须晚于今天。"), field="due_on")
    if not public_words.strip():
        raise FindingRefused(message=_("请写明对外公示的表述。"), field="public_words")
    held.state, held.public_words = state, public_words.strip()
    held.save(update_fields=["state", "public_words"])
    made = CorrectionOrder.objects.create(
        finding=held,
        document_number=_number(prefix=held.department.document_prefix, word="责改", year=at.year),
        demand=demand.strip(),
        due_on=due_on,
        ordered_at=at,
        ordered_by=actor.id,
    )
    deadlines.close_deadline(key=DECISION, subject_type="finding", subject=held.pk, at=at)
    proofs.open_correction(held, due_on=due_on, at=at)
    event = events.FindingOrdered(
        subject=str(held.pk),
        number=held.number,
        document_number=made.document_number,
        due_on=due_on.isoformat(),
        related=related_to(held),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


@transaction.atomic
def issue_order(*, finding_id: UUID, at: datetime) -> None:
    """Set the 责令改正通知书 of an order and keep it; a second run finds it there."""
    made = CorrectionOrder.objects.select_for_update().select_related("finding").get(finding_id=finding_id)
    if made.document_id is not None:
        return
    made.document = documents.issue(
        document=correction_order(made), subject_type="finding", subject=finding_id, actor=SYSTEM, at=at
    )
    made.save(update_fields=["document"])


@transaction.atomic
def drop(*, finding: Finding, reason: str, actor: Actor, at: datetime) -> Finding:
    """Do not uphold a problem; the record and the reason stay."""
    capacity = actor.must("finding.drop", finding)
    held = lock(finding)
    state = FINDING.next(state=held.state, verb="finding.drop")
    if len(reason.strip()) < 5:
        raise FindingRefused(message=_("理由过于笼统。请至少写明：因何事、依据什么、影响谁。"), field="reason")
    held.state, held.closed_at, held.dropped_reason = state, at, reason.strip()[:400]
    held.save(update_fields=["state", "closed_at", "dropped_reason"])
    deadlines.close_deadline(key=DECISION, subject_type="finding", subject=held.pk, at=at)
    event = events.FindingDropped(
        subject=str(held.pk), number=held.number, reason=reason.strip(), related=related_to(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def revoke(*, finding: Finding, reason: str, actor: Actor, at: datetime) -> Finding:
    """Take an order to correct back, for example when the party's statement holds; record and reason stay.

    Raises:
        FindingRefused: the reason says too little.
    """
    capacity = actor.must("finding.revoke", finding)
    held = lock(finding)
    state = FINDING.next(state=held.state, verb="finding.revoke")
    if len(reason.strip()) < 5:
        raise FindingRefused(message=_("理由过于笼统。请至少写明：因何事、依据什么、影响谁。"), field="reason")
    held.state, held.closed_at, held.dropped_reason = state, at, reason.strip()[:400]
    held.save(update_fields=["state", "closed_at", "dropped_reason"])
    for key in (proofs.CORRECTION, proofs.FOLLOW_UP):
        deadlines.close_deadline(key=key, subject_type="finding", subject=held.pk, at=at)
    event = events.FindingRevoked(
        subject=str(held.pk),
        number=held.number,
        document_number=held.order.document_number,
        reason=reason.strip(),
        related=related_to(held),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def review(*, inspection: "Inspection", actor: Actor, at: datetime) -> list[str]:
    """Pass one department's result of a visit; every problem must have been ordered or dropped before.

    Returns: the result codes.
    """
    actor.must("inspection.review", inspection)
    visits.lock_inspection(inspection.pk)
    found = list(Finding.objects.filter(inspection_id=inspection.pk).order_by("found_at"))
    waiting = [finding.number for finding in found if finding.state == "pending"]
    if waiting:
        raise FindingRefused(message=_("还有问题没有处理：%s。请逐项责令改正或撤销认定。") % "、".join(waiting))
    codes = codes_of(inspection=inspection, findings=found)
    visit_services.mark_reviewed(inspection=inspection, result_codes=codes, actor=actor, at=at)
    return codes


def codes_of(*, inspection: "Inspection", findings: Sequence[Finding]) -> list[str]:
    """Return the result codes that follow from the problems that stand, or from why a visit was impossible."""
    if inspection.unable_reason in results.OF_UNABLE:
        return [results.OF_UNABLE[inspection.unable_reason]]
    return results.combine([finding.result_type for finding in findings if finding.state not in {"dropped", "revoked"}])


@transaction.atomic
def return_result(*, inspection: "Inspection", reason: str, actor: Actor, at: datetime) -> None:
    """Send one department's result back to its officers, saying which item needs work."""
    actor.must("inspection.return", inspection)
    if not reason.strip():
        raise FindingRefused(message=_("请指明哪一项需要补正、缺什么。"), field="reason")
    if (
        Finding.objects.filter(inspection_id=inspection.pk)
        .exclude(state__in=["pending", "dropped", "revoked"])
        .exists()
    ):
        raise FindingRefused(message=_("已有问题责令改正，不能再退回检查结果。"))
    visit_services.return_part(inspection=inspection, reason=reason.strip(), actor=actor, at=at)
