"""Writes on the queue: retry a dead letter, or run in this process what waits."""

import json
from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from onevisit.support.identity.actors import Actor
from onevisit.support.jobs import events
from onevisit.support.ledger import services as ledger

# The queue runs in real time, which the demo clock may be ahead of.
_AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)


class JobRefused(Exception):
    """The job cannot be retried."""

    code = "job"
    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def retry(*, job_id: int, actor: Actor, at: datetime) -> None:
    """Let a job that failed for good run again.

    Raises:
        JobRefused: there is no such failed job; it may have been retried already.
    """
    capacity = actor.must("job.retry")
    job = ProcrastinateJob.objects.filter(pk=job_id, status="failed").first()
    if job is None:
        raise JobRefused(_("没有这条失败任务，可能已被重试。"))
    app.job_manager.retry_job_by_id(job_id=job_id, retry_at=_AT_ONCE)
    task = str(job.args.get("function", job.task_name))
    ledger.append(events.JobRetried(subject=str(job_id), task=task), actor=actor, at=at, capacity=capacity)


def run_now(*, at: datetime) -> int:
    """Run every waiting reaction in this process, as of `at`, and return how many ran.

    For the demo city, which is built with past times, and for tests; in operation the worker does it.
    """
    count = 0
    while arguments := _take():
        import_string(arguments["function"])(entry_id=arguments["entry_id"], at=at)
        count += 1
    return count


def _take() -> dict[str, str] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs"
            " WHERE status = 'todo' AND task_name = 'react' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " RETURNING args"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    arguments: dict[str, str] = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    return arguments
