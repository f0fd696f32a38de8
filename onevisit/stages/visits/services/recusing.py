"""The head's 不准 on a request for recusal; granting one is drawing somebody else (`swapping`)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.visits import events
from onevisit.stages.visits.models import Inspection, Submission
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.selectors.recusals import DECLINED, LIVE
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

LEAST_WORDS, MOST_WORDS = 6, 200


@transaction.atomic
def decline_recusal(*, submission: Submission, reason: str, actor: Actor, at: datetime) -> Submission:
    """Decide that an officer who asked for recusal stays (行政处罚法 art. 43: the head of the organ decides).

    Raises:
        VisitRefused: it is decided, the officer is replaced, the part is over, or the reason says too little.
    """
    part = Inspection.objects.select_for_update().get(pk=submission.inspection_id)
    capacity = actor.must("inspection.decline_recusal", part)
    held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    standing = part.members.filter(inspector__officer_id=held.officer_id, replaced_at__isnull=True)
    is_open = held.kind == "recusal" and held.settled_at is None and not held.is_quarantined
    if not is_open or part.state not in LIVE or not standing.exists():
        raise VisitRefused(code="decided", message=_("这份回避申请已有决定，或者检查已经结束。"), status=409)
    words = reason.strip()
    if not LEAST_WORDS <= len(words) <= MOST_WORDS:
        message = _("请写明不准的理由，%(least)s 至 %(most)s 个字。") % {"least": LEAST_WORDS, "most": MOST_WORDS}
        raise VisitRefused(code="reason", message=message, field="reason")
    held.outcome, held.message, held.settled_at, held.settled_by = DECLINED, words, at, actor.id
    held.save(update_fields=["outcome", "message", "settled_at", "settled_by"])
    event = events.RecusalDeclined(
        subject=str(part.pk),
        department=str(part.department_id),
        submission=str(held.pk),
        body_sha256=held.body_sha256,
        recorded=held.recorded_at.isoformat(),
        reason=words,
        related=(f"visit:{part.visit_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held
