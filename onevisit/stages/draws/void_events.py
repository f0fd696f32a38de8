"""What the ledger records of a proposal to give a draw up, before a second organ has agreed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws.events import DrawEvent


@dataclass(frozen=True, kw_only=True)
class VoidProposed(DrawEvent):
    """The organiser asks to give the draw up."""

    name = "draw.void_proposed"
    reason: str

    def sentence(self) -> str:
        return _("申请作废，理由：%(reason)s") % {"reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class VoidWithdrawn(DrawEvent):
    """The organiser takes the proposal back before a second organ agreed: the draw goes on."""

    name = "draw.void_withdrawn"
    reason: str

    def sentence(self) -> str:
        return _("撤回作废申请，原申请理由：%(reason)s") % {"reason": self.reason}
