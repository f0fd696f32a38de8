"""Answer an offer: accept, decline, counter, undo; the initiator's adopt and insist; the clock's expire."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core.lifecycle import WrongState
from onevisit.stages.offers import events
from onevisit.stages.offers.lifecycle import OFFER, REPLY
from onevisit.stages.offers.models import DECLINE_REASONS, Offer, OfferReply
from onevisit.stages.offers.refusals import AnsweredMeanwhile, OfferRefused, words_of
from onevisit.stages.offers.services.offers import REPLY_RULE, check_dates, open_reply_term
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import services as ledger

UNDO_RULE = "offer.undo_seconds"
MIN_OFFICERS = 2


@transaction.atomic
def accept(
    *, reply: OfferReply, actor: Actor, at: datetime, seen_state: str = "pending", officers_count: int | None = None
) -> OfferReply:
    """Accept an offer in one act; it can be undone for some seconds.

    Raises:
        AnsweredMeanwhile: a colleague answered after this person opened the page.
    """
    capacity = actor.must("offer.accept", reply)
    held = _opened(reply, verb="offer.accept", seen_state=seen_state)
    if officers_count is not None and officers_count < MIN_OFFICERS:
        raise OfferRefused(message=_("须派出 2 名以上持证执法人员。"), field="officers_count")
    _answer(held, verb="offer.accept", actor=actor, at=at, capacity=capacity)
    held.reason_code, held.words = "", ""
    held.officers_count = officers_count
    held.proposed_starts_on = held.proposed_ends_on = None
    held.save(update_fields=_ANSWER)
    event = events.OfferAccepted(**_named(held), officers=officers_count or 0)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def decline(
    *, reply: OfferReply, reason_code: str, words: str, actor: Actor, at: datetime, seen_state: str = "pending"
) -> OfferReply:
    """Decline with one of four coded reasons and words that the initiator sees."""
    capacity = actor.must("offer.decline", reply)
    held = _opened(reply, verb="offer.decline", seen_state=seen_state)
    if reason_code not in DECLINE_REASONS:
        raise OfferRefused(
            message=_("请选择不应约的理由（发起部门可见）：不属本部门职责、近期已查、力量不足可改期、其他。"),
            field="reason_code",
            code="missing",
        )
    if reason_code == "other":
        words_of(words, message=_("选择“其他”的，请写明理由。"), field="words")
    _answer(held, verb="offer.decline", actor=actor, at=at, capacity=capacity)
    held.reason_code, held.words, held.officers_count = reason_code, words.strip()[:400], None
    held.proposed_starts_on = held.proposed_ends_on = None
    held.save(update_fields=_ANSWER)
    said = "。".join(part for part in (str(DECLINE_REASONS[reason_code]), held.words) if part)
    event = events.OfferDeclined(**_named(held), reason_code=reason_code, reason=said)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def counter(
    *,
    reply: OfferReply,
    starts_on: date,
    ends_on: date,
    words: str,
    actor: Actor,
    at: datetime,
    seen_state: str = "pending",
) -> OfferReply:
    """Propose other dates; the initiator adopts them or keeps its own."""
    capacity = actor.must("offer.counter", reply)
    held = _opened(reply, verb="offer.counter", seen_state=seen_state)
    if (starts_on, ends_on) == (held.offer.starts_on, held.offer.ends_on):
        raise OfferRefused(message=_("建议的日期与原期相同；同意原期请直接应约。"), field="starts_on", code="dates")
    check_dates(offer=held.offer, starts_on=starts_on, ends_on=ends_on, at=at)
    _answer(held, verb="offer.counter", actor=actor, at=at, capacity=capacity)
    held.reason_code, held.words, held.officers_count = "", words.strip()[:400], None
    held.proposed_starts_on, held.proposed_ends_on = starts_on, ends_on
    held.save(update_fields=_ANSWER)
    event = events.OfferCountered(**_named(held), starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def undo(*, reply: OfferReply, actor: Actor, at: datetime) -> OfferReply:
    """Take an answer back within the seconds given for it; the term to answer runs on."""
    capacity = actor.must("offer.undo", reply)
    held = _locked(reply, verb="offer.undo")
    answer = REPLY.state(held.state).label
    state = REPLY.next(state=held.state, verb="offer.undo")
    if held.undo_until is None or at > held.undo_until:
        raise OfferRefused(message=_("已过可撤销的时间。需要更改的，请重新答复。"), code="too_late")
    held.previous_state, held.state = held.state, state
    held.reason_code = held.words = held.replied_by = held.replied_as = ""
    held.officers_count = held.proposed_starts_on = held.proposed_ends_on = None
    held.replied_at = held.undo_until = None
    held.save(update_fields=_ANSWER)
    deadlines.reopen_deadline(key=REPLY_RULE, subject_type="offer_reply", subject=held.pk)
    ledger.append(events.OfferUndone(**_named(held), answer=answer), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def adopt(*, reply: OfferReply, actor: Actor, at: datetime) -> OfferReply:
    """Take over the dates that a participant proposed; those whose consent they leave behind are asked again."""
    capacity = actor.must("offer.adopt", reply)
    held = _locked(reply, verb="offer.adopt")
    state = REPLY.next(state=held.state, verb="offer.adopt")
    offer = held.offer
    starts_on, ends_on = held.proposed_starts_on, held.proposed_ends_on
    if starts_on is None or ends_on is None:
        raise OfferRefused(message=_("该答复没有建议日期。"), code="dates")
    check_dates(offer=offer, starts_on=starts_on, ends_on=ends_on, at=at)
    is_within = offer.starts_on <= starts_on and ends_on <= offer.ends_on
    offer.starts_on, offer.ends_on = starts_on, ends_on
    offer.save(update_fields=["starts_on", "ends_on"])
    held.previous_state, held.state, held.undo_until = held.state, state, None
    held.save(update_fields=["previous_state", "state", "undo_until"])
    event = events.OfferAdopted(**_named(held), starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    if not is_within:
        _reask(offer, besides=held, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def insist(*, reply: OfferReply, words: str, actor: Actor, at: datetime) -> OfferReply:
    """Keep the dates, say why, and ask again with a new term."""
    capacity = actor.must("offer.insist", reply)
    held = _locked(reply, verb="offer.insist")
    state = REPLY.next(state=held.state, verb="offer.insist")
    reason = words_of(words, message=_("请说明坚持原期的理由，受邀部门可见。"), field="words")
    held.previous_state, held.state, held.undo_until = held.state, state, None
    held.proposed_starts_on = held.proposed_ends_on = None
    held.save(update_fields=["previous_state", "state", "undo_until", "proposed_starts_on", "proposed_ends_on"])
    open_reply_term(reply=held, at=at)
    ledger.append(events.OfferInsisted(**_named(held), reason=reason), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def expire(*, reply: OfferReply, actor: Actor, at: datetime) -> OfferReply:
    """Record that the term passed without an answer; only the clock does it."""
    capacity = actor.must("offer.expire", reply)
    held = _locked(reply, verb="offer.expire")
    state = REPLY.next(state=held.state, verb="offer.expire")
    if held.due_at is None or at < held.due_at:
        raise OfferRefused(message=_("应答期还没有到。"), code="too_early")
    held.previous_state, held.state = held.state, state
    held.save(update_fields=["previous_state", "state"])
    deadlines.close_deadline(key=REPLY_RULE, subject_type="offer_reply", subject=held.pk, at=at)
    ledger.append(events.OfferExpired(**_named(held)), actor=actor, at=at, capacity=capacity)
    return held


def expire_due(*, actor: Actor, at: datetime) -> int:
    """Expire every reply whose term has passed, and return how many."""
    due = OfferReply.objects.filter(state="pending", offer__state="sent", due_at__lte=at).select_related("offer")
    for reply in due:
        expire(reply=reply, actor=actor, at=at)
    return len(due)


_ANSWER = [
    "state",
    "previous_state",
    "reason_code",
    "words",
    "officers_count",
    "proposed_starts_on",
    "proposed_ends_on",
    "replied_at",
    "replied_by",
    "replied_as",
    "undo_until",
]


def _locked(reply: OfferReply, *, verb: str) -> OfferReply:
    """Lock the offer first, then the reply, so that answers and settling wait for each other."""
    offer = Offer.objects.select_for_update().get(pk=reply.offer_id)
    if offer.state != "sent":
        raise WrongState(
            lifecycle=OFFER.name,
            state=offer.state,
            verb=verb,
            message=_("要约%(state)s，不能%(verb)s。")
            % {"state": OFFER.state(offer.state).label, "verb": REPLY.transition(verb).label},
        )
    held = OfferReply.objects.select_for_update().select_related("department").get(pk=reply.pk)
    held.offer = offer
    return held


def _opened(reply: OfferReply, *, verb: str, seen_state: str) -> OfferReply:
    held = _locked(reply, verb=verb)
    if held.state != seen_state and held.replied_at is not None:
        raise AnsweredMeanwhile(
            who=held.replied_as or _("同事"),
            when=f"{timezone.localtime(held.replied_at):%m-%d %H:%M}",
            state=held.state,
            label=REPLY.state(held.state).label,
        )
    return held


def _answer(reply: OfferReply, *, verb: str, actor: Actor, at: datetime, capacity: Capacity) -> None:
    state = REPLY.next(state=reply.state, verb=verb)
    seconds = deadlines.current(UNDO_RULE, on=at.date()).amount
    reply.previous_state, reply.state = reply.state, state
    reply.replied_at, reply.replied_by = at, actor.id
    reply.replied_as = f"{actor.name}（{capacity.label}）"[:160]
    reply.undo_until = at + timedelta(seconds=seconds)
    deadlines.close_deadline(key=REPLY_RULE, subject_type="offer_reply", subject=reply.pk, at=at)


def _reask(offer: Offer, *, besides: OfferReply, actor: Actor, at: datetime, capacity: Capacity) -> None:
    """Ask those again who accepted other dates."""
    accepted = offer.replies.select_for_update(of=("self",)).filter(state="accepted").exclude(pk=besides.pk)
    for reply in accepted.select_related("department"):
        reply.offer = offer
        reply.previous_state = reply.state
        reply.state = REPLY.next(state=reply.state, verb="offer.reask")
        reply.undo_until = None
        reply.save(update_fields=["previous_state", "state", "undo_until"])
        open_reply_term(reply=reply, at=at)
        ledger.append(events.OfferReasked(**_named(reply)), actor=actor, at=at, capacity=capacity)


def _named(reply: OfferReply) -> dict[str, Any]:
    return {
        "subject": str(reply.offer_id),
        "number": reply.offer.number,
        "department": reply.department.short_name,
        "reply": str(reply.pk),
        "related": (f"department:{reply.department_id}",),
    }
