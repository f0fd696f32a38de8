"""What the ledger records of lodging the files of a freeze."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws.events import PublicDrawEvent


@dataclass(frozen=True, kw_only=True)
class DrawLodged(PublicDrawEvent):
    """A witness outside the organiser has the files of a freeze on its disk and signed for them; `time` is its own."""

    name = "draw.lodged"
    witness: str
    digest: str
    listing: str
    time: int
    signature: str

    def sentence(self) -> str:
        return _("抽取 %(draw)s 的名单、名册和排除名单已寄存于%(witness)s") % {
            "draw": self.draw,
            "witness": self.witness,
        }
