"""Reads of problems and results that the desk, the business pages and publication use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.findings.models import Finding
from onevisit.stages.findings.policies import OVERSEERS, REVIEWERS
from onevisit.stages.visits import results
from onevisit.stages.visits import selectors as visits
from onevisit.stages.visits.selectors.boards import is_sealed
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role

OPEN_STATES = ("pending", "correcting", "proof_sent", "revisit", "returned")
CHECKED_STATES = ("proof_sent", "revisit")
REPEAT_DAYS, SOON_DAYS = 365, 3


@dataclass(frozen=True)
class PublicFinding:
    """One problem in the words the public will read."""

    number: str
    words: str
    basis: str
    state: str
    order_number: str
    due_on: date | None
    closed_on: date | None


@dataclass(frozen=True)
class PartResult:
    """One department's reviewed result of a visit."""

    inspection_id: UUID
    department_id: UUID
    department_name: str
    inspected_on: date
    codes: tuple[str, ...]
    words: str
    findings: tuple[PublicFinding, ...]


@dataclass(frozen=True)
class VisitResults:
    """The results of all departments of a visit; ready when nothing is missing (R140)."""

    visit_id: UUID
    parts: tuple[PartResult, ...]
    missing: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return bool(self.parts) and not self.missing


def results_of(visit_id: UUID) -> VisitResults:
    """Return the reviewed results of a visit and the departments whose result is still missing."""
    inspections = visits.inspections_of(visit_id)
    missing = tuple(part.department.short_name for part in inspections if part.reviewed_at is None)
    return VisitResults(
        visit_id=visit_id,
        parts=tuple(_part(part) for part in inspections if part.reviewed_at is not None),
        missing=missing,
    )


def _part(inspection: "visits.Inspection") -> PartResult:
    found = Finding.objects.filter(inspection_id=inspection.pk).exclude(state="dropped").select_related("order")
    at = inspection.submitted_at or inspection.reviewed_at
    return PartResult(
        inspection_id=inspection.pk,
        department_id=inspection.department_id,
        department_name=inspection.department.name,
        inspected_on=_day(at),
        codes=tuple(inspection.result_codes),
        words="；".join(result_label(code) for code in inspection.result_codes),
        findings=tuple(public_finding(finding) for finding in found.order_by("found_at")),
    )


def result_label(code: str) -> str:
    """Return the words of a result code; an unknown code is shown as it is."""
    return results.BY_CODE[code].label if code in results.BY_CODE else code


def _day(at: datetime | None) -> date:
    assert at is not None
    return timezone.localtime(at).date()


def public_finding(finding: Finding) -> PublicFinding:
    """Return a problem in public words."""
    order = getattr(finding, "order", None)
    return PublicFinding(
        number=finding.number,
        words=finding.public_words,
        basis=finding.basis,
        state=finding.state,
        order_number=order.document_number if order else "",
        due_on=order.due_on if order else None,
        closed_on=_day(finding.closed_at) if finding.closed_at else None,
    )


def open_of_target(target_id: UUID) -> list[Finding]:
    """Return the problems of a target that are not closed yet, for the briefing and the archive."""
    return list(
        Finding.objects.filter(target_id=target_id, state__in=OPEN_STATES)
        .select_related("department", "order")
        .order_by("found_at")
    )


def of_target(target_id: UUID) -> list[Finding]:
    """Return every problem of a target that was not dropped, newest first."""
    return list(
        Finding.objects.filter(target_id=target_id)
        .exclude(state="dropped")
        .select_related("department", "order")
        .order_by("-found_at")
    )


def targets_with_open() -> QuerySet[Finding, UUID]:
    """Return the ids of the targets that have a problem not closed yet, for a condition on a list."""
    return Finding.objects.filter(state__in=OPEN_STATES).order_by().values_list("target_id", flat=True)


def visible_ids(actor: Actor, findings: Iterable[Finding]) -> set[UUID]:
    """Return which of some problems the actor may open."""
    wanted = [finding.pk for finding in findings]
    return set(Finding.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))


