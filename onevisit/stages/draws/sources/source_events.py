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
class TypingsDiffered(PublicDrawEvent):
    """Two people typed different values; `typings` are set aside, `organs` typed (their codes).

    Of a public value one stays when it is an organ outside that typed it: nobody keeps it away by typing nonsense.
    """

    name = "draw.typings_differed"
    position: int
    typings: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()

    def sentence(self) -> str:
        if len(self.typings) == 1:
            return _("两人录入不一致：第 %(n)s 位，外部单位的一次保留，另一次须重录") % {"n": self.position}
        return _("两人录入不一致：第 %(n)s 位，均须重录") % {"n": self.position}


@dataclass(frozen=True, kw_only=True)
class TypingWithdrawn(PublicDrawEvent):
    """Whoever typed a public value typed it again after a difference; the former typing is set aside."""

    name = "draw.typing_withdrawn"
    typing: str

    def sentence(self) -> str:
        return _("录入不一致后更正本人的录入")
