"""The term of an order stops for a test and runs on after it; its day moves by the days it stood still."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.findings.models import CorrectionOrder, Finding
from onevisit.stages.findings.rows import FindingRefused, lock
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.deadlines import services as deadline_services
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.services import RuleRefused
from onevisit.support.identity.actors import Actor


def pause_term(*, finding: Finding, reason: str, actor: Actor, at: datetime) -> Deadline:
    """Stop the running term of a problem for a reason that its rule allows (检测检验).

    Raises:
        FindingRefused: no term runs, or the rule does not allow the reason.
    """
    return _refusing(lambda: deadline_services.pause(deadline=_term(finding), reason=reason, actor=actor, at=at))


@transaction.atomic
def resume_term(*, finding: Finding, actor: Actor, at: datetime) -> Deadline:
    """Let the term run on; the day of the order moves with it, so that nobody is late for what stood still.

    Raises:
        FindingRefused: no term runs, or it is not paused.
    """
    held = lock(finding)
    term = _refusing(lambda: deadline_services.resume(deadline=_term(held), actor=actor, at=at))
    if term.rule_version.rule_id == "finding.correction":
        day = timezone.localtime(term.due_at).date()
        CorrectionOrder.objects.filter(finding=held).update(due_on=day)
    return term


def _term(finding: Finding) -> Deadline:
    found = deadlines.running(subject_type="finding", subject=finding.pk).first()
    if found is None:
        raise FindingRefused(message=_("这一项没有正在计算的期限。"))
    return found


def _refusing(act: Callable[[], Deadline]) -> Deadline:
    try:
        return act()
    except RuleRefused as refusal:
        raise FindingRefused(message=refusal.message, field=refusal.field) from refusal
