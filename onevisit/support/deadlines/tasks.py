"""The minute by minute look at the running terms."""

from procrastinate.contrib.django import app

from onevisit.support import clock
from onevisit.support.deadlines import reminders


@app.periodic(cron="* * * * *")
@app.task(name="remind", queueing_lock="remind")
def remind(timestamp: int) -> None:
    """Tell what is due, by the city's clock."""
    reminders.remind(at=clock.now())
