"""The terms of a draw's own rules: which of them is over without what it asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.stages.draws import events, modes, readiness
from onevisit.stages.draws.keys import share_events
from onevisit.stages.draws.models import Draw, DrawRound
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.committing import is_late
from onevisit.stages.draws.services.voiding_seen import ANSWER
from onevisit.stages.draws.sources import declaring, room, typists
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
        return "KEY_MISSING" if are_keys_late(draw, at=at - ANSWER) else _public_missing(draw, at=at)
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


def are_keys_late(draw: Draw, *, at: datetime) -> bool:
    """Tell whether a key stands in the table that no entry brought after the room's values, and seen before `t0`.

    Before those values are fixed, who has the keys could choose them; from `t0` on the beacon is there, and who brings
    the last key could have chosen (draw-protocol.md section 7). The entries are asked, not the rows: their places in
    the tree, and the witnesses' own clocks. With `quorum none` nobody shows a time.
    """
    if draw.t0 is None:
        return False
    begun, latest, brought = _place_of_room(draw), draw.t0 - readiness.KEY_MARGIN, _brought(draw)
    for key in draw.keys.filter(handed_at__isnull=False):
        own = [entry for entry in brought if entry.said == (key.party, key.commitment)]
        is_due = len(own) == 1 and begun is not None and own[0].is_after(begun) and own[0].at <= latest
        if not is_due or not _is_seen(own[0].pk, draw.t0, at=at):
            return True
    return False


def must_be_in_time(draw: Draw) -> None:
    """Refuse to compute a seed with keys that came too early, or came or were seen too late.

    Raises:
        DrawRefused: only a void is left, which the system asks for by itself.
    """
    if draw.t0 is not None and are_keys_late(draw, at=draw.t0):
        raise DrawRefused(
            message=_(
                "有部门密钥交出的留痕早于现场取值，或没有在 T0 以前见证，不能排除结果被挑选。"
                "T0 后一分钟内请稍候再试；仍不行的，本次抽取须作废，由系统自动申请。"
            ),
            code="keys_late",
        )


@dataclass(frozen=True)
class _Brought:
    """An entry that says that a key came in: whose, to which commitment, and when."""

    pk: UUID
    said: tuple[str, str]
    at: datetime

    def is_after(self, place: int) -> bool:
        """Tell whether it stands behind a place in the tree; what has none yet will."""
        own = ledger_state.witnessing(self.pk).seq
        return own is None or own > place


def _place_of_room(draw: Draw) -> int | None:
    """Return where the one entry of the room's values stands, None where it has no place or is not one."""
    entries = room.logged(draw)
    return ledger_state.witnessing(entries[0][1]).seq if len(entries) == 1 else None


def _brought(draw: Draw) -> list[_Brought]:
    names = (events.KeyHanded.name, share_events.KeyCombined.name)
    entries = ledger_state.timeline("draw", draw.pk).filter(event__in=names, subject=str(draw.pk))
    payloads = [(entry.pk, canonical.parse(data=bytes(entry.payload))) for entry in entries]
    return [
        _Brought(pk=pk, said=(str(said["party"]), str(said["commitment"])), at=datetime.fromisoformat(str(said["at"])))
        for pk, said in payloads
    ]


def _is_seen(entry: UUID, t0: datetime, *, at: datetime) -> bool:
    """Tell whether the quorum saw an entry before `t0`, or before `t0` still may."""
    seen = ledger_state.witnessing(entry).quorum_time
    return seen < t0.timestamp() if seen is not None else at < t0 or not ledger_state.awaits_quorum(entry)


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


def did_come(draw: Draw, *, round_number: int, position: int, at: datetime) -> bool:
    """Tell whether a public value came by the word of an organ outside, though no second person agreed yet.

    What came is never missing (section 12): who types nonsense against it gains nothing. After as long as a beacon is
    waited for, the draw may be given up all the same, since that word may be wrong.
    """
    since = draw.t0 if round_number == 0 else draw.rounds.get(number=round_number).t0
    if since is None or at >= since + BEACON_TERM:
        return False
    on = timezone.localtime(at).date()
    return typists.stands_outside(draw, round_number=round_number, position=position, on=on)


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
    return [
        type_
        for n, type_ in enumerate(draw.source_types)
        if n not in fixed and not declaring.is_local(type_) and not did_come(draw, round_number=0, position=n, at=at)
    ]
