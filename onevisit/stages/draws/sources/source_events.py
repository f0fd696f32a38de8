"""What the ledger records of the values that people type or carry in."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws.events import DrawEvent, PublicDrawEvent


@dataclass(frozen=True, kw_only=True)
class ValueTyped(DrawEvent):
    """Somebody typed the value of a source; it stands in no entry before both have."""

    name = "draw.typed"
    evidence_sha256: str
    device: str = ""
    typing: str = ""
    department: str = ""

    def sentence(self) -> str:
        return _("录入来源取值")


@dataclass(frozen=True, kw_only=True)
class ValuePublished(PublicDrawEvent):
    """A public source's value is fixed, before the seed is computed: everybody can compare it.

    `organs` are those whose people typed it, by their codes; nobody's where the value proves itself.
    """

    name = "draw.value_published"
    round: str
    line: str
    organs: tuple[str, ...] = ()

    def sentence(self) -> str:
        return _("公布来源取值 %(line)s") % {"line": self.line}


@dataclass(frozen=True, kw_only=True)
class TypingsDiffered(DrawEvent):
    """Two people typed different values; both typings are set aside."""

    name = "draw.typings_differed"
    position: int
    typings: tuple[str, ...] = ()

    def sentence(self) -> str:
        return _("两人录入不一致：第 %(n)s 位，均须重录") % {"n": self.position}
