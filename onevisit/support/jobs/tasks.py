"""What the queue runs: reactions to ledger entries."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from onevisit.support import clock
from onevisit.support.jobs.models import FailedRun

# 2, 4, 8, 16, 32, 64, 128 seconds: a restart of a service is outlived, a bug is shown within five minutes.
BACK_OFF = RetryStrategy(max_attempts=7, exponential_wait=2)


def recorded(task: Callable[..., None]) -> Callable[..., None]:
    """Write down why a run failed, then let the queue decide about the retry."""

    @wraps(task)
    def run(context: JobContext, **arguments: Any) -> None:
        try:
            task(**arguments)
        except Exception as error:
            job = context.job
            FailedRun.objects.create(
                job=job.id or 0,
                task=str(arguments.get("function", job.task_name))[:200],
                attempt=job.attempts + 1,
                error=f"{type(error).__name__}: {error}"[:400],
                failed_at=timezone.now(),
            )
            raise

    return run


@app.task(name="react", retry=BACK_OFF, pass_context=True)
@recorded
def react(*, entry_id: str, function: str) -> None:
    """Run one reaction to one ledger entry."""
    import_string(function)(entry_id=entry_id, at=clock.now())
