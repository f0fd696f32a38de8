"""What can be joined: the coming joint inspections whose pool holds a target, and the requests made to them (并入)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.offers.models import JoinQuerySet, JoinRequest, Offer
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role


@dataclass(frozen=True, kw_only=True)
class Chance:
    """One joint inspection to come whose pool holds the target; only an offer that still waits for answers is open."""

    offer_id: UUID
    number: str
    title: str
    initiator: str
    starts_on: date
    ends_on: date
    settled_at: datetime | None
    department_ids: frozenset[UUID]

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


def chances_for(target_ids: Iterable[UUID], *, on: date) -> list[Chance]:
    """Return the joint inspections not over yet whose pool holds one of the targets, the nearest first.

    That an offer is made for which days is no secret among the organs of the city; its words and replies are.
    """
    rows = (
        Offer.objects.filter(
            state__in=("sent", "settled"),
            ends_on__gte=on,
            cluster__targets__target_id__in=list(target_ids),
            cluster__targets__is_removed=False,
        )
        .select_related("initiator")
        .prefetch_related("replies")
        .distinct()
        .order_by("starts_on", "number")
    )
    return [
        Chance(
            offer_id=offer.pk,
            number=offer.number,
            title=offer.title,
            initiator=offer.initiator.short_name,
            starts_on=offer.starts_on,
            ends_on=offer.ends_on,
            settled_at=offer.settled_at,
            department_ids=frozenset(
                {offer.initiator_id, *(reply.department_id for reply in offer.replies.all())},
            ),
        )
        for offer in rows
    ]


def joins_for(actor: Actor) -> JoinQuerySet:
    """Return the requests that the actor may know of."""
    return JoinRequest.objects.visible_to(actor).select_related("offer__initiator", "department", "target")


def joins_of(offer: Offer) -> list[JoinRequest]:
    """Return the requests made to one offer, newest first."""
    return list(offer.joins.select_related("department", "target"))


def todos(actor: Actor) -> list[Todo]:
    """Return the requests to answer, and the refused ones whose department has still to say what becomes of them."""
    own = actor.department_ids(Role.CLERK)
    if not own:
        return []
    rows = JoinRequest.objects.select_related("offer__initiator", "department", "target")
    asked = [_to_answer(row) for row in rows.filter(state="pending", offer__initiator_id__in=own, offer__state="sent")]
    return asked + [_to_explain(row) for row in rows.filter(state="refused", department_id__in=own)]


def _to_answer(row: JoinRequest) -> Todo:
    return Todo(
        kind=_("要约"),
        sentence=_("答复%(name)s并入：%(title)s") % {"name": row.department.short_name, "title": row.offer.title},
        sender=row.department.short_name,
        url=f"/offers/joins/{row.pk}",
        verb="join.accept",
        verb_label=_("答复"),
        subject_id=str(row.pk),
        department_id=row.offer.initiator_id,
        due_at=deadlines.due_at(key="offer.reply", subject_type="join_request", subject=row.pk),
        preview_url=f"/offers/joins/{row.pk}/preview",
    )


def _to_explain(row: JoinRequest) -> Todo:
    return Todo(
        kind=_("要约"),
        sentence=_("未同意并入 %(title)s，请说明分别开展的理由或撤回") % {"title": row.offer.title},
        sender=row.offer.initiator.short_name,
        url=f"/offers/joins/{row.pk}",
        verb="join.separate",
        verb_label=_("办理"),
        subject_id=str(row.pk),
        department_id=row.department_id,
        preview_url=f"/offers/joins/{row.pk}/preview",
    )
