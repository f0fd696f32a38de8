"""What the page of one offer shows to one person; used by the page, the preview and after a refusal."""

from typing import Any

from onevisit.stages.draws import selectors as draws
from onevisit.stages.offers import bases, calendar, selectors
from onevisit.stages.offers.lifecycle import EXTRA, JOIN, OFFER, PART, REPLY
from onevisit.stages.offers.models import JoinRequest, Offer, OfferReply
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.plans import selectors as plans
from onevisit.support import clock
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.forms.campaigns import ReasonForm
from onevisit.web.desk.forms.offers import CounterForm, DeclineForm
from onevisit.web.ui.actors import ActorRequest

__all__ = ["content_of"]


def content_of(
    request: ActorRequest,
    offer: Offer,
    *,
    refusal: OfferRefused | None = None,
    tried: str = "",
    decline_form: DeclineForm | None = None,
    counter_form: CounterForm | None = None,
) -> dict[str, Any]:
    """Return the context of an offer's page for the actor of the request."""
    replies = selectors.replies_of(offer)
    for reply in replies:
        reply.offer = offer
    mine = _mine(request, replies)
    return {
        "offer": offer,
        "LIFECYCLES": {"offer": OFFER, "reply": REPLY, "extra": EXTRA, "part": PART, "join": JOIN},
        "mine": mine,
        "may": _may(request, offer, mine) | {"settle": _may_settle(request, offer, replies)},
        "capacity": _capacity(request, offer, mine),
        "waits_for": _waits_for(offer, replies),
        "awaited": "" if mine or offer.state != "sent" else _waits_for(offer, replies),
        "counts": {state: sum(reply.state == state for reply in replies) for state in _STATES},
        "entries": ledger.timeline("offer", offer.pk),
        "joins": [join for join in selectors.joins_of(offer) if _reads_join(request, join)],
        "refusal": refusal,
        "tried": tried,
        "decline_form": decline_form or DeclineForm(),
        "counter_form": counter_form or CounterForm(initial={"starts_on": offer.starts_on, "ends_on": offer.ends_on}),
        "reason_form": ReasonForm(),
        **_answers(request, offer, replies),
        **_matter(offer, mine),
        **_departments(offer, replies),
    }


def _reads_join(request: ActorRequest, join: JoinRequest) -> bool:
    """A request to come along is read at both ends, and by the coordination office."""
    own = request.actor.department_ids()
    is_party = join.department_id in own or join.offer.initiator_id in own
    return is_party or request.actor.holds(Role.COORDINATOR) is not None


def _answers(request: ActorRequest, offer: Offer, replies: list[OfferReply]) -> dict[str, Any]:
    """Return the rows of the table of answers, with each department's part."""
    items = plans.items_of(offer.cluster_id)
    parts = {part.department_id: part for part in offer.parts.select_related("department")}
    readable = selectors.parts_for(request.actor).filter(offer=offer)
    return {
        "replies": [
            {
                "reply": reply,
                "items": sum(item.department_id == reply.department_id for item in items),
                "part": parts.get(reply.department_id),
            }
            for reply in replies
        ],
        "readable_parts": set(readable.values_list("pk", flat=True)),
        "initiator_items": sum(item.department_id == offer.initiator_id for item in items),
        "initiator_part": parts.get(offer.initiator_id),
        "comparison": calendar.compare(offer, replies) if offer.state in ("draft", "sent") else None,
        "draw": draws.draw_of_offer(request.actor, offer.pk) if offer.state == "settled" else None,
        "may_prepare": offer.state == "settled" and request.actor.may("draw.prepare", offer),
        "blockers": selectors.is_ready_to_freeze(offer) if offer.state == "settled" else [],
    }


