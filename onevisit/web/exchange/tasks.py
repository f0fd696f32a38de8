"""What the queue does for other systems."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from onevisit.support import clock
from onevisit.support.jobs.tasks import recorded
from onevisit.web.exchange import outbox
from onevisit.web.exchange.models import OutboundMessage

# 4, 16, 64, 256 … seconds up to three days: a system that is closed over a weekend still gets its message.
PATIENT = RetryStrategy(max_attempts=10, exponential_wait=4)


class StillWaiting(Exception):
    """The message did not arrive; the log of the message says why, the queue tries again."""


@app.task(name="deliver", retry=PATIENT, pass_context=True)
@recorded
def deliver(*, message_id: str) -> None:
    """Deliver one message; what came of it is written down before the queue decides about the retry."""
    outbox.deliver(message_id=message_id, at=clock.now())
    message = OutboundMessage.objects.get(pk=message_id)
    if message.state == "failed":
        raise StillWaiting(message.error)
