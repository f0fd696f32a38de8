"""The hourly look at the alert rules, by the city's clock, and the one every few minutes at the witnesses."""

from procrastinate.contrib.django import app

from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.watch.oversight import rulebook, services


@app.periodic(cron="17 * * * *")
@app.task(name="look_at_alert_rules", queueing_lock="look_at_alert_rules")
def look_at_alert_rules(timestamp: int) -> None:
    """Raise the alerts that the rules call for."""
    services.look(actor=SYSTEM, at=clock.now())


@app.periodic(cron="*/2 * * * *")
@app.task(name="look_at_witnesses", queueing_lock="look_at_witnesses")
def look_at_witnesses(timestamp: int) -> None:
    """Raise the alerts about witnesses, who can make a draw void within minutes."""
    services.look(actor=SYSTEM, at=clock.now(), keys=rulebook.OF_MINUTES)
