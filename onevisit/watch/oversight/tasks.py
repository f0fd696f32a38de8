"""The hourly look at the alert rules, by the city's clock."""

from procrastinate.contrib.django import app

from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.watch.oversight import services


@app.periodic(cron="17 * * * *")
@app.task(name="look_at_alert_rules", queueing_lock="look_at_alert_rules")
def look_at_alert_rules(timestamp: int) -> None:
    """Raise the alerts that the rules call for."""
    services.look(actor=SYSTEM, at=clock.now())
