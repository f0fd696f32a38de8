"""The minute by minute look at draws that wait: for their witnesses, or for the last day of their sealing."""

from procrastinate.contrib.django import app

from onevisit.stages.draws import selectors, services
from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM


@app.periodic(cron="* * * * *")
@app.task(name="watch_draws", queueing_lock="watch_draws")
def watch_draws(timestamp: int) -> None:
    """Take note of commitments that the quorum has seen or missed, and open what may not stay sealed any longer."""
    now = clock.now()
    for draw in Draw.objects.filter(state="waiting"):
        services.witness(draw=draw, at=now)
        services.lapse(draw=draw, at=now)
    for draw in Draw.objects.filter(state="sealed", opens_by__lte=now):
        if selectors.awaits_quorum(draw):
            continue
        services.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=now)
