"""When an issue of a lottery is drawn, as far as its number tells: no earlier than one day, no later than another."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

KL8, SSQ = "cwl-kl8", "cwl-ssq"
KINDS = (KL8, SSQ)
DRAWN_AT, NOON = time(21, 15), time(12)
_EVERY_DAY = frozenset(range(7))
_WEEKDAYS = {KL8: _EVERY_DAY, SSQ: frozenset((1, 3, 6))}
"""快乐8 is drawn every evening, 双色球 on Tuesday, Thursday and Sunday."""
_MOST_REST = {KL8: 20, SSQ: 9}
"""So many draws of a year are left out at most, at the Spring Festival and the National Day."""


def earliest(kind: str, issue: str) -> datetime:
    """Return the earliest moment at which an issue can have been drawn: no evening of the year was left out."""
    return _evening(kind, issue, rest=0)


def latest(kind: str, issue: str) -> datetime:
    """Return the latest evening of an issue: all evenings that may be left out were."""
    return _evening(kind, issue, rest=_MOST_REST[kind])


def drawn_when(kind: str, t0: datetime) -> date | None:
    """Return the day whose evening has given its numbers when the keys of a draw at `t0` come in, else None.

    Keys come before `t0`: from the evening's draw to the next noon everybody has just read its numbers.
    """
    day = t0.date() if t0.time() > DRAWN_AT else t0.date() - timedelta(days=1)
    is_night = t0.time() > DRAWN_AT or t0.time() < NOON
    return day if is_night and day.weekday() in _WEEKDAYS[kind] else None


def _evening(kind: str, issue: str, *, rest: int) -> datetime:
    weekdays, wanted = _WEEKDAYS[kind], max(int(issue[4:]), 1) + rest
    day = date(int(issue[:4]), 1, 1)
    while True:
        wanted -= day.weekday() in weekdays
        if not wanted:
            return timezone.make_aware(datetime.combine(day, DRAWN_AT))
        day += timedelta(days=1)
