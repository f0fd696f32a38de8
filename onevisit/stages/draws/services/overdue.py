"""A replacement round that waits for a value: a reminder before its moment, and its end when it can no longer be drawn.

Whoever typed late could already know the public value and choose, so a value of the room is never taken after the
round's `t0`; nor an order that its witnesses saw too late, which could have been written with the values known. The
protocol knows no order without a result: the public register names the round as lapsed, which is the figure that
betrays it; the drawn targets stay as they are.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.stages.draws import events, modes, readiness
from onevisit.stages.draws.models import Draw, DrawRound
from onevisit.stages.draws.services import terms
from onevisit.stages.draws.services.committing import is_order_late
from onevisit.stages.draws.services.matching import is_changed
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.terms import BEACON_TERM, SOURCE_TERM
from onevisit.stages.draws.services.voiding_seen import ANSWER
from onevisit.stages.draws.sources import declaring
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.models import Department, OrganKind
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger
from onevisit.support.notices import services as notices

REMIND = "draw.round_remind"
LOCAL_MISSING, SOURCE_MISSING, UNWITNESSED = "LOCAL_MISSING", "SOURCE_MISSING", "ORDER_UNWITNESSED"
UNSEEN, CHANGED = "VALUE_UNWITNESSED", "VALUES_CHANGED"


@transaction.atomic
def lapse_round(*, draw: Draw, at: datetime) -> DrawRound | None:
    """End the pending round of a draw whose value, or whose quorum, can no longer come in time; return it, or None."""
    held = locked(draw)
    pending = held.rounds.select_for_update().pending().first() if modes.is_running(held) else None
    reason = _missing(held, pending, at=at) if pending is not None else ""
    if pending is None or not reason:
        return None
    pending.lapsed_at, pending.lapsed_reason = at, reason
    pending.save(update_fields=["lapsed_at", "lapsed_reason"])
    event = events.RoundLapsed(subject=str(held.pk), draw=held.number, round=str(pending.number), reason=reason)
    ledger.append(event, actor=SYSTEM, at=at)
    return pending


def remind_round(*, draw: Draw, at: datetime) -> bool:
    """Tell those who type, once, that the values of a pending round are wanted soon; say whether it is time for it."""
    pending = draw.rounds.pending().first()
    if pending is None or not _open(draw, pending, is_local=True):
        return False
    ahead = timedelta(minutes=deadlines.amount(REMIND, on=timezone.localtime(at).date()))
    if not pending.t0 - ahead <= at < pending.t0 - readiness.KEY_MARGIN:
        return False
    words = _("请录入第 %(n)s 轮替换的现场取值：%(title)s") % {"n": pending.number, "title": draw.title}
    latest = f"{timezone.localtime(pending.t0 - readiness.KEY_MARGIN):%m-%d %H:%M}"
    body = _("最迟 %s；过时替换令失效，不能再替换。") % latest
    for role, organ in _typists(draw):
        notices.notify_role(
            role=role,
            department_id=organ,
            kind="draw",
            title=words,
            body=body,
            url=f"/draws/{draw.pk}/type",
            subject_type="draw",
            subject=f"{draw.pk}:{pending.number}",
            at=at,
        )
    return True


def _typists(draw: Draw) -> list[tuple[Role, UUID]]:
    """Return which role of which organ types values: the organiser, the coordination office, and the notaries."""
    organs = dict.fromkeys((draw.organiser_id, identity.coordination_office().pk))
    notaries = Department.objects.filter(kind=OrganKind.NOTARY_OFFICE).values_list("pk", flat=True)
    return [*((Role.COORDINATOR, organ) for organ in organs), *((Role.NOTARY, organ) for organ in notaries)]


def _missing(draw: Draw, pending: DrawRound, *, at: datetime) -> str:
    """Return what can no longer come: the quorum in time, or a value; empty while all may."""
    if is_order_late(pending, at=at - ANSWER):
        return UNWITNESSED
    if at > pending.t0 - readiness.KEY_MARGIN and _open(draw, pending, is_local=True):
        return LOCAL_MISSING
    if terms.is_round_unseen(draw, pending, at=at - ANSWER):
        return UNSEEN
    if at >= pending.t0 + SOURCE_TERM and is_changed(draw, round_number=pending.number):
        return CHANGED
    for position, type_ in _open(draw, pending, is_local=False):
        # The beacon comes within seconds, whether somebody carries it in or not: a chain must have stopped to end this.
        term = BEACON_TERM if type_ == declaring.DRAND else SOURCE_TERM
        if at >= pending.t0 + term and not terms.did_come(draw, round_number=pending.number, position=position, at=at):
            return SOURCE_MISSING
    return ""


def _open(draw: Draw, pending: DrawRound, *, is_local: bool) -> list[tuple[int, str]]:
    """Return place and type of the round's sources, of the room or public ones, that have no value yet."""
    document = canonical.parse(data=bytes(pending.order))
    assert isinstance(document, dict)
    declared = document["sources"]
    assert isinstance(declared, list)
    fixed = set(draw.source_values.filter(round_number=pending.number).values_list("position", flat=True))
    types = [str(source["type"]) for source in declared if isinstance(source, dict)]
    return [(n, one) for n, one in enumerate(types) if n not in fixed and declaring.is_local(one) == is_local]
