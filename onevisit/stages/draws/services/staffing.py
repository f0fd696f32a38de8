"""Choose by which of the six ways the officers of a department are drawn (DS-14), before the freeze fixes it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import modes
from onevisit.stages.draws.models import DrawItem
from onevisit.stages.draws.pool import eligibility, pool_events
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def staff(*, item: DrawItem, mode: str, actor: Actor, at: datetime) -> DrawItem:
    """Fix how the officers of one department are drawn.

    Raises:
        DrawRefused: the way is unknown, or it looks at districts and the strata do not know them.
    """
    capacity = actor.must("draw.staff", item.draw)
    draw = locked(item.draw)
    modes.step(draw, verb="draw.staff")
    if draw.repeats_id:
        raise DrawRefused(message=_("重抽人员时人员抽取方式不变，只能增加人员。"), field="mode", code="repeat")
    if mode not in eligibility.LABELS:
        raise DrawRefused(message=_("请选择人员抽取方式。"), field="mode")
    if mode in eligibility.BY_DISTRICT and draw.strata_by not in eligibility.DISTRICT_STRATA:
        raise DrawRefused(
            message=_("“%(mode)s”要看对象在哪个区、哪个所，须先改为按区域分层或按所分层。")
            % {"mode": eligibility.LABELS[mode]},
            field="mode",
        )
    held = DrawItem.objects.select_for_update(of=("self",)).select_related("draw", "department").get(pk=item.pk)
    held.officer_mode = mode
    held.save(update_fields=["officer_mode"])
    event = pool_events.DrawStaffed(subject=str(draw.pk), draw=draw.number, item=held.item, mode=mode)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held
