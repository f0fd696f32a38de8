"""Whether the processes beside the web server live: the age of their latest sign, by the database's real time."""

from datetime import timedelta
from time import monotonic

from django.db.models import DurationField, ExpressionWrapper, Max
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateWorker

from onevisit.support.jobs.models import Heartbeat

OLDEST = timedelta(seconds=60)
SEQUENCER = "sequencer"
EVERY_SECONDS = 5.0
_beats: dict[str, float] = {}


def queue_worker_age() -> timedelta | None:
    """Return how old the latest sign of any queue worker is; None when there never was one."""
    age: timedelta | None = ProcrastinateWorker.objects.aggregate(age=_since("last_heartbeat"))["age"]
    return age


def process_age(process: str) -> timedelta | None:
    """Return how old the latest sign of one process is; None when it never gave one."""
    age: timedelta | None = Heartbeat.objects.filter(process=process).aggregate(age=_since("beat_at"))["age"]
    return age


def beat(*, process: str, detail: str = "") -> None:
    """Give a sign of life of one process, at most every few seconds."""
    if monotonic() - _beats.get(process, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    _beats[process] = monotonic()
    Heartbeat.objects.update_or_create(process=process, defaults={"beat_at": Now(), "detail": detail})


def _since(field: str) -> "ExpressionWrapper[CombinedExpression]":
    return ExpressionWrapper(Now() - Max(field), output_field=DurationField())
