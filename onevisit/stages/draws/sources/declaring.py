"""Which sources a draw or one of its rounds declares, before their values exist."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.canonical import Json
from onevisit.core.draw import beacon, sources
from onevisit.core.refusals import Refused
from onevisit.core.workdays import CHINA
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import lotteries

CEREMONY = sources.CEREMONY
DRAND = sources.DRAND
CLOSE = sources.CLOSE
LOTTERIES = lotteries.KINDS
LABELS = {
    CEREMONY: gettext_lazy("公证摇号"),
    DRAND: gettext_lazy("drand 公共随机信标"),
    "cwl-kl8": gettext_lazy("快乐8 开奖号码"),
    "cwl-ssq": gettext_lazy("双色球开奖号码"),
    CLOSE: gettext_lazy("上证指数收盘"),
}
SATURDAY = 5
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
"""Off in every year, also in one whose calendar is not published yet."""
MARKET_CLOSES = time(14, 50)
"""With the day's close as a source nobody may know it at `t0` yet (draw-protocol.md section 6)."""
USUAL_ROUNDS, MOST_ROUNDS = 3, 9


def is_local(type_: str) -> bool:
    """Say whether people in the room make the value; all others come from outside at `t0`."""
    return type_ in sources.LOCAL_TYPES


def has_public(types: Sequence[str]) -> bool:
    """Say whether some value comes at `t0` from outside, so that who speaks last cannot choose."""
    return any(not is_local(type_) for type_ in types)


def is_timed(types: Sequence[str]) -> bool:
    """Say whether some value is bound to `t0` itself: the beacon's round of that moment, or the close of that day.

    An issue of a lottery is not: its number tells the evening within some weeks only, so it may have been drawn since
    the preparation, and whoever freezes after it can choose.
    """
    return DRAND in types or CLOSE in types


def new_rounds(types: Sequence[str], chosen: int) -> int:
    """Return the rounds that a new draw may have: the keys are in by then, so a value bound to `t0` is needed."""
    return chosen if is_timed(types) else 0


def max_rounds(types: Sequence[str], chosen: int) -> int:
    """With values made in the room only there are no replacement rounds (section 7), else as many as were chosen."""
    return chosen if has_public(types) else 0


def check_rounds(chosen: int) -> None:
    """Refuse a number of rounds that no preparation may choose."""
    if not 0 <= chosen <= MOST_ROUNDS:
        raise DrawRefused(message=_("替换轮次为 0 至 %(n)s 轮。") % {"n": MOST_ROUNDS}, field="rounds")


def check(*, types: Sequence[str], issues: Mapping[str, str], t0: datetime) -> None:
    """Refuse sources that cannot give a value at `t0`.

    Raises:
        DrawRefused: none or an unknown one, a lottery without its issue, or a value that is known before `t0`.
    """
    if not types or len(set(types)) != len(types) or any(type_ not in LABELS for type_ in types):
        raise DrawRefused(message=_("请选择种子来源，每种一次。"), field="sources")
    for type_ in LOTTERIES:
        issue = issues.get(type_, "")
        if type_ in types and not (len(issue) == 7 and issue.isascii() and issue.isdigit()):
            raise DrawRefused(
                message=_("请填写%s的期号（7 位数字），应为 T0 之后开奖的一期。") % LABELS[type_], field="issues"
            )
    _check_evening(types, timezone.localtime(t0))
    _check_issues(types, issues, timezone.localtime(t0))
    if CLOSE in types:
        _check_close(timezone.localtime(t0))


def _check_evening(types: Sequence[str], t0: datetime) -> None:
    """Refuse a lottery whose numbers are out while the keys are handed over: step 4 never comes before step 3."""
    for type_ in LOTTERIES:
        day = lotteries.drawn_when(type_, t0) if type_ in types else None
        if day is not None:
            words = _(
                "%(name)s %(day)s %(clock)s 开奖，T0 之前号码已经公布，而各部门还在交密钥。"
                "请把 T0 改到开奖当日 12:00 至 %(clock)s，期号填当晚开奖的一期。"
            )
            said = {"name": LABELS[type_], "day": day.isoformat(), "clock": f"{lotteries.DRAWN_AT:%H:%M}"}
            raise DrawRefused(message=words % said, field="t0")


