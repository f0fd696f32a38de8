"""A second organ agrees that a pool with small strata or few officers is frozen, or does not."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import documents, modes
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import narrow, pool_events
from onevisit.stages.draws.pool.pool_models import NarrowConsent
from onevisit.stages.draws.reasons import words_digest
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger


@transaction.atomic
def ask_consent(*, draw: Draw, reason: str, actor: Actor, at: datetime) -> NarrowConsent:
    """Ask a second organ to agree to every small stratum and pool that stands now.

    Raises:
        DrawRefused: nothing is narrow, a request waits already, or the reason says too little.
    """
    capacity = actor.must("draw.ask_consent", draw)
    held = locked(draw)
    modes.step(held, verb="draw.ask_consent")
    if narrow.asked_of(held):
        raise DrawRefused(message=_("已有申请待第二机关答复。"), code="twice")
    places = narrow.places_of(held, documents.ground_of(held), on=at.date())
    waiting = narrow.open_places(held, places)
    if not waiting:
        raise DrawRefused(message=_("没有需要同意的小层、小池。"), code="nothing")
    tokens = [place.token for place in waiting]
    row = NarrowConsent.objects.create(
        draw=held, places=tokens, reason=reason_of(reason)[:400], requested_by=actor.id, requested_at=at
    )
    event = pool_events.ConsentAsked(
        subject=str(held.pk),
        draw=held.number,
        consent=str(row.pk),
        places=len(tokens),
        digest=narrow.digest_of(tokens),
        reason=row.reason,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def consent(*, draw: Draw, actor: Actor, at: datetime) -> NarrowConsent:
    """Agree as a second organ to what was asked.

    Raises:
        DrawRefused: nobody asked, or the same person did.
    """
    capacity = actor.must("draw.consent", draw)
    held = locked(draw)
    modes.step(held, verb="draw.consent")
    row = _waiting(held, actor)
    row.department_id, row.role = capacity.department_id, capacity.role.value
    row.consented_by, row.consented_at = actor.id, at
    row.save(update_fields=["department", "role", "consented_by", "consented_at"])
    event = pool_events.NarrowConsented(
        subject=str(held.pk),
        draw=held.number,
        consent=str(row.pk),
        places=len(row.places),
        digest=narrow.digest_of(row.places),
        department=Department.objects.get(pk=capacity.department_id).code,
        role=row.role,
        doubles=narrow.doubles_of(row.places),
        reason_sha256=words_digest(salt=held.salt, words=row.reason),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def refuse_consent(*, draw: Draw, reason: str, actor: Actor, at: datetime) -> NarrowConsent:
    """Do not agree: strata or nominations must be changed before the freeze.

    Raises:
        DrawRefused: nobody asked, the same person did, or the reason says too little.
    """
    capacity = actor.must("draw.refuse_consent", draw)
    held = locked(draw)
    modes.step(held, verb="draw.refuse_consent")
    row = _waiting(held, actor)
    row.department_id, row.role = capacity.department_id, capacity.role.value
    row.refused_words, row.refused_at = reason_of(reason)[:400], at
    row.save(update_fields=["department", "role", "refused_words", "refused_at"])
    event = pool_events.ConsentRefused(
        subject=str(held.pk),
        draw=held.number,
        consent=str(row.pk),
        places=len(row.places),
        digest=narrow.digest_of(row.places),
        reason_sha256=words_digest(salt=held.salt, words=row.refused_words),
        department=Department.objects.get(pk=capacity.department_id).code,
        role=row.role,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


def _waiting(draw: Draw, actor: Actor) -> NarrowConsent:
    row = narrow.asked_of(draw)
    if row is None:
        raise DrawRefused(message=_("协调处没有待答复的申请。"), code="not_asked")
    if row.requested_by == actor.id:
        raise DrawRefused(message=_("申请人不能同意自己的申请。"), code="same_person")
    return row