def of_visit(visit_id: UUID) -> list[Finding]:
    """Return the problems of a visit in the order of its departments."""
    return list(
        Finding.objects.filter(inspection__visit_id=visit_id)
        .select_related("department", "order", "target")
        .prefetch_related("proofs")
        .order_by("department__code", "found_at")
    )


def is_late(finding: Finding, *, on: date) -> bool:
    """Tell whether the date of the order has passed without proof; while its term stands still it has not."""
    order = getattr(finding, "order", None)
    if finding.state not in {"correcting", "returned"} or order is None or order.due_on >= on:
        return False
    term = running_term(finding)
    return term is None or term.paused_at is None


def due_within(term: str, *, on: date) -> Q:
    """Return what the filters of the ledger of problems mean: `late`, or `soon` for due in three days."""
    is_running = Q(state__in=("correcting", "returned"))
    if term == "late":
        stands_still = Deadline.objects.filter(
            subject_type="finding", subject=Cast(OuterRef("pk"), CharField()), paused_at__isnull=False
        )
        return is_running & Q(order__due_on__lt=on) & ~Q(Exists(stands_still))
    return is_running & Q(order__due_on__gte=on, order__due_on__lte=on + timedelta(days=SOON_DAYS))


def earlier_of(finding: Finding) -> list[Finding]:
    """Return the same problem at the same target within the year before, the latest first: a repeat weighs more."""
    since = finding.found_at - timedelta(days=REPEAT_DAYS)
    rows = Finding.objects.filter(target_id=finding.target_id, item=finding.item, found_at__gte=since)
    earlier = (
        rows.filter(found_at__lt=finding.found_at).exclude(pk=finding.pk).exclude(state__in=("dropped", "revoked"))
    )
    return list(earlier.select_related("department", "order").order_by("-found_at"))


def running_term(finding: Finding) -> Deadline | None:
    """Return the term that runs now: of the order while the business corrects, of the check while a proof waits."""
    return deadlines.running(subject_type="finding", subject=finding.pk).first()


def may_see_all(actor: Actor) -> bool:
    return actor.holds(*OVERSEERS) is not None


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits for the actor: results to review, proofs to check."""
    return [*_reviews(actor.department_ids(Role.APPROVER), at), *_proofs(actor.department_ids(*REVIEWERS))]


def shown_name(visit: "visits.Visit", *, at: datetime) -> str:
    """Return the target's name, or only its street while a sealed draw's address is not open."""
    return _("%s（封存中）") % visit.target.street if is_sealed(visit, at=at) else visit.target.name


def _reviews(organs: set[UUID], at: datetime) -> list[Todo]:
    return [
        Todo(
            kind=_("结果审核"),
            sentence=_("%(name)s 的检查结果待审核") % {"name": shown_name(part.visit, at=at)},
            sender=part.department.short_name,
            url=f"/findings/review/{part.pk}",
            verb="inspection.review",
            verb_label=_("审核"),
            subject_id=str(part.pk),
            department_id=part.department_id,
            due_at=deadlines.due_at(key="inspection.review", subject_type="inspection", subject=part.pk),
        )
        for part in visits.waiting_for_review(organs)
    ]


def _proofs(organs: set[UUID]) -> list[Todo]:
    waiting = Finding.objects.filter(department_id__in=organs, state__in=CHECKED_STATES).select_related(
        "target", "department"
    )
    return [
        Todo(
            kind=_("整改复查"),
            sentence=_("%(name)s 已提交“%(title)s”的整改材料") % {"name": item.target.name, "title": item.title},
            sender=item.target.name,
            url=f"/findings/{item.pk}",
            verb="finding.close",
            verb_label=_("复查"),
            subject_id=str(item.pk),
            department_id=item.department_id,
            due_at=deadlines.due_at(key="finding.follow_up", subject_type="finding", subject=item.pk),
        )
        for item in waiting
    ]
