"""Evidence of a part: whoever was sent to it may announce and send its files, also after he was replaced (R7)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.visits.models import Inspection, TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.attachments import services as attachments
from onevisit.support.attachments.models import Attachment
from onevisit.support.attachments.services import Announcement
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger


def own_part(inspection_id: UUID, *, actor: Actor) -> Inspection:
    """Return a part that the actor was sent to, now or before.

    Raises:
        VisitRefused: there is none; for everybody else it does not exist.
    """
    if actor.officer_id is not None:
        found = (
            Inspection.objects.filter(pk=inspection_id, members__inspector__officer_id=actor.officer_id)
            .select_related("visit", "department")
            .distinct()
            .first()
        )
        if found is not None:
            return found
    raise VisitRefused(
        code="not_found",
        message=_("没有找到，或者不在您的查看范围内。"),
        fix=_("请更新任务；内容仍在本机。"),
        status=404,
    )


def announce_file(
    *, inspection_id: UUID, announcement: Announcement, actor: Actor, at: datetime
) -> tuple[Attachment, bool]:
    """Take note of a file of a part, and say whether it is new."""
    part = own_part(inspection_id, actor=actor)
    return attachments.announce(announcement, subject_type="inspection", subject=part.pk, actor=actor, at=at)


def own_file(file_id: UUID, *, actor: Actor) -> Attachment:
    """Return a file of a part that the actor was sent to.

    Raises:
        VisitRefused: there is none.
    """
    found = Attachment.objects.filter(pk=file_id, subject_type="inspection").first()
    if found is None:
        raise VisitRefused(
            code="not_found", message=_("没有找到这个文件。"), fix=_("请重新上传；内容仍在本机。"), status=404
        )
    own_part(UUID(found.subject), actor=actor)
    return found


def receive_chunk(*, file_id: UUID, offset: int, chunk: bytes, actor: Actor, at: datetime) -> Attachment:
    """Take one part of a file."""
    attachment = own_file(file_id, actor=actor)
    return attachments.receive(attachment=attachment, offset=offset, chunk=chunk, actor=actor, at=at)


@transaction.atomic
def note_opened(*, member: TeamMember, actor: Actor, at: datetime) -> bool:
    """Write down when an officer first got the address on his phone; the contact that comes with it is read (R68).

    Returns:
        Whether this was the first time.
    """
    unread = TeamMember.objects.filter(pk=member.pk, opened_at__isnull=True)
    if member.opened_at is not None or not unread.update(opened_at=at):
        return False
    ledger.record_read(
        subject_type="target",
        subject=member.inspection.visit.target_id,
        what=_("联系人和电话"),
        actor=actor,
        at=at,
        capacity=actor.holds(Role.INSPECTOR, department_id=member.inspection.department_id),
    )
    return True
