"""The people in the room say whether the fingerprint on the screen is the one that stands; each organ once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import events, modes, said
from onevisit.stages.draws.models import Attestation, Draw
from onevisit.stages.draws.reasons import words_digest
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def attest(
    *, draw: Draw, fingerprint: str, is_agreed: bool, reason: str = "", actor: Actor, at: datetime
) -> Attestation:
    """Agree to the fingerprint that the witness read, or refuse it with a reason; a refusal may turn into agreement.

    Args:
        fingerprint: what stood on the witness's own screen when he answered.

    Raises:
        DrawRefused: it is not the one that stands, the organ has answered already, or a refusal says too little.
    """
    capacity = actor.must("draw.attest", draw)
    held = locked(draw)
    modes.step(held, verb="draw.attest")
    if fingerprint != fingerprint_of(held):
        raise DrawRefused(message=_("指纹已更新。请重新核对大屏后再签认。"), code="changed")
    earlier = held.attestations.filter(department_id=capacity.department_id, fingerprint=fingerprint).first()
    if earlier is not None and (earlier.is_agreed or not is_agreed) and said.is_attested(held, earlier):
        raise DrawRefused(message=_("本单位已答复，不再重复签认。"), code="twice")
    words = "" if is_agreed else reason_of(reason)[:400]
    row = earlier or Attestation(draw=held, department_id=capacity.department_id, fingerprint=fingerprint)
    row.is_agreed, row.reason, row.answered_by, row.answered_at = is_agreed, words, actor.id, at
    row.save()
    event = events.DrawAttested(
        subject=str(held.pk),
        draw=held.number,
        fingerprint=fingerprint,
        department=row.department.code,
        is_agreed=is_agreed,
        reason_sha256=words_digest(salt=held.salt, words=words),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


def fingerprint_of(draw: Draw) -> str:
    """Return what is read aloud now: the manifest's digest, and once it is drawn the seal of the result."""
    return draw.seal or draw.result_digest or draw.manifest_digest
