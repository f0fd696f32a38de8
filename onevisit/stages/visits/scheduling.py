"""When each visit of a draw takes place: half days within the agreed dates, nobody in two places at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from onevisit.core.workdays import CHINA, Calendar

# The office hours of the city's departments, less the way to the first target.
HALF_DAYS = ((time(9, 30), time(12, 0)), (time(14, 30), time(17, 0)))
# A team needs this long between learning of a visit and standing at the door.
SHORTEST_NOTICE = timedelta(hours=1)


@dataclass(frozen=True, order=True)
class Window:
    """One half day."""

    starts_at: datetime
    ends_at: datetime


def windows(*, first: date, after: datetime, zone: tzinfo, calendar: Calendar = CHINA) -> Iterator[Window]:
    """Yield the half days of the working days from `first` on that begin late enough after `after`."""
    day = first
    while True:
        if calendar.is_working_day(day):
            for begin, end in HALF_DAYS:
                window = Window(datetime.combine(day, begin, zone), datetime.combine(day, end, zone))
                if window.starts_at >= after + SHORTEST_NOTICE:
                    yield window
        day += timedelta(days=1)


def place(
    *,
    teams: Mapping[UUID, frozenset[UUID]],
    booked: Mapping[UUID, Sequence[Window]],
    first: date,
    after: datetime,
    zone: tzinfo,
    not_before: Mapping[UUID, date] | None = None,
) -> dict[UUID, Window]:
    """Give each target the first half day on which its whole team is free.

    Args:
        teams: inspectors by target; the order of the targets is the order in which they choose.
        booked: half days that inspectors are already sent out on.
        not_before: the first day of a target's batch, where it has one.
    """
    taken: dict[Window, set[UUID]] = {}
    answer: dict[UUID, Window] = {}
    for target, team in teams.items():
        begin = max(first, (not_before or {}).get(target, first))
        for window in windows(first=begin, after=after, zone=zone):
            is_busy = team & taken.get(window, set()) or any(
                _overlap(window, other) for inspector in team for other in booked.get(inspector, ())
            )
            if not is_busy:
                taken.setdefault(window, set()).update(team)
                answer[target] = window
                break
    return answer


def _overlap(one: Window, other: Window) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
