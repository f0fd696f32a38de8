"""Issue the documents of a visit: each department's notice, and the combined report once every byte is here."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.visits import documents as content
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.services.progress import missing_files
from onevisit.support.attachments import documents
from onevisit.support.attachments.models import Attachment
from onevisit.support.identity.actors import SYSTEM, Actor


@transaction.atomic
def issue_notice(*, inspection_id: UUID | str, actor: Actor, at: datetime) -> Attachment:
    """Issue the notice of a department's part once; its number was reserved at dispatch."""
    inspection = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("department", "visit__target", "visit__draw")
        .prefetch_related("members__inspector__officer")
        .get(pk=inspection_id)
    )
    if inspection.notice is not None:
        return inspection.notice
    inspection.notice = documents.issue(
        document=content.notice(inspection, on=timezone.localtime(at).date()),
        subject_type="inspection",
        subject=inspection.pk,
        actor=actor,
        at=at,
    )
    inspection.save(update_fields=["notice"])
    return inspection.notice


@transaction.atomic
def issue_record(*, inspection_id: UUID | str, actor: Actor, at: datetime) -> Attachment | None:
    """Issue the record of a part whose every byte is here, under the number reserved at dispatch; once per hand-in."""
    inspection = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("department", "visit__target")
        .prefetch_related("members__inspector__officer", "answers")
        .get(pk=inspection_id)
    )
    # A part that was dispatched before records had numbers has none to issue under.
    if not inspection.record_number or inspection.state not in {"submitted", "reviewed"}:
        return None
    inspection.record = documents.issue(
        document=content.record(inspection, on=timezone.localtime(at).date()),
        subject_type="inspection",
        subject=inspection.pk,
        actor=actor,
        at=at,
    )
    inspection.save(update_fields=["record"])
    return inspection.record


def issue_notices(*, at: datetime, visit_id: UUID | str | None = None) -> int:
    """Issue the notices that are still to be issued, of one visit or of all; sealed addresses stay sealed."""
    waiting = (
        Inspection.objects.filter(notice__isnull=True, visit__dispatched_at__isnull=False)
        .exclude(state="withdrawn")
        .filter(Q(visit__address_opens_at__isnull=True) | Q(visit__address_opens_at__lte=at))
    )
    if visit_id is not None:
        waiting = waiting.filter(visit_id=visit_id)
    identifiers = list(waiting.values_list("pk", flat=True))
    for identifier in identifiers:
        issue_notice(inspection_id=identifier, actor=SYSTEM, at=at)
    return len(identifiers)


@transaction.atomic
def make_report(*, visit_id: UUID | str, actor: Actor, at: datetime) -> Attachment:
    """Make the combined report of a visit (R81).

    Raises:
        VisitRefused: a department has not submitted, or bytes are missing; it says which.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("target", "draw__organiser").get(pk=visit_id)
    actor.must("visit.report", visit)
    parts = list(visit.inspections.exclude(state="withdrawn").select_related("department"))
    lacking = [part.department.short_name for part in parts if missing_files(part)]
    if lacking:
        raise VisitRefused(
            code="files_missing",
            message=_("证据还没有传齐：%s。传齐后才能生成综合报告。") % "、".join(lacking),
            status=409,
        )
    working = [part.department.short_name for part in parts if part.state in {"dispatched", "in_progress", "returned"}]
    if working:
        raise VisitRefused(code="not_submitted", message=_("还有部门没有提交：%s。") % "、".join(working), status=409)
    visit.report = documents.issue(
        document=content.report(visit, on=timezone.localtime(at).date()),
        subject_type="visit",
        subject=visit.pk,
        actor=actor,
        at=at,
    )
    visit.save(update_fields=["report"])
    return visit.report
