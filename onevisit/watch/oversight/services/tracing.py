"""Opening a trace, taking its proofs along and writing an opinion on it: each is itself an act."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger
from onevisit.watch.oversight import bundle, events, trace
from onevisit.watch.oversight.chain import Chain
from onevisit.watch.oversight.models import Opinion


class OpinionRefused(Exception):
    """The opinion is refused; `field` names the input."""

    code = "opinion"

    def __init__(self, *, message: str, field: str = "words") -> None:
        super().__init__(message)
        self.message, self.field = message, field


@transaction.atomic
def open_trace(*, chain: Chain, reference: str, actor: Actor, at: datetime) -> trace.Trace:
    """Compute the trace of a chain and record who opened it (R69)."""
    capacity = actor.must("trace.open", chain)
    found = trace.trace_of(chain)
    event = events.TraceOpened(subject=str(chain.root.pk), reference=reference, related=(_key(chain.root),))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return found


@transaction.atomic
def export_trace(*, chain: Chain, reference: str, actor: Actor, at: datetime) -> bytes:
    """Return the proof bundle of a chain as a zip archive and record who took it (R68)."""
    capacity = actor.must("trace.export", chain)
    made = bundle.make(trace=trace.trace_of(chain), reference=reference, actor=actor, at=at)
    event = events.TraceExported(
        subject=str(chain.root.pk),
        reference=reference,
        entries=made.entries,
        size=made.size,
        related=(_key(chain.root),),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made.content


@transaction.atomic
def write_opinion(*, chain: Chain, words: str, actor: Actor, at: datetime) -> Opinion:
    """Write an opinion on an inspection, as the supervisor or the prosecutor: all that these seats write.

    Raises:
        OpinionRefused: no words.
    """
    capacity = actor.must("opinion.write", chain)
    if not words.strip():
        raise OpinionRefused(message=_("请写明意见。"))
    assert actor.officer_id is not None, "the policy lets only officers in"
    opinion = Opinion.objects.create(
        subject_type=chain.root._meta.model_name or "",
        subject=str(chain.root.pk),
        department_id=capacity.department_id,
        officer_id=actor.officer_id,
        capacity=capacity.label,
        words=words.strip(),
        written_at=at,
    )
    event = events.OpinionWritten(
        subject=opinion.subject, opinion=str(opinion.pk), reason=opinion.words, related=(_key(chain.root),)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return opinion


def _key(record: Model) -> str:
    return f"{record._meta.model_name}:{record.pk}"
