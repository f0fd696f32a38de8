"""封存抽取 and 公开抽取: what each allows at which step, and when a draw may be open (draw-protocol.md section 12).

In an open draw there are no department keys: whoever knows the last value knows the result. So that value must be one
that nobody can choose: a source bound to `t0` is needed (the beacon or the close, not a lottery alone), and the digits
of the room are cosigned before it exists (ADR 26).
"""

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.draw import shares
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import declaring
from onevisit.stages.offers import selectors as offers
from onevisit.stages.offers.selectors import SettledPart

SEALED, OPEN = "sealed", "open"
LABELS: dict[str, str | Promise] = {SEALED: gettext_lazy("封存抽取"), OPEN: gettext_lazy("公开抽取")}
WORDS: dict[str, str | Promise] = {
    SEALED: gettext_lazy("部门密钥参与种子；结果封存，全部检查办结后公开。上门检查只能用这种。"),
    OPEN: gettext_lazy("没有部门密钥；抽出后经见证即向社会公开，被检查对象当时就能看到。只用于书面核查、网络监测。"),
}
_OF_KEYS = frozenset(
    f"draw.{verb}"
    for verb in (
        "commit_key",
        "hold_escrow",
        "take_escrow",
        "deposit_shares",
        "check_shares",
        "verify_shares",
        "hand_key",
        "open_share",
        "combine_key",
        "close_keys",
    )
)
_OPEN_ONLY = {
    "sourced": frozenset({"draw.type", "draw.carry", "draw.draw_openly"}),
    "opened": frozenset(
        f"draw.{verb}"
        for verb in (
            "type",
            "carry",
            "request_replacement",
            "confirm_replacement",
            "refuse_replacement",
            "request_swap",
            "confirm_swap",
            "refuse_swap",
            "order",
            "replace",
            "propose_void",
            "withdraw_void",
            "void",
            "repeat",
            "attest",
        )
    ),
}
"""What the table of states allows for the sake of open draws: a sealed one does not do it there."""


def is_open(draw: Draw) -> bool:
    """Tell whether a draw is made in the open."""
    return draw.mode == OPEN


def allows(draw: Draw, *, verb: str) -> bool:
    """Tell whether a verb is possible in the state and the mode of a draw."""
    if is_open(draw) and verb in _OF_KEYS:
        return False
    if not is_open(draw) and verb in _OPEN_ONLY.get(draw.state, ()):
        return False
    return DRAW.allows(state=draw.state, verb=verb)


def step(draw: Draw, *, verb: str) -> str:
    """Return the state that a verb leads to.

    Raises:
        DrawRefused: it is about keys, and an open draw has none.
        WrongState: it is not possible in this state and mode.
    """
    if is_open(draw) and verb in _OF_KEYS:
        raise DrawRefused(message=_("公开抽取没有部门密钥，也没有密钥份额。"), code="no_keys")
    if DRAW.allows(state=draw.state, verb=verb) and not allows(draw, verb=verb):
        words = {"state": DRAW.state(draw.state).label, "act": DRAW.transition(verb).label}
        raise WrongState(
            lifecycle=DRAW.name,
            state=draw.state,
            verb=verb,
            message=_("封存抽取当前状态为“%(state)s”，不能%(act)s。") % words,
        )
    return DRAW.next(state=draw.state, verb=verb)


def is_running(draw: Draw) -> bool:
    """Tell whether the visits of a draw are under way, so that rounds may follow."""
    return draw.state == "sealed" or (is_open(draw) and draw.state == "opened")


def closed_because(parts: Iterable[SettledPart]) -> str:
    """Say why the parts of an offer leave no choice but a sealed draw, empty where they leave one."""
    names = [part.department_name for part in parts if part.method == offers.ON_SITE]
    if not names:
        return ""
    words = _("%s的检查方式是现场检查：公开抽取会让对象在检查前得知，只能封存抽取。")
    return words % _("、").join(names)


def untimed_because(types: Sequence[str]) -> str:
    """Say why sources leave the result of an open draw to somebody, empty where they do not."""
    if declaring.is_timed(types):
        return ""
    if not declaring.has_public(types):
        why = _("公开抽取没有部门密钥：只有公证摇号时，谁录入数字谁就能决定结果。")
    else:
        why = _("公开抽取没有部门密钥：彩票一期何时开奖事先定不到哪一天，冻结前已经开奖的，谁冻结谁就能决定结果。")
    return why + _("请至少加一个与 T0 绑定的来源（drand 或上证收盘）。")


def unshared_because(types: Sequence[str], *, parties: int) -> str:
    """Say why sources let whoever hands its key over last re-roll a sealed draw, empty where they do not.

    Keys follow the digits of the room. Where they are the only source, the last department knows the result before it
    hands its key over (draw-protocol.md section 7); only shares with the others make its key come all the same, and
    fewer than three departments have none.
    """
    if shares.threshold(holders=parties - 1) or declaring.is_timed(types):
        return ""
    return _(
        "参加部门不足三家，密钥没有份额可以合成：只有公证摇号或彩票时，最后交密钥的部门可能先知道结果，"
        "不交密钥就能让抽取作废、另抽一次。请至少加一个与 T0 绑定的来源（drand 或上证收盘）。"
    )


def check(mode: str, *, parts: Sequence[SettledPart], types: Sequence[str], is_given: bool) -> None:
    """Refuse a mode that does not fit what is drawn.

    Raises:
        DrawRefused: somebody goes there, only officers are drawn, or no value is bound to `t0`; no such mode; or sealed
            by too few departments for shares with no value bound to `t0`.
    """
    if mode not in LABELS:
        raise DrawRefused(message=_("请选择封存抽取或公开抽取。"), field="mode")
    if mode == SEALED:
        if words := unshared_because(types, parties=len(parts)):
            raise DrawRefused(message=words, field="sources", code="unshared")
        return
    if is_given:
        raise DrawRefused(
            message=_("只抽执法人员的，对象已定、公开前名单不公布，只能封存抽取。"), field="mode", code="given"
        )
    if words := closed_because(parts):
        raise DrawRefused(message=words, field="mode", code="on_site")
    if words := untimed_because(types):
        raise DrawRefused(message=words, field="sources", code="untimed")
