"""A void counts once the policy's quorum has seen its entry; it is `before-seed` exactly if that was before `t0`."""

from datetime import datetime, timedelta

from django.db import transaction

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms
from onevisit.stages.draws import events, modes
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public.persons import person_of
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import SYSTEM, Actor, Capacity
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

BEFORE, AFTER = "before-seed", "after-seed"
ANSWER = timedelta(minutes=1)
"""How long after `t0` a cosignature made before it may still be on its way."""


@transaction.atomic
def count_void(*, draw: Draw, at: datetime) -> Draw:
    """Let an agreed void take effect once the quorum has seen its entry; else change nothing.

    A record that says `before-seed` and was not seen before `t0` counts for nothing: the system writes the one that
    says `after-seed`, and that one waits in its turn.
    """
    held = locked(draw, is_to_end=True)
    if held.state != "voiding" or held.void_entry is None:
        return held
    if _is_before(held) and _is_late(held, at=at):
        publish(held, stage=AFTER, actor=SYSTEM, capacity=None, at=at)
    if ledger_state.awaits_quorum(held.void_entry):
        return held
    is_seen = ledger_state.witnessing(held.void_entry).is_witnessed
    held.state, held.voided_at = modes.step(held, verb="draw.count_void"), at
    held.save(update_fields=["state", "voided_at"])
    if is_seen:
        ledger.append(events.VoidCounted(subject=str(held.pk), draw=held.number), actor=SYSTEM, at=at)
    return held


def publish(draw: Draw, *, stage: str, actor: Actor, capacity: Capacity | None, at: datetime) -> None:
    """Write the record of an agreed void and put its digest into the ledger."""
    draw.void_record = _record(draw, stage=stage)
    event = events.DrawVoided(
        subject=str(draw.pk),
        draw=draw.number,
        digest=forms.parse_void(data=draw.void_record).digest,
        stage=stage,
        reason=draw.void_reason,
    )
    draw.void_entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    draw.save(update_fields=["void_record", "void_entry"])


def _is_before(draw: Draw) -> bool:
    return forms.parse_void(data=bytes(draw.void_record or b"")).stage == BEFORE


def _is_late(draw: Draw, *, at: datetime) -> bool:
    """Tell whether the quorum saw the entry at `t0` or later, by the witnesses' own clocks, or has not seen it yet."""
    if draw.t0 is None or draw.void_entry is None:
        return False
    state = ledger_state.witnessing(draw.void_entry)
    if state.quorum_time is not None:
        return state.quorum_time >= draw.t0.timestamp()
    return at >= draw.t0 + ANSWER and ledger_state.awaits_quorum(draw.void_entry)


def _record(draw: Draw, *, stage: str) -> bytes:
    record: dict[str, Json] = {
        "v": "srd1",
        "kind": "void",
        "draw": draw.number,
        "basis": draw.manifest_digest,
        "stage": stage,
        "reason": draw.void_reason,
        "evidence_sha256": draw.void_evidence,
        "proposer": person_of(draw, draw.void_proposed_by),
        "confirmer": person_of(draw, draw.void_agreed_by),
    }
    return canonical.encode(value=record)
