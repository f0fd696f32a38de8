"""Move the demo clock forward."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from onevisit.support import clock
from onevisit.support.clock.models import DemoClock


class ClockRefused(Exception):
    """The clock cannot be moved so."""

    code = "clock"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def forward(*, by: timedelta, actor_id: str) -> timedelta:
    """Set the demo clock forward by `by` and return its new offset.

    Raises:
        ClockRefused: this is no demo city, or the step is not positive or over 60 days.
    """
    if not settings.DEMO:
        raise ClockRefused("只有演示环境可以拨动时钟。")
    if not timedelta(0) < by <= timedelta(days=60):
        raise ClockRefused("每次可以向前拨 1 分钟至 60 日，不能往回拨。")
    row, _created = DemoClock.objects.select_for_update().get_or_create(pk=1)
    moved: timedelta = row.offset + by
    row.offset = moved
    row.moved_by = actor_id
    row.save(update_fields=["offset", "moved_by", "moved_at"])
    clock.forget()
    return moved
