"""What the ledger records of a request to replace a drawn officer; it names the request, never officer or target."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws.events import DrawEvent
from onevisit.stages.draws.rounds.swap_reasons import words_of


@dataclass(frozen=True, kw_only=True)
class SwapEvent(DrawEvent):
    """Base of what happens to a request to replace a drawn officer."""

    swap: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SwapRequested(SwapEvent):
    """A department asks to replace an officer who cannot go; `choice` officers could be drawn in his place."""

    name = "draw.swap_requested"
    choice: int

    def sentence(self) -> str:
        return _("申请换人 1 人次（%(reason)s），可抽 %(n)s 人") % {"reason": words_of(self.reason), "n": self.choice}


@dataclass(frozen=True, kw_only=True)
class SwapConfirmed(SwapEvent):
    """Somebody else agreed, of an organ outside the team where the choice is small or the place was swapped before."""

    name = "draw.swap_confirmed"
    choice: int
    department: str
    role: str = ""
    grounds_sha256: str = ""

    def sentence(self) -> str:
        return _("同意换人 1 人次（%(reason)s），可抽 %(n)s 人") % {"reason": words_of(self.reason), "n": self.choice}


@dataclass(frozen=True, kw_only=True)
class SwapRefused(SwapEvent):
    """The officer stays drawn: somebody did not agree, or the request has no object any more."""

    name = "draw.swap_refused"

    def sentence(self) -> str:
        return _("不换人 1 人次（%(reason)s）") % {"reason": words_of(self.reason)}
