"""Reads of the queue for the operator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from onevisit.support.jobs import liveness
from onevisit.support.jobs.models import FailedRun


@dataclass(frozen=True)
class DeadLetter:
    """One job that failed for good: what it was, how often it was tried and what it said at the end."""

    job_id: int
    task: str
    attempts: int
    error: str
    failed_at: datetime | None


@dataclass(frozen=True)
class QueueState:
    """How the queue stands, in counts."""

    waiting: int
    running: int
    dead: int
    worker_age: timedelta | None
    is_worker_silent: bool


def dead_letters(*, limit: int = 200) -> list[DeadLetter]:
    """Return the jobs that failed for good, newest first."""
    jobs = list(ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:limit])
    runs = {run.job: run for run in FailedRun.objects.filter(job__in=[job.pk for job in jobs]).order_by("failed_at")}
    return [
        DeadLetter(
            job_id=job.pk,
            task=runs[job.pk].task if job.pk in runs else job.task_name,
            attempts=job.attempts,
            error=runs[job.pk].error if job.pk in runs else "",
            failed_at=runs[job.pk].failed_at if job.pk in runs else None,
        )
        for job in jobs
    ]


def queue_state() -> QueueState:
    """Return the counts and the age of the worker's latest sign of life, in real time."""
    jobs = ProcrastinateJob.objects
    age = liveness.queue_worker_age()
    return QueueState(
        waiting=jobs.filter(status="todo").count(),
        running=jobs.filter(status="doing").count(),
        dead=jobs.filter(status="failed").count(),
        worker_age=age,
        is_worker_silent=age is None or age > liveness.OLDEST,
    )
