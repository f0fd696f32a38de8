"""What the queue does for lists and forms: write exports, remove their files after a week, forget old keys."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from onevisit.support import clock
from onevisit.support.jobs.tasks import BACK_OFF
from onevisit.web.ui import exports, idempotency


@app.task(name="write_export", retry=BACK_OFF, pass_context=True)
def write_export(context: JobContext, *, export_id: str) -> None:
    """Write one export; after the latest try it is shown as failed instead of waiting for ever."""
    try:
        exports.write(export_id=export_id, at=clock.now())
    except Exception:
        if context.job.attempts + 1 >= (BACK_OFF.max_attempts or 1):
            exports.fail(export_id=export_id, at=clock.now())
        raise


@app.periodic(cron="17 3 * * *")
@app.task(name="sweep_exports")
def sweep_exports(timestamp: int) -> None:
    """Once a night."""
    exports.sweep(at=clock.now())


@app.periodic(cron="27 3 * * *")
@app.task(name="sweep_sent_forms")
def sweep_sent_forms(timestamp: int) -> None:
    """Once a night."""
    idempotency.sweep()
