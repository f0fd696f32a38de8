"""What the queue does for the whole product: once a night the ledger is checked from outside its own words."""

from procrastinate.contrib.django import app

from onevisit.project import checking
from onevisit.support import clock


@app.periodic(cron="47 3 * * *")
@app.task(name="check_ledger", queueing_lock="check_ledger")
def check_ledger(timestamp: int) -> None:
    """Once a night, in the hour in which nobody works."""
    checking.check(at=clock.now())
