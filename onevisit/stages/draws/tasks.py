"""The minute by minute look at draws whose commitment waits for its witnesses."""

from procrastinate.contrib.django import app

from onevisit.stages.draws import services
from onevisit.stages.draws.models import Draw
from onevisit.support import clock


@app.periodic(cron="* * * * *")
@app.task(name="witness_draws", queueing_lock="witness_draws")
def witness_draws(timestamp: int) -> None:
    """Take note of every commitment that the quorum has seen by now."""
    for draw in Draw.objects.filter(state="waiting"):
        services.witness(draw=draw, at=clock.now())
