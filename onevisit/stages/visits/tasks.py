"""The minute by minute look at the visits."""

from procrastinate.contrib.django import app

from onevisit.stages.visits import services
from onevisit.support import clock


@app.periodic(cron="* * * * *")
@app.task(name="issue_notices", queueing_lock="issue_notices")
def issue_notices(timestamp: int) -> None:
    """Issue the notices of sealed visits whose address has opened, by the city's clock."""
    services.issue_notices(at=clock.now())
