"""Tell the organ that must act when half, four fifths and the whole of a term have passed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onevisit.core.workdays import elapsed_percent
from onevisit.support.deadlines import events
from onevisit.support.deadlines.models import Deadline, Reminder
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import services as ledger


def remind(*, at: datetime) -> int:
    """Record every share of a term that has passed since the last call, once each, and return how many.

    Of several shares passed at once (the worker stood still, the demo clock jumped) only the highest is told.
    """
    count = 0
    open_terms = Deadline.objects.filter(closed_at__isnull=True, paused_at__isnull=True, opened_at__lt=at)
    for deadline in open_terms.select_related("rule_version").prefetch_related("reminders").iterator(chunk_size=500):
        told = {reminder.percent for reminder in deadline.reminders.all()}
        passed = elapsed_percent(start=deadline.opened_at, due_at=deadline.due_at, at=at)
        due = {percent for percent in deadline.rule_version.alert_percent if percent <= passed} - told
        if due and _tell(deadline_id=deadline.pk, percents=sorted(due), at=at):
            count += 1
    return count


@transaction.atomic
def _tell(*, deadline_id: UUID, percents: list[int], at: datetime) -> bool:
    deadline = Deadline.objects.select_for_update().select_related("rule_version").get(pk=deadline_id)
    if deadline.closed_at is not None:
        return False
    made = [
        Reminder.objects.get_or_create(deadline=deadline, percent=percent, defaults={"at": at})[1]
        for percent in percents
    ]
    if not made[-1]:
        return False
    if at > deadline.due_at and not deadline.is_lapsed:
        deadline.is_lapsed = True
        deadline.save(update_fields=["is_lapsed"])
    event = events.DeadlineReached(
        subject=str(deadline.pk),
        rule=deadline.rule_version.rule_id,
        percent=percents[-1],
        department=str(deadline.department_id),
        matter=deadline.sentence,
        url=deadline.url,
        related=(f"{deadline.subject_type}:{deadline.subject}",),
    )
    ledger.append(event, actor=SYSTEM, at=at)
    return True