def _matter(offer: Offer, mine: OfferReply | None) -> dict[str, Any]:
    """Return what is to be checked, and what of it falls to the reader's department."""
    items = plans.items_of(offer.cluster_id)
    if offer.state == "settled":
        taken = {item_id for part in offer.parts.all() for item_id in part.item_ids}
        items = [item for item in items if item.item_id in taken]
    days = {"starts_on": offer.starts_on, "ends_on": offer.ends_on}
    return {
        "items": items,
        "own_items": [item for item in items if mine and item.department_id == mine.department_id],
        "own_days": calendar.free_of(department_id=mine.department_id, **days) if mine else [],
        "ended": bases.ended(offer.cluster_id, **days),
        "targets_count": len(plans.frame_of(offer.cluster_id)),
    }


def _departments(offer: Offer, replies: list[OfferReply]) -> dict[str, Any]:
    """Return the departments beyond five, and those of the cluster that could still be invited."""
    limit = plans.departments_limit(on=clock.today())
    return {
        "extras": list(offer.extra_departments.select_related("department")),
        "addable": _addable(offer, replies),
        "is_sixth": 1 + len(replies) >= limit,
        "limit": limit,
    }


_STATES = tuple(state.value for state in REPLY.states)
_REPLY_VERBS = ("accept", "decline", "counter", "undo")


def _mine(request: ActorRequest, replies: list[OfferReply]) -> OfferReply | None:
    """Return the reply that the actor may give, his pending ones first."""
    own = request.actor.department_ids(Role.CLERK)
    found = [reply for reply in replies if reply.department_id in own]
    return next((reply for reply in found if reply.state == "pending"), found[0] if found else None)


def _may(request: ActorRequest, offer: Offer, mine: OfferReply | None) -> dict[str, bool]:
    actor = request.actor
    found = {
        transition.verb.split(".")[1]: actor.may(transition.verb, offer) for transition in OFFER.verbs_from(offer.state)
    }
    if mine is not None and offer.state == "sent":
        for verb in _REPLY_VERBS:
            is_open = REPLY.allows(state=mine.state, verb=f"offer.{verb}")
            found[verb] = is_open and actor.may(f"offer.{verb}", mine)
        found["undo"] = found["undo"] and bool(mine.undo_until and mine.undo_until >= clock.now())
    found["decide_extra"] = offer.state in ("draft", "sent") and actor.may("offer.allow")
    found["answer_dates"] = offer.state == "sent" and actor.may("offer.settle", offer)
    return found


def _may_settle(request: ActorRequest, offer: Offer, replies: list[OfferReply]) -> bool:
    """Offer the settlement only when nobody's answer is awaited any more."""
    is_open = any(reply.state in ("pending", "countered") for reply in replies)
    return offer.state == "sent" and not is_open and request.actor.may("offer.settle", offer)


def _capacity(request: ActorRequest, offer: Offer, mine: OfferReply | None) -> object:
    actor = request.actor
    if mine is not None:
        return actor.holds(Role.CLERK, department_id=mine.department_id)
    return (
        actor.holds(Role.CLERK, department_id=offer.initiator_id)
        or actor.holds(Role.COORDINATOR)
        or actor.holds(Role.APPROVER)
    )


def _waits_for(offer: Offer, replies: list[OfferReply]) -> str:
    if offer.state == "draft":
        return f"此步由 {offer.initiator.short_name} 联络员 核对并发出"
    pending = [reply.department.short_name for reply in replies if reply.state == "pending"]
    if offer.state == "sent" and pending:
        return f"等待 {'、'.join(pending)} 答复"
    if offer.state == "sent":
        return f"此步由 {offer.initiator.short_name} 联络员 成约"
    return ""


def _addable(offer: Offer, replies: list[OfferReply]) -> list[Any]:
    """Return the departments of the cluster that are not invited yet."""
    if offer.state not in ("draft", "sent"):
        return []
    taken = {offer.initiator_id, *(reply.department_id for reply in replies)}
    taken |= set(offer.extra_departments.filter(state="pending").values_list("department_id", flat=True))
    rows = plans.departments_of(offer.cluster_id)
    return [row.department for row in rows if row.department_id not in taken]
