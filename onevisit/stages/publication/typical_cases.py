"""典型案例: a published result as an example to others, in masked words of its own, after approval (R115)."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.publication import events, services
from onevisit.stages.publication.lifecycle import TYPICAL_CASE
from onevisit.stages.publication.masking import mask
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import TypicalCase
from onevisit.stages.publication.services import PublicationRefused
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Capacity

LEAST_WORDS = 20


@transaction.atomic
def propose(
    *, publication: Publication, department_id: UUID, title: str, words: str, actor: Actor, at: datetime
) -> TypicalCase:
    """Propose a released result as a typical case; the words are masked before anybody approves them.

    Raises:
        PublicationRefused: not public now, no title, or too few words.
    """
    capacity = actor.must("typical_case.propose", publication)
    held = Publication.objects.select_for_update(of=("self",)).select_related("visit").get(pk=publication.pk)
    if held.state not in {"released", "corrected"} or department_id not in held.department_ids:
        raise PublicationRefused(message=_("只有已公示的结果可以作为典型案例。"))
    if not title.strip():
        raise PublicationRefused(message=_("请写案例标题。"), field="title")
    if len(words.strip()) < LEAST_WORDS:
        raise PublicationRefused(message=_("请写明案情、依据和处理结果，至少 %s 个字。") % LEAST_WORDS, field="words")
    known = TypicalCase.objects.select_for_update().filter(publication=held).first()
    state = (
        TYPICAL_CASE.next(state=known.state, verb="typical_case.propose") if known is not None else TYPICAL_CASE.initial
    )
    masked = mask(text=words.strip())
    made, _new = TypicalCase.objects.update_or_create(
        publication=held,
        defaults={
            "department_id": department_id,
            "title": mask(text=title.strip()).text[:120],
            "words": masked.text,
            "masked_count": len(masked.spots),
            "state": state,
            "proposed_at": at,
            "proposed_by": actor.id,
            "reason": "",
        },
    )
    event = events.TypicalCaseProposed(
        subject=str(made.pk),
        visit=held.visit.number,
        words_sha256=digest(made),
        masked=made.masked_count,
        related=_related(made),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


@transaction.atomic
def approve(*, case: TypicalCase, words_sha256: str, actor: Actor, at: datetime) -> TypicalCase:
    """Show a typical case to the public, in the very words that were seen.

    Raises:
        PublicationRefused: the words have changed since the page was opened, or the result is no longer public.
    """
    held, capacity = _begin(case, verb="typical_case.approve", actor=actor)
    if digest(held) != words_sha256:
        raise PublicationRefused(message=_("您打开此页后，案例文字又有变化。请核对后再批准。"))
    if held.publication.state not in {"released", "corrected"}:
        raise PublicationRefused(message=_("该结果已不在公示中，不能作为典型案例刊登。"))
    _save(held, actor=actor, at=at)
    event = events.TypicalCaseApproved(
        subject=str(held.pk),
        visit=held.publication.visit.number,
        words_sha256=digest(held),
        related=_related(held),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def send_back(*, case: TypicalCase, reason: str, actor: Actor, at: datetime) -> TypicalCase:
    """Return a proposed case with a reason."""
    held, capacity = _begin(case, verb="typical_case.return", actor=actor)
    services.check_reason(reason)
    _save(held, actor=actor, at=at, reason=reason)
    event = events.TypicalCaseReturned(
        subject=str(held.pk), visit=held.publication.visit.number, reason=reason.strip(), related=_related(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def remove(*, case: TypicalCase, reason: str, actor: Actor, at: datetime) -> TypicalCase:
    """Take a typical case down with a reason; the published result itself is not touched."""
    held, capacity = _begin(case, verb="typical_case.remove", actor=actor)
    services.check_reason(reason)
    _save(held, actor=actor, at=at, reason=reason)
    event = events.TypicalCaseRemoved(
        subject=str(held.pk), visit=held.publication.visit.number, reason=reason.strip(), related=_related(held)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def digest(case: TypicalCase) -> str:
    """Return the digest of what the public would read."""
    return hashlib.sha256(f"{case.title}\n{case.words}".encode()).hexdigest()


def _begin(case: TypicalCase, *, verb: str, actor: Actor) -> "tuple[TypicalCase, Capacity]":
    held = TypicalCase.objects.select_for_update(of=("self",)).select_related("publication__visit").get(pk=case.pk)
    capacity = actor.must(verb, held.publication)
    held.state = TYPICAL_CASE.next(state=held.state, verb=verb)
    return held, capacity


def _save(held: TypicalCase, *, actor: Actor, at: datetime, reason: str = "") -> None:
    held.decided_at, held.decided_by, held.reason = at, actor.id, reason.strip()[:300]
    held.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _related(case: TypicalCase) -> tuple[str, ...]:
    return (f"publication:{case.publication_id}",)