def _check_close(t0: datetime) -> None:
    """Refuse a close that is known before `t0`, or that never comes: no market opens on a day off or at a weekend.

    It rests on the days off of the calendar, and on Saturdays and Sundays that are worked in exchange for them too.
    """
    if t0.time() > MARKET_CLOSES:
        raise DrawRefused(message=_("以上证指数收盘为来源的，T0 不晚于当日 14:50。"), field="t0")
    is_off = not CHINA.is_working_day(t0.date()) or (t0.month, t0.day) in FIXED_HOLIDAYS
    if t0.weekday() >= SATURDAY or is_off:
        words = _("%(day)s 休市，没有上证指数收盘。请把 T0 改到交易日，或换用其他来源。")
        raise DrawRefused(message=words % {"day": t0.date().isoformat()}, field="t0")


def unknown_year(types: Sequence[str], t0: datetime) -> int:
    """Return the year of a close whose days off nobody has published yet, 0 where they are known."""
    day = timezone.localtime(t0).date()
    return day.year if CLOSE in types and CHINA.is_provisional(day) else 0


def doubtful(*, types: Sequence[str], issues: Mapping[str, str], t0: datetime) -> list[tuple[str, str, datetime]]:
    """Return the issues that may have been drawn before `t0`, each with the earliest evening of it; this is published.

    The number tells only between which evenings an issue falls; what is certainly too old is refused by `check`.
    """
    found = [(type_, issues[type_]) for type_ in LOTTERIES if type_ in types and issues.get(type_)]
    moments = [(type_, issue, lotteries.earliest(type_, issue)) for type_, issue in found]
    return [(type_, issue, moment) for type_, issue, moment in moments if moment < t0]


def _check_issues(types: Sequence[str], issues: Mapping[str, str], t0: datetime) -> None:
    """Refuse an issue that was certainly drawn before `t0`; what is only possible is published beside the draw."""
    for type_ in LOTTERIES:
        if type_ not in types:
            continue
        if issues[type_][:4] != f"{t0.year}":
            raise DrawRefused(message=_("%s期号的年份与 T0 不符。") % LABELS[type_], field="issues")
        if lotteries.latest(type_, issues[type_]) < t0:
            raise DrawRefused(
                message=_("这一期%s在 T0 之前早已开奖。请填写 T0 之后开奖的一期。") % LABELS[type_], field="issues"
            )


def declared(
    *,
    types: Sequence[str],
    number: str,
    round_number: int,
    t0: datetime,
    length: int,
    issues: Mapping[str, str],
) -> list[Json]:
    """Write the declarations of a draw, or of a round with its own moment.

    Raises:
        DrawRefused: `t0` lies before the beacon began.
    """
    return [_one(type_, number, round_number, timezone.localtime(t0), length, issues) for type_ in types]


def _one(type_: str, number: str, round_number: int, t0: datetime, length: int, issues: Mapping[str, str]) -> Json:
    if type_ == CEREMONY:
        protocol = f"{number}-GZ" if round_number == 0 else f"{number}-GZ-{round_number}"
        return {"type": type_, "protocol": protocol, "length": length}
    if type_ == DRAND:
        return {"type": type_, "chain": beacon.QUICKNET.chain_hash, "round": _round_of(t0)}
    if type_ == CLOSE:
        return {"type": type_, "date": t0.date().isoformat()}
    return {"type": type_, "issue": issues.get(type_, "")}


def _round_of(t0: datetime) -> int:
    try:
        return sources.round_at(chain=beacon.QUICKNET, at=int(t0.timestamp()))
    except Refused as refused:
        raise DrawRefused(message=_("T0 早于随机信标启用之日。"), field="t0") from refused
