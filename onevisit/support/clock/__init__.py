"""The only clock. In the demo city it can be set forward; sessions and one-time codes keep real time."""

from datetime import date, datetime, timedelta
from time import monotonic

from django.conf import settings
from django.utils import timezone

_HELD_SECONDS = 0.5
_held: tuple[float, timedelta] | None = None


def offset() -> timedelta:
    """Return how far the demo clock stands before real time; zero outside the demo city."""
    global _held
    if not settings.DEMO:
        return timedelta(0)
    if _held is None or monotonic() - _held[0] > _HELD_SECONDS:
        from onevisit.support.clock.models import DemoClock

        row = DemoClock.objects.first()
        _held = (monotonic(), row.offset if row else timedelta(0))
    return _held[1]


def forget() -> None:
    """Drop the held offset, so that the next reading asks the database."""
    global _held
    _held = None


def now() -> datetime:
    """Return the present time of the city, aware, in its own time zone."""
    return timezone.localtime(timezone.now() + offset())


def today() -> date:
    return now().date()
