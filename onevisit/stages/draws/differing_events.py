"""What the ledger records when a row is not what its entries say: public, each counted on the page of its draw."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws.events import PublicDrawEvent


@dataclass(frozen=True, kw_only=True)
class SourceDiffers(PublicDrawEvent):
    """A draw was refused: its values were not those that the ledger holds, or holds the digest of."""

    name = "draw.source_differs"
    round: str

    def sentence(self) -> str:
        return _("来源取值与登记、公布的不符，没有抽取")


@dataclass(frozen=True, kw_only=True)
class OfficersDiffer(PublicDrawEvent):
    """A table named other officers than the freeze or the receipt: nothing was drawn, or nobody was sent."""

    name = "draw.officers_differ"

    def sentence(self) -> str:
        return _("执法人员与冻结时或抽取结果的不符，没有抽取，或没有派出")


@dataclass(frozen=True, kw_only=True)
class TeamDiffers(PublicDrawEvent):
    """The team of a visit was another one than was drawn: it was not let in, and once a department the entry stands."""

    name = "draw.team_differs"
    department: str

    def sentence(self) -> str:
        return _("检查队伍与抽取结果不符，不予入场")


@dataclass(frozen=True, kw_only=True)
class MomentDiffers(PublicDrawEvent):
    """The table named another `t0` or manifest than the commitment: nothing more was done with the draw."""

    name = "draw.moment_differs"

    def sentence(self) -> str:
        return _("T0 或清单与承诺时入账的不符，停止办理")


@dataclass(frozen=True, kw_only=True)
class TargetsDiffer(PublicDrawEvent):
    """Behind an id of the frame stood another row of the register than at the freeze: nothing drawn, nobody sent."""

    name = "draw.targets_differ"

    def sentence(self) -> str:
        return _("检查对象与冻结时的不符，没有抽取，或没有派出")
