"""Call off what nobody has begun: of a whole draw that became void, or of one visit whose target was replaced."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onevisit.stages.draws import assignments
from onevisit.stages.visits import events
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.stages.visits.services.progress import advance
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

DRAW_VOID = "DRAW_VOID"
REPLACED = "REPLACED"


@transaction.atomic
def withdraw_draw(*, draw_id: UUID | str, actor: Actor, at: datetime) -> list[Visit]:
    """Call off every visit of a void draw as far as it is not begun; a second call finds nothing left."""
    assignments.hold(draw_id)
    if not assignments.is_void(draw_id):
        return []
    rows = Visit.objects.filter(draw_id=draw_id).exclude(state__in=("closed", "withdrawn")).order_by("pk")
    return [withdraw(visit=visit, reason=DRAW_VOID, actor=actor, at=at) for visit in rows]


@transaction.atomic
def withdraw_replaced(*, draw_id: UUID | str, actor: Actor, at: datetime) -> list[Visit]:
    """Call off the visits of targets that a replacement round took out; a second call finds nothing left."""
    gone = assignments.replaced_targets(draw_id)
    rows = Visit.objects.filter(draw_id=draw_id, target_id__in=gone).exclude(state__in=("closed", "withdrawn"))
    return [withdraw(visit=visit, reason=REPLACED, actor=actor, at=at) for visit in rows.order_by("pk")]


@transaction.atomic
def withdraw(*, visit: Visit, reason: str, actor: Actor, at: datetime) -> Visit:
    """Call off a visit: nobody goes and its code is void; of a visit that has begun, the parts that have not.

    What a department has recorded stays and is finished by it: evidence is not thrown away because of a draw.
    """
    capacity = actor.must("visit.withdraw", visit)
    # Phones lock the part before the visit; the same order here keeps two transactions from waiting for each other.
    parts = list(visit.inspections.select_for_update().order_by("pk"))
    held = Visit.objects.select_for_update().get(pk=visit.pk)
    idle = [part for part in parts if INSPECTION.allows(state=part.state, verb="inspection.withdraw")]
    revoked = _revoke_codes(held, parts, idle, at=at)
    if not idle and not revoked:
        return held
    for part in idle:
        _call_off(part, at=at)
    if idle and len(idle) == len(parts):
        held.state = VISIT.next(state=held.state, verb="visit.withdraw")
        held.save(update_fields=["state"])
    event = events.VisitWithdrawn(
        subject=str(held.pk),
        number=held.number,
        reason=reason,
        parts=len(idle),
        inspections=tuple(str(part.pk) for part in idle),
        related=(f"draw:{held.draw_id}",) if held.draw_id else (),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held if held.state == "withdrawn" or not idle else advance(visit_id=held.pk, at=at)


def _revoke_codes(visit: Visit, parts: list[Inspection], idle: list[Inspection], *, at: datetime) -> int:
    """Void the codes once nobody goes any more: every part is called off now or could not be inspected before."""
    if any(part not in idle and part.state not in ("unable", "withdrawn") for part in parts):
        return 0
    return visit.codes.filter(revoked_at__isnull=True).update(revoked_at=at)


def _call_off(part: Inspection, *, at: datetime) -> None:
    part.state = INSPECTION.next(state=part.state, verb="inspection.withdraw")
    part.save(update_fields=["state"])
    deadlines.close_deadline(key="inspection.submit", subject_type="inspection", subject=part.pk, at=at)
