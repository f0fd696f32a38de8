"""Whether the processes beside the web server live: the age of their latest sign, by the database's real time."""

from datetime import timedelta

from django.db.models import DurationField, ExpressionWrapper, Max
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateWorker

from onevisit.support.jobs.models import Heartbeat

OLDEST = timedelta(seconds=60)
SEQUENCER = "sequencer"


def queue_worker_age() -> timedelta | None:
    """Return how old the latest sign of any queue worker is; None when there never was one."""
    age: timedelta | None = ProcrastinateWorker.objects.aggregate(age=_since("last_heartbeat"))["age"]
    return age


def process_age(process: str) -> timedelta | None:
    """Return how old the latest sign of one process is; None when it never gave one."""
    age: timedelta | None = Heartbeat.objects.filter(process=process).aggregate(age=_since("beat_at"))["age"]
    return age


def _since(field: str) -> "ExpressionWrapper[CombinedExpression]":
    return ExpressionWrapper(Now() - Max(field), output_field=DurationField())
