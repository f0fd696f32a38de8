"""Publish the results of a visit: prepare, approve, release, withhold, correct, withdraw; collect the credit record."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.findings import selectors as findings
from onevisit.stages.publication import contents, drafts, events, reasons, selectors, statements, voided
from onevisit.stages.publication.lifecycle import PUBLICATION
from onevisit.stages.publication.models import CreditRecord, Publication, PublicationVersion
from onevisit.stages.publication.refusals import PublicationRefused as PublicationRefused
from onevisit.stages.visits import selectors as visits
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry

TERM = "publication.release"
RETENTION = "publication.retention"
LEAST_REASON = 6


class ResultsMissing(PublicationRefused):
    """Not every department of the visit has a reviewed result yet (R140)."""

    code = "results_missing"


@transaction.atomic
def prepare(*, visit_id: UUID, actor: Actor, at: datetime) -> Publication:
    """Put together what is there of a visit's results; run again whenever another department's result is reviewed.

    The term of 20 working days runs from the first time.

    Raises:
        DrawIsVoid: the draw that sent the departments was given up.
    """
    inspections = visits.inspections_of(visit_id)
    visit = inspections[0].visit
    voided.check(visit)
    publication, is_new = Publication.objects.select_for_update(of=("self",)).get_or_create(
        visit_id=visit_id,
        defaults={
            "target_id": visit.target_id,
            "department_ids": [part.department_id for part in inspections],
            "created_at": at,
        },
    )
    capacity = actor.must("publication.prepare", publication)
    if not PUBLICATION.allows(state=publication.state, verb="publication.prepare"):
        return publication
    results = findings.results_of(visit_id)
    _fill(publication, drafts.prepare(visit=visit, results=results), results)
    if is_new:
        _open_term(publication, visit, at)
    event = events.PublicationPrepared(
        subject=str(publication.pk),
        visit=visit.number,
        parts=len(results.parts),
        missing="、".join(results.missing),
        related=_related(publication),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return publication


@transaction.atomic
def approve(*, publication: Publication, content_sha256: str, actor: Actor, at: datetime) -> Publication:
    """Approve what was seen: the digest on the form must be that of the content now, so nothing changes in between.

    Raises:
        ResultsMissing: a department's result is still missing.
        PublicationRefused: a statement of the business waits for its answer (行政处罚法 art. 45), the content has
            changed since the page was opened, or it is approved and nothing was stated since.
    """
    capacity = actor.must("publication.approve", publication)
    statements.lock(publication.visit_id)
    held = _locked(publication)
    state = PUBLICATION.next(state=held.state, verb="publication.approve")
    if held.state == state and not statements.waits_for(held):
        raise PublicationRefused(message=_("已经批准，由系统公示，不用再次批准。"))
    results = findings.results_of(held.visit_id)
    if not results.is_ready:
        raise ResultsMissing(
            message=_("各部门结果须一并公示，还差：%(missing)s。") % {"missing": "、".join(results.missing)}
        )
    if count := statements.open_count(held.visit_id):
        words = _("企业有 %s 件陈述申辩还没有答复，先答复再批准公示。")
        raise PublicationRefused(message=words % count)
    prepared = drafts.prepare(visit=held.visit, results=results)
    if prepared.digest != content_sha256:
        raise PublicationRefused(message=_("您打开此页后，结果又有变化。请核对新的公示内容后再批准。"))
    _fill(held, prepared, results)
    held.state, held.approved_at, held.approved_by = state, at, actor.id
    held.takedown_on = takedown_on(released_on=timezone.localtime(at).date())
    held.save(update_fields=["state", "approved_at", "approved_by", "takedown_on"])
    event = events.PublicationApproved(
        subject=str(held.pk),
        visit=held.visit.number,
        content=held.content_sha256,
        masked=held.masked_count,
        related=_related(held),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def release(*, publication: Publication, at: datetime, actor: Actor = SYSTEM) -> Publication:
    """Make an approved content public; all departments in one moment.

    Raises:
        PublicationRefused: a statement that came after the approval waits for its answer, or was adopted.
    """
    capacity = actor.must("publication.release", publication)
    statements.lock(publication.visit_id)
    held = _locked(publication)
    voided.check(held.visit)
    if held.state == "approved" and (words := statements.waits_for(held)):
        raise PublicationRefused(message=words)
    held.state = PUBLICATION.next(state=held.state, verb="publication.release")
    held.released_at = at
    event = events.ResultReleased(
        subject=str(held.pk),
        visit=held.visit.number,
        content=held.content_sha256,
        departments=len(held.content["parts"]),
        target=held.target.object_id,
        related=_related(held),
    )
    entry = ledger.append(event, actor=actor, at=at, capacity=capacity)
    held.released_entry = entry.pk
    held.save(update_fields=["state", "released_at", "released_entry"])
    _add_version(held, entry=entry, at=at)
    deadlines.close_deadline(key=TERM, subject_type="publication", subject=held.pk, at=at)
    return held


@transaction.atomic
def withhold(*, publication: Publication, reason: str, actor: Actor, at: datetime) -> Publication:
    """Leave the results unpublished for a reason that the law knows; without one the publication cannot be closed.

    Raises:
        PublicationRefused: the reason is not on the list.
    """
    capacity = actor.must("publication.withhold", publication)
    held = _locked(publication)
    state = PUBLICATION.next(state=held.state, verb="publication.withhold")
    if reason not in dict(reasons.CHOICES):
        raise PublicationRefused(message=_("不予公示，须选择法定理由；没有理由，本项不能关闭。"), field="reason")
    held.state, held.withheld_reason = state, reason
    held.approved_at, held.approved_by = at, actor.id
    held.save(update_fields=["state", "withheld_reason", "approved_at", "approved_by"])
    event = events.PublicationWithheld(
        subject=str(held.pk), visit=held.visit.number, reason=reason, related=_related(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    deadlines.close_deadline(key=TERM, subject_type="publication", subject=held.pk, at=at)
    return held


@transaction.atomic
def correct(*, publication: Publication, words: dict[str, str], reason: str, actor: Actor, at: datetime) -> Publication:
    """Correct the words of a released result; the former words and the reason stay public beside the new ones.

    Args:
        words: new public words by department id; they are masked again.

    Raises:
        PublicationRefused: nothing would change, another department's words would, or the reason is too short.
    """
    capacity = actor.must("publication.correct", publication)
    held = _locked(publication)
    state = PUBLICATION.next(state=held.state, verb="publication.correct")
    check_reason(reason)
    content = contents.corrected(held.content, words=words)
    _check_own_words(actor, held.content, content)
    if contents.digest(content) == held.content_sha256:
        raise PublicationRefused(message=_("更正后的文字与现在的一样，请修改后再提交。"), field="words")
    held.state, held.correction_reason = state, reason.strip()
    _set_content(held, content)
    held.save(update_fields=["state", "correction_reason", "content", "content_sha256"])
    event = events.PublicationCorrected(
        subject=str(held.pk),
        visit=held.visit.number,
        version=held.versions.count() + 1,
        content=held.content_sha256,
        reason=reason.strip(),
        related=_related(held),
    )
    entry = ledger.append(event, actor=actor, at=at, capacity=capacity)
    _add_version(held, entry=entry, at=at, reason=reason.strip(), is_correction=True)
    return held


@transaction.atomic
def mend(*, publication: Publication, finding: str, at: datetime, actor: Actor = SYSTEM) -> Publication:
    """Say on the public page that a published problem was corrected; running again changes nothing."""
    capacity = actor.must("publication.mend", publication)
    held = _locked(publication)
    PUBLICATION.next(state=held.state, verb="publication.mend")
    content = drafts.mended(held.content, results=findings.results_of(held.visit_id))
    if contents.digest(content) == held.content_sha256:
        return held
    _set_content(held, content)
    held.save(update_fields=["content", "content_sha256"])
    event = events.PublicationMended(
        subject=str(held.pk),
        visit=held.visit.number,
        version=held.versions.count() + 1,
        content=held.content_sha256,
        finding=finding,
        related=_related(held),
    )
    entry = ledger.append(event, actor=actor, at=at, capacity=capacity)
    _add_version(held, entry=entry, at=at, reason=_("整改进展"))
    return held


@transaction.atomic
def withdraw(*, publication: Publication, reason: str, actor: Actor, at: datetime) -> Publication:
    """Take a released result down; that it was there, since when and why it went stay public.

    Raises:
        PublicationRefused: the reason is too short.
    """
    capacity = actor.must("publication.withdraw", publication)
    held = _locked(publication)
    state = PUBLICATION.next(state=held.state, verb="publication.withdraw")
    check_reason(reason)
    held.state, held.withdrawn_at, held.withdrawn_reason = state, at, reason.strip()
    held.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    event = events.PublicationWithdrawn(
        subject=str(held.pk), visit=held.visit.number, reason=reason.strip(), related=_related(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def collect(*, publication: Publication, at: datetime, actor: Actor = SYSTEM) -> list[CreditRecord]:
    """Collect a released result to the credit record, one row per department; running again adds nothing (R64)."""
    capacity = actor.must("credit.collect", publication)
    held = _locked(publication)
    if held.credit_records.exists():
        return list(held.credit_records.all())
    records = CreditRecord.objects.bulk_create(
        CreditRecord(
            target_id=held.target_id,
            publication=held,
            department_id=part["department_id"],
            on=date.fromisoformat(part["inspected_on"]),
            words=part["words"][:300],
            collected_at=at,
        )
        for part in held.content["parts"]
    )
    event = events.CreditCollected(
        subject=str(held.pk), target=held.target.object_id, records=len(records), related=_related(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return records


def reveal(*, publication: Publication, number: int, reason: str, actor: Actor, at: datetime) -> str:
    """Show one masked spot to somebody who has to check it; the reading and its reason become an entry (R68).

    Raises:
        PublicationRefused: no such spot, or the reason is too short.
    """
    capacity = actor.must("publication.reveal", publication)
    check_reason(reason)
    piece = selectors.hidden(publication, number=number)
    if piece is None or piece.spot is None:
        raise PublicationRefused(message=_("没有第 %(number)s 处遮盖。") % {"number": number})
    ledger.record_read(
        subject_type="publication",
        subject=publication.pk,
        what=_("公示第 %(number)s 处遮盖的%(kind)s") % {"number": number, "kind": piece.spot.kind.value},
        reason=reason.strip(),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return piece.text


def takedown_on(*, released_on: date) -> date | None:
    """Return the day on which a release of `released_on` leaves the public pages; None if no rule says so."""
    try:
        return released_on + timedelta(days=deadlines.current(RETENTION, on=released_on).amount)
    except RuleVersion.DoesNotExist:
        return None


def _locked(publication: Publication) -> Publication:
    rows = Publication.objects.select_for_update(of=("self",)).select_related("visit", "visit__draw", "target")
    return rows.get(pk=publication.pk)


def _fill(publication: Publication, prepared: drafts.Prepared, results: findings.VisitResults) -> None:
    publication.missing = list(results.missing)
    publication.masked_count = len(prepared.spots)
    _set_content(publication, prepared.public)
    publication.save(update_fields=["missing", "masked_count", "content", "content_sha256"])


def _set_content(publication: Publication, content: dict[str, object]) -> None:
    publication.content, publication.content_sha256 = content, contents.digest(content)


def _add_version(
    publication: Publication, *, entry: LedgerEntry, at: datetime, reason: str = "", is_correction: bool = False
) -> None:
    PublicationVersion.objects.create(
        publication=publication,
        number=publication.versions.count() + 1,
        content=publication.content,
        content_sha256=publication.content_sha256,
        reason=reason,
        is_correction=is_correction,
        entry=entry.pk,
        at=at,
    )


def _open_term(publication: Publication, visit: visits.Visit, at: datetime) -> None:
    initiator = visit.offer.initiator_id if visit.offer else publication.department_ids[0]
    deadlines.open_deadline(
        key=TERM,
        subject_type="publication",
        subject=publication.pk,
        department_id=initiator,
        sentence=_("公示 %(name)s 的检查结果") % {"name": visit.target.name},
        at=at,
        url=f"/publication/{publication.pk}",
    )


def _related(publication: Publication) -> tuple[str, ...]:
    return (f"visit:{publication.visit_id}", f"target:{publication.target_id}")


def _check_own_words(actor: Actor, before: contents.Content, after: contents.Content) -> None:
    """谁检查、谁公开: a head corrects the words of the own department, the coordination office's head those of all."""
    if identity.coordination_capacity(actor, Role.APPROVER):
        return
    for old, new in zip(contents.parts_of(before), contents.parts_of(after), strict=True):
        own = actor.holds(Role.APPROVER, department_id=UUID(str(new["department_id"])))
        if old["words"] != new["words"] and own is None:
            raise PublicationRefused(
                message=_("只能更正本部门的文字；其他部门的，请由该部门审批人办理。"), field="words"
            )


def check_reason(reason: str) -> None:
    """Refuse a reason that says too little."""
    if len(reason.strip()) < LEAST_REASON:
        raise PublicationRefused(message=_("理由过于笼统。请至少写明：因何事、依据什么、影响谁。"), field="reason")
