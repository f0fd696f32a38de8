"""How a statutory period is counted: from the next day, working days, last day on a holiday, pauses.

行政处罚法 art. 85: "二日", "三日", "五日" and "七日" in that law are working days. 行政强制法 art. 69 says the same
for its periods of ten days and less. Longer periods are calendar days; when their last day is a holiday, the first
working day after it is the last day (民法典 art. 203). Hours are counted through the clock, holidays included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from onevisit.core.workdays.calendar import CHINA, Calendar

_DAY = timedelta(days=1)
_END_OF_DAY = time(23, 59, 59)
_PENALTY_LAW_WORKING_DAYS = frozenset({2, 3, 5, 7})


class Unit(StrEnum):
    """In what a period is counted."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True)
class Pause:
    """A stretch in which the period does not run; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Due:
    """When a period ends; provisional when a year on the way has no holiday table yet."""

    at: datetime
    is_provisional: bool = False


def penalty_law_unit(days: int) -> Unit:
    """Return how "`days` 日" in 行政处罚法 is counted (art. 85)."""
    return Unit.WORKING_DAYS if days in _PENALTY_LAW_WORKING_DAYS else Unit.CALENDAR_DAYS


def due(
    *, start: datetime, amount: int, unit: Unit, zone: tzinfo, pauses: Sequence[Pause] = (), calendar: Calendar = CHINA
) -> Due:
    """Return when a period of `amount` `unit` that began at `start` ends.

    Days are days in `zone`; the day of `start` is not counted, and a period in days ends with its last day. A day of a
    pause is not counted; the day on which the period goes on is. A pause that still lasts does not count: while it
    does, nothing is due, and the caller does not ask.

    Raises:
        ValueError: `amount` is negative, or a time has no time zone.
    """
    if amount < 0:
        raise ValueError("amount must not be negative")
    if start.tzinfo is None:
        raise ValueError("start needs a time zone")
    if unit == Unit.HOURS:
        return Due(at=_after_hours(start=start, amount=amount, pauses=pauses))
    first = start.astimezone(zone).date()
    paused = [_paused_days(pause, zone) for pause in pauses if pause.until]
    last = _last_day(first=first, amount=amount, unit=unit, paused=paused, calendar=calendar)
    return Due(
        at=datetime.combine(last, _END_OF_DAY, tzinfo=zone),
        is_provisional=calendar.is_provisional(first, last),
    )


def elapsed_percent(*, start: datetime, due_at: datetime, at: datetime) -> int:
    """Return how much of the way from `start` to `due_at` lies behind, in whole percent; over 100 when late."""
    span = (due_at - start).total_seconds()
    if span <= 0:
        return 100
    return max(0, int((at - start).total_seconds() * 100 // span))


def _after_hours(*, start: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
    end = start + timedelta(hours=amount)
    for pause in sorted(pauses, key=lambda pause: pause.since):
        if pause.until and pause.since < end:
            end += pause.until - max(pause.since, start)
    return end


def _paused_days(pause: Pause, zone: tzinfo) -> tuple[date, date]:
    """Return the first paused day and the day on which the period goes on."""
    assert pause.until is not None
    return pause.since.astimezone(zone).date(), pause.until.astimezone(zone).date()


def _last_day(*, first: date, amount: int, unit: Unit, paused: Sequence[tuple[date, date]], calendar: Calendar) -> date:
    day, left = first, amount
    while left:
        day += _DAY
        if any(since <= day < until for since, until in paused):
            continue
        if unit == Unit.CALENDAR_DAYS or calendar.is_working_day(day):
            left -= 1
    return calendar.working_day_from(day)
