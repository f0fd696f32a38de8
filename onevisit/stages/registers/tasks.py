"""What the queue runs for the registers: the dry run of a big file, and the import that was confirmed."""

from collections.abc import Callable

from procrastinate import JobContext
from procrastinate.contrib.django import app

from onevisit.stages.registers.imports import background
from onevisit.support import clock
from onevisit.support.jobs.tasks import BACK_OFF


def _run(context: JobContext, work: Callable[..., None], import_id: str) -> None:
    """Run the work; after the latest try the officer is told instead of waiting for ever."""
    try:
        work(import_id=import_id, at=clock.now())
    except Exception:
        if context.job.attempts + 1 >= (BACK_OFF.max_attempts or 1):
            background.fail(import_id=import_id, at=clock.now())
        raise


@app.task(name="check_import", retry=BACK_OFF, pass_context=True)
def check_import(context: JobContext, *, import_id: str) -> None:
    """Try a big file."""
    _run(context, background.check, import_id)


@app.task(name="write_import", retry=BACK_OFF, pass_context=True)
def write_import(context: JobContext, *, import_id: str) -> None:
    """Write a confirmed file."""
    _run(context, background.write, import_id)
