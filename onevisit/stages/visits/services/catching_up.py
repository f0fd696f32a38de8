"""Follow what a draw and its rounds have come to, once the witnesses have seen it: visits called off, swapped, sent."""

from datetime import datetime
from uuid import UUID

from onevisit.stages.draws import assignments
from onevisit.stages.visits.models import Visit
from onevisit.stages.visits.services.dispatch import dispatch_draw
from onevisit.stages.visits.services.swapping import swap_members, unfollowed
from onevisit.stages.visits.services.withdrawing import withdraw_replaced
from onevisit.support.identity.actors import Actor


def is_behind(draw_id: UUID) -> bool:
    """Say whether a draw's visits are not those that it has come to."""
    visits = Visit.objects.filter(draw_id=draw_id)
    sent = visits.values("target_id")
    is_unsent = assignments.standing_targets(draw_id).exclude(target_id__in=sent).exists()
    gone = assignments.replaced_targets(draw_id)
    return is_unsent or unfollowed(draw_id) or visits.filter(target_id__in=gone, state="dispatched").exists()


def follow_draw(*, draw_id: UUID, actor: Actor, at: datetime) -> None:
    """Do all that follows from the rounds of a draw; a second call finds nothing left."""
    withdraw_replaced(draw_id=draw_id, actor=actor, at=at)
    swap_members(draw_id=draw_id, actor=actor, at=at)
    dispatch_draw(draw_id=draw_id, actor=actor, at=at)
