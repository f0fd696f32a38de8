"""Who holds an inspection code: the inspected business, during the visit and for what remains to be done after it.

A code opens the door of one visit in its time only. After that it is no proof of anything at the door, but it stays the
key of the business to its own papers, corrections and words, because it has no account and should need none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from onevisit.stages.visits.codes import COUNTED_STATES
from onevisit.stages.visits.models import EntryCode, Visit
from onevisit.support.attachments.models import Attachment
from onevisit.support.deadlines import services as deadlines

KEPT = "code.after_visit"


@dataclass(frozen=True)
class Party:
    """Who came with a code: `is_over` after the window of the visit, `is_past` after the time for its papers.

    The officers know the code too. With `key_id` it is the business itself: its own key was given besides.
    """

    code_id: UUID
    code: str
    visit: Visit
    is_over: bool
    is_past: bool
    key_id: UUID | None = None


@dataclass(frozen=True)
class Paper:
    """One document of a visit for the party: its title, number, organ and file."""

    title: str
    number: str
    department: str
    file: Attachment


def party(*, code: str, at: datetime) -> Party | None:
    """Return the business behind a code; None if unknown, revoked, too early, or the visit never happened."""
    found = (
        EntryCode.objects.filter(code=code, valid_from__lte=at)
        .filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))
        .select_related("visit__target", "visit__draw", "visit__report")
        .first()
    )
    if found is None:
        return None
    is_over = at > found.valid_to
    if is_over and found.visit.state not in COUNTED_STATES:
        return None
    days = deadlines.amount(KEPT, on=timezone.localtime(found.valid_from).date())
    return Party(
        code_id=found.pk,
        code=found.code,
        visit=found.visit,
        is_over=is_over,
        is_past=at > found.valid_to + timedelta(days=days),
    )


def papers(visit: Visit) -> list[Paper]:
    """Return the notices of the departments and the combined report, as far as they are made."""
    parts = visit.inspections.select_related("department", "notice", "record").order_by("department__code")
    found = [
        Paper(title="行政检查通知书", number=part.notice_number, department=part.department.name, file=part.notice)
        for part in parts
        if part.notice is not None
    ]
    found += [
        Paper(title="现场检查记录", number=part.record_number, department=part.department.name, file=part.record)
        for part in parts
        if part.record is not None
    ]
    if visit.report is not None:
        found.append(Paper(title="综合检查报告", number=visit.number, department="", file=visit.report))
    return found
