"""What a replacement round stands on: whether there is one left, and what the draw has come to before it."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.draw import forms, history
from onevisit.core.draw.history import History
from onevisit.stages.draws import modes, readiness
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.reasons import LAPSES, words_of
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import declaring

LOCAL_ONLY = gettext_lazy("本次抽取只有现场来源，按规程不设替换轮次。不能检查的对象如实记为“未能检查”。")
LOTTERY_ONLY = gettext_lazy(
    "本次抽取的公开来源只有彩票，开奖日不与 T0 绑定，按规程不设替换轮次。不能检查的对象如实记为“未能检查”。"
)
NONE_CHOSEN = gettext_lazy("本次抽取筹备时定为不设替换轮次。不能检查的对象如实记为“未能检查”。")


def none_because(draw: Draw) -> str | Promise:
    """Say why a draw has no rounds at all."""
    if not declaring.has_public(draw.source_types):
        return LOCAL_ONLY
    return NONE_CHOSEN if declaring.is_timed(draw.source_types) else LOTTERY_ONLY


def is_over(draw: Draw, *, at: datetime) -> bool:
    """Tell whether an open draw is at the moment at which a sealed one would be opened, which ends its rounds."""
    return (
        modes.is_open(draw)
        and draw.offer is not None
        and at >= readiness.last_moment(t0=draw.t0, ends_on=draw.offer.ends_on)
    )


def check(draw: Draw, *, at: datetime) -> None:
    """Refuse when no (further) round can be ordered for a draw."""
    if is_over(draw, at=at):
        raise DrawRefused(
            message=_("本次抽取的检查期限已过，不再替换、换人。不能检查的对象如实记为“未能检查”。"), code="over"
        )
    if draw.is_infeasible or draw.rounds.filter(is_infeasible=True).exists():
        raise DrawRefused(message=_("本次抽取执法人员不足，按规程不再有替换轮次。"), code="short")
    most = declaring.max_rounds(draw.source_types, draw.max_rounds)
    if not most:
        raise DrawRefused(message=str(none_because(draw)), code="rounds")
    if (lapsed := draw.rounds.filter(lapsed_at__isnull=False).first()) is not None:
        raise DrawRefused(
            message=_("第 %(n)s 轮替换令已失效（%(why)s），按规程不能再替换。不能检查的对象如实记为“未能检查”。")
            % {"n": lapsed.number, "why": words_of(lapsed.lapsed_reason, LAPSES)},
            code="lapsed",
        )
    if draw.rounds.count() >= most:
        raise DrawRefused(
            message=_("替换最多 %(n)s 轮，已用完。不能检查的如实记为“未能检查”。") % {"n": most}, code="rounds"
        )


def history_of(draw: Draw) -> History:
    """Return what the draw has come to, from its receipt."""
    receipt = forms.parse_receipt(data=bytes(draw.receipt or b""))
    state = history.begin(manifest=receipt.manifest, roster=receipt.roster, recorded=receipt.results[0])
    for ordered, recorded in zip(receipt.orders, receipt.results[1:], strict=True):
        state = history.after(history=state, order=ordered.order, recorded=recorded)
    return state
