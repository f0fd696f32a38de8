"""The terms of a draw's own rules: which of them is over without what it asked for."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from onevisit.stages.draws import modes, readiness
from onevisit.stages.draws.models import Draw, DrawRound
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.committing import is_late
from onevisit.stages.draws.services.voiding_seen import ANSWER
from onevisit.stages.draws.sources import declaring, room
from onevisit.support.ledger import selectors as ledger_state

UNSEEN, BEACON_MISSING = "VALUES_UNSEEN", "BEACON_MISSING"
SOURCE_TERM = timedelta(hours=24)
"""After `t0`: a lottery is drawn and a market closes within the day; the beacon within seconds."""

BEACON_TERM = timedelta(days=30)


def missed(draw: Draw, *, at: datetime) -> str:
    """Return the term that is over without what it asked for, empty when none is.

    A cosignature that was made in time may still be on its way: nothing is given up for its lack before that.
    """
    if draw.state == "waiting":
        return "NOT_WITNESSED" if is_late(draw, at=at - ANSWER) else ""
    if draw.t0 is None:
        return ""
    if draw.state == "keyed":
        return _public_missing(draw, at=at)
    if draw.state == "sourced" and modes.is_open(draw):
        return UNSEEN if is_unseen(draw, at=at - ANSWER) else _public_missing(draw, at=at)
    margin = readiness.VALUES_MARGIN if modes.is_open(draw) else readiness.KEY_MARGIN
    is_over = draw.t0 - at < margin
    return {"committed": "SOURCE_MISSING", "sourced": "KEY_MISSING"}.get(draw.state, "") if is_over else ""


def is_unseen(draw: Draw, *, at: datetime) -> bool:
    """Tell whether the values made in the room of an open draw were seen too late, or can no longer be seen in time.

    Without keys the next value is the last one: what people typed must be fixed in the witnesses' eyes before it
    exists (draw-protocol.md, section 7). Their own clocks decide. With `quorum none` nobody shows a time.
    """
    if draw.t0 is None or draw.source_entry is None or not any(map(declaring.is_local, draw.source_types)):
        return False
    state = ledger_state.witnessing(draw.source_entry)
    limit = draw.t0 - readiness.KEY_MARGIN
    if state.quorum_time is not None:
        return state.quorum_time > limit.timestamp()
    return at > limit and not state.is_complete


def must_be_seen(draw: Draw) -> None:
    """Refuse to compute the seed of an open draw whose values of the room nobody saw before `t0`.

    Raises:
        DrawRefused: they were not; only a void is left.
    """
    if modes.is_open(draw) and draw.t0 is not None and is_unseen(draw, at=draw.t0):
        raise DrawRefused(
            message=_("现场取值未在 T0 前 1 分钟完成见证，不能排除取值在开奖后改动。本次抽取须按程序作废。"),
            code="unwitnessed",
        )


def is_round_unseen(draw: Draw, opened: DrawRound, *, at: datetime) -> bool:
    """Tell whether the values of the room of a round were seen too late, or can no longer be seen in time.

    Nothing secret comes after them: who could change them once the public value is known would choose.
    """
    published = room.published(draw, round_number=opened.number)
    entries = [entry for line, entry in published if declaring.is_local(room.type_of(line))]
    states = [ledger_state.witnessing(entry) for entry in entries]
    limit = opened.t0.timestamp()
    return any(
        state.is_witnessed and (state.quorum_time >= limit if state.quorum_time is not None else at >= opened.t0)
        for state in states
    )


def never_came(draw: Draw, *, at: datetime) -> bool:
    """Tell whether a declared public source other than the beacon has no value though its term is over."""
    return any(type_ != declaring.DRAND for type_ in _awaited(draw, at=at, term=SOURCE_TERM))


def beacon_never_came(draw: Draw, *, at: datetime) -> bool:
    """Tell whether nobody has brought the beacon's value for so long that its chain must have stopped.

    It comes within seconds, and anybody can look it up: a draw waits for who carries it in, and no shorter term than
    this may tell that it is missing (section 12). A claim that is false is betrayed by the value itself.
    """
    return declaring.DRAND in _awaited(draw, at=at, term=BEACON_TERM)


def _public_missing(draw: Draw, *, at: datetime) -> str:
    if never_came(draw, at=at):
        return "SOURCE_MISSING"
    return BEACON_MISSING if beacon_never_came(draw, at=at) else ""


def _awaited(draw: Draw, *, at: datetime, term: timedelta) -> list[str]:
    """Return the public sources of a draw that only waits for them and that have no value a term after `t0`."""
    state = "sourced" if modes.is_open(draw) else "keyed"
    if draw.state != state or draw.t0 is None or at < draw.t0 + term:
        return []
    fixed = set(draw.source_values.filter(round_number=0).values_list("position", flat=True))
    return [type_ for n, type_ in enumerate(draw.source_types) if n not in fixed and not declaring.is_local(type_)]
