"""How much of a term is left, in words, with its tone: grey first, orange in the latest fifth, red after."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core.lifecycle import Tone


@dataclass(frozen=True)
class Remaining:
    """What a clock chip says."""

    words: str
    tone: Tone


def remaining(*, due_at: datetime, now: datetime, opened_at: datetime | None = None) -> Remaining:
    """Say what is left of a term."""
    if due_at <= now:
        return Remaining(words=_("逾期 %(span)s") % {"span": _span(now - due_at)}, tone=Tone.LATE)
    left = due_at - now
    if timezone.localtime(due_at).date() == timezone.localtime(now).date():
        return Remaining(words=_("今日 %(time)s") % {"time": f"{timezone.localtime(due_at):%H:%M}"}, tone=Tone.WARN)
    whole = due_at - opened_at if opened_at else timedelta(days=10)
    tone = Tone.WARN if left <= whole / 5 else Tone.REST
    return Remaining(words=_("剩 %(span)s") % {"span": _span(left)}, tone=tone)


def _span(left: timedelta) -> str:
    if left < timedelta(hours=1):
        return _("%(n)s 分钟") % {"n": max(1, int(left.total_seconds() // 60))}
    if left < timedelta(days=1):
        return _("%(n)s 小时") % {"n": int(left.total_seconds() // 3600)}
    return _("%(n)s 日") % {"n": left.days}
