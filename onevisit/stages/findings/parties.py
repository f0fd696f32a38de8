"""What the inspected business may see and do by its code: its problems, their papers, and its files on their way.

The code stays good while anything is open: a correction is sent by the same code until its problem is closed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from onevisit.stages.findings import proofs
from onevisit.stages.findings.lifecycle import FINDING
from onevisit.stages.findings.models import CorrectionProof, Finding
from onevisit.stages.findings.selectors import OPEN_STATES
from onevisit.stages.visits import parties as visits
from onevisit.stages.visits.parties import Paper, Party
from onevisit.support.attachments import selectors as attachments
from onevisit.support.attachments import services as attachment_services
from onevisit.support.attachments import uploads
from onevisit.support.attachments.models import Attachment
from onevisit.support.attachments.services import Announcement, AttachmentRefused
from onevisit.support.deadlines import selectors as deadlines

PHOTO_MEGABYTES, MOST_PHOTOS = 10, 10


@dataclass(frozen=True)
class OrderedCorrection:
    """One order as its business sees it: what, until when, what was sent, and when the answer is due."""

    finding: Finding
    draft: UUID
    may_send: bool
    is_late: bool
    answer_by: datetime | None
    proofs: tuple[CorrectionProof, ...]


def party(*, code: str, at: datetime) -> Party | None:
    """Return the business behind a code that is valid, or over with its papers or corrections still open."""
    found = visits.party(code=code, at=at)
    if found is None or not found.is_past:
        return found
    is_open = Finding.objects.filter(inspection__visit=found.visit, state__in=OPEN_STATES).exists()
    return replace(found, is_past=False) if is_open else None


def orders(who: Party, *, at: datetime) -> list[OrderedCorrection]:
    """Return the orders of the visit, what is still to be corrected first."""
    rows = Finding.objects.filter(inspection__visit=who.visit, order__isnull=False).exclude(state="dropped")
    found = rows.select_related("department", "order", "order__document", "target").prefetch_related(
        "proofs", "follow_ups"
    )
    made = [_ordered(finding, who=who, at=at) for finding in found]
    return sorted(made, key=lambda one: (not one.may_send, one.finding.order.due_on, one.finding.number))


def order_of(who: Party, *, finding_id: UUID, at: datetime) -> OrderedCorrection | None:
    """Return one order of the visit; another visit's is none."""
    return next((one for one in orders(who, at=at) if one.finding.pk == finding_id), None)


def _ordered(finding: Finding, *, who: Party, at: datetime) -> OrderedCorrection:
    sent = tuple(sorted(finding.proofs.all(), key=lambda proof: proof.sent_at, reverse=True))
    return OrderedCorrection(
        finding=finding,
        draft=uuid5(who.code_id, f"{finding.pk}:{len(sent)}"),
        may_send=FINDING.allows(state=finding.state, verb="finding.prove"),
        is_late=at.date() > finding.order.due_on,
        answer_by=deadlines.due_at(key=proofs.FOLLOW_UP, subject_type="finding", subject=finding.pk),
        proofs=sent,
    )


def papers(who: Party) -> list[Paper]:
    """Return every document of this visit for this party: notices, report, orders to correct."""
    rows = Finding.objects.filter(inspection__visit=who.visit, order__document__isnull=False)
    ordered = [
        Paper(
            title=_("责令改正通知书"),
            number=finding.order.document_number,
            department=finding.department.name,
            file=finding.order.document,
        )
        for finding in rows.select_related("department", "order__document").order_by("found_at")
        if finding.order.document is not None
    ]
    return [*visits.papers(who.visit), *ordered]


def announce(who: Party, *, finding_id: UUID, announcement: Announcement, at: datetime) -> tuple[Attachment, bool]:
    """Take note of a photo that the business will send in parts, as proof of one order of its visit.

    Raises:
        AttachmentRefused: no such open order, too many photos, or a kind or size that is not taken.
    """
    order = order_of(who, finding_id=finding_id, at=at)
    if order is None or not order.may_send:
        raise AttachmentRefused(code="closed", message=_("这一项现在不收材料。请刷新页面查看办理情况。"), status=409)
    limit = PHOTO_MEGABYTES * 1024 * 1024
    if announcement.mime not in uploads.PROOFS or announcement.size > limit:
        raise AttachmentRefused(
            code="kind", message=_("请上传 JPG、PNG、WebP 或 PDF 文件，每个不超过 %s MB。") % PHOTO_MEGABYTES
        )
    there = attachments.of_subject(proofs.SUBJECT, order.draft).exclude(pk=announcement.id)
    if there.count() >= MOST_PHOTOS * 2:
        raise AttachmentRefused(code="count", message=_("最多 %s 个文件。") % MOST_PHOTOS)
    return attachment_services.announce(
        announcement,
        subject_type=proofs.SUBJECT,
        subject=order.draft,
        actor=proofs.business(str(who.code_id)),
        at=at,
    )


def receive(who: Party, *, file_id: UUID, offset: int, chunk: bytes, at: datetime) -> Attachment:
    """Take the next part of a photo of this business; when it is whole, its bytes must be what they were said to be.

    Raises:
        AttachmentRefused: it is not this business's, stands elsewhere, or is no picture.
    """
    sender = proofs.business(str(who.code_id))
    held = attachments.get(str(file_id))
    if held is None or held.uploaded_by != sender.id:
        raise AttachmentRefused(code="unknown", message=_("没有这个文件。请重新选择。"), status=404)
    if offset == 0 and uploads.kind_of(chunk) != held.mime:
        raise AttachmentRefused(code="mime", message=_("“%s”不是照片或 PDF。请重新选择。") % held.title)
    return attachment_services.receive(attachment=held, offset=offset, chunk=chunk, actor=sender, at=at)
