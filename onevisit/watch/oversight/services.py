"""Opening a trace is itself an act."""

from datetime import datetime

from django.db import transaction

from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger
from onevisit.watch.oversight import events, trace
from onevisit.watch.oversight.chain import Chain


@transaction.atomic
def open_trace(*, chain: Chain, reference: str, actor: Actor, at: datetime) -> trace.Trace:
    """Compute the trace of a chain and record who opened it (R69)."""
    capacity = actor.must("trace.open", chain)
    found = trace.trace_of(chain)
    root = chain.visit or chain.draw or chain.offer or chain.campaign
    assert root is not None
    event = events.TraceOpened(subject=str(root.pk), reference=reference)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return found
