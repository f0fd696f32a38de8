"""A business that states its defence (陈述申辩) before its result is public is heard first (行政处罚法 art. 45).

What it states before a department has answered holds the release until it is answered. What it states to the same
department after an answer is answered too and holds nothing by itself, so that one statement after the other keeps no
result from the public for ever; it holds when a person who answered none of them finds that it brings new facts.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from onevisit.stages.publication import events
from onevisit.stages.publication.lifecycle import PUBLICATION
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.refusals import PublicationRefused
from onevisit.stages.publication.request_models import PublicRequest, RequestKind
from onevisit.stages.visits import selectors as visits
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


def lock(visit_id: UUID) -> None:
    """Let nobody state anything on a visit while its results are approved or released, and nobody do so meanwhile.

    What comes second sees what came first. The lock is one that rows which only point to the visit do not wait for.
    """
    visits.Visit.objects.select_for_update(no_key=True).get(pk=visit_id)


def open_count(visit_id: UUID) -> int:
    """Return how many statements of a visit's business wait for an answer and hold its results."""
    return PublicRequest.objects.filter(_holding(), kind=RequestKind.STATEMENT, visit_id=visit_id, state="open").count()


def is_repeated(request: PublicRequest) -> bool:
    """Tell whether a statement came after the same department had answered one of the same visit."""
    return _answered_before(request).exists()


def answerers_before(request: PublicRequest) -> set[str]:
    """Return who answered the statements before this one."""
    return set(_answered_before(request).values_list("answered_by", flat=True))


def _holding() -> Q:
    """Return the condition that an open statement holds: it was stated before an answer, or brings new facts."""
    before = PublicRequest.objects.filter(
        kind=RequestKind.STATEMENT,
        visit_id=OuterRef("visit_id"),
        department_id=OuterRef("department_id"),
        answered_at__lte=OuterRef("created_at"),
    )
    return ~Exists(before) | Q(held_at__isnull=False)


def _answered_before(request: PublicRequest) -> QuerySet[PublicRequest]:
    if request.visit_id is None:
        return PublicRequest.objects.none()
    return PublicRequest.objects.filter(
        kind=RequestKind.STATEMENT,
        visit_id=request.visit_id,
        department_id=request.department_id,
        answered_at__lte=request.created_at,
    )


def adopted_since() -> Exists:
    """Return the condition that a statement was adopted after a publication's approval, which so covers it no more."""
    return Exists(
        PublicRequest.objects.filter(
            kind=RequestKind.STATEMENT,
            visit_id=OuterRef("visit_id"),
            state="adopted",
            answered_at__gt=OuterRef("approved_at"),
        )
    )


def waits_for(publication: Publication) -> str:
    """Say why an approved content is not released: what came in a moment after the approval; empty if nothing did."""
    if count := open_count(publication.visit_id):
        return _("批准后企业提交的 %s 件陈述申辩还没有答复，暂缓公示；不予采纳的，答复后由系统公示。") % count
    if Publication.objects.filter(adopted_since(), pk=publication.pk).exists():
        return _("批准后企业的陈述申辩已被采纳，暂缓公示。请核对公示内容，再次批准后公示。")
    return ""


@transaction.atomic
def send_back(*, publication: Publication, actor: Actor, at: datetime) -> Publication:
    """Take an approval back whose release a statement holds: what was heard may leave nothing to be published.

    The results wait again: to be approved as they stand then, or withheld for a reason that the law knows.

    Raises:
        PublicationRefused: nothing holds the release; the system makes it public.
    """
    capacity = actor.must("publication.return", publication)
    lock(publication.visit_id)
    held = Publication.objects.select_for_update(of=("self",)).select_related("visit").get(pk=publication.pk)
    state = PUBLICATION.next(state=held.state, verb="publication.return")
    if not (words := waits_for(held)):
        raise PublicationRefused(message=_("没有陈述申辩暂缓公示，不能退回；随即由系统公示，有误的请更正。"))
    held.state, held.approved_at, held.approved_by = state, None, ""
    held.save(update_fields=["state", "approved_at", "approved_by"])
    event = events.PublicationReturned(
        subject=str(held.pk), visit=held.visit.number, related=(f"visit:{held.visit_id}",), why=words
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held
