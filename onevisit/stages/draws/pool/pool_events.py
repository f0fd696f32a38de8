"""What the ledger records of a pool before its freeze; free words stand in no payload."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws.events import DrawEvent, PublicDrawEvent
from onevisit.stages.draws.pool import eligibility
from onevisit.stages.draws.reasons import EXCLUSION_REASONS, RECUSAL_REASONS, words_of
from onevisit.support.ledger.events import Said


@dataclass(frozen=True, kw_only=True)
class DrawRecused(DrawEvent):
    """An inspector stays away from a target in this draw."""

    name = "draw.recused"
    inspector: str
    target: str
    reason: str

    def sentence(self) -> str:
        return _("登记 1 名执法人员回避 1 个对象：%(reason)s") % {"reason": words_of(self.reason, RECUSAL_REASONS)}


@dataclass(frozen=True, kw_only=True)
class DrawUnrecused(DrawRecused):
    """A recusal was taken back before the freeze."""

    name = "draw.unrecused"

    def sentence(self) -> str:
        return _("撤销 1 项回避：%(reason)s") % {"reason": words_of(self.reason, RECUSAL_REASONS)}


@dataclass(frozen=True, kw_only=True)
class ExclusionsApproved(PublicDrawEvent):
    """A second person approved the list of exclusions with one reason; the digest is the manifest's of that list."""

    name = "draw.exclusions_approved"
    reason: str
    count: int
    list_sha256: str
    department: str
    role: str

    def sentence(self) -> str:
        return _("批准排除 %(n)s 个对象：%(reason)s") % {
            "n": self.count,
            "reason": words_of(self.reason, EXCLUSION_REASONS),
        }


@dataclass(frozen=True, kw_only=True)
class TargetReadmitted(Said, DrawEvent):
    """A target that a clerk took out stands in the pool again."""

    name = "draw.readmitted"
    target: str

    def sentence(self) -> str:
        return _("放回抽取池 1 个对象，理由：%(reason)s") % {"reason": self.said}


@dataclass(frozen=True, kw_only=True)
class NarrowConsented(PublicDrawEvent):
    """A second organ agreed to the small strata and pools that the digest is over; `doubles` of them are two officers.

    The reason of the request stands in it by its salted digest only.
    """

    name = "draw.narrow_consented"
    consent: str
    places: int
    digest: str
    department: str
    role: str = ""
    doubles: int = 0
    reason_sha256: str = ""

    def sentence(self) -> str:
        return _("同意 %(n)s 处小层、小池") % {"n": self.places}


@dataclass(frozen=True, kw_only=True)
class ConsentAsked(Said, DrawEvent):
    """The organiser asks a second organ to agree to small strata and pools."""

    name = "draw.consent_asked"
    consent: str
    places: int
    digest: str

    def sentence(self) -> str:
        return _("就 %(n)s 处小层、小池申请同意，理由：%(reason)s") % {"n": self.places, "reason": self.said}


@dataclass(frozen=True, kw_only=True)
class ConsentRefused(PublicDrawEvent):
    """A second organ did not agree; which one and how often is public, its words stand here by their digest only."""

    name = "draw.consent_refused"
    consent: str
    places: int
    digest: str
    department: str = ""
    role: str = ""
    reason_sha256: str = ""

    def sentence(self) -> str:
        return _("不同意 %(n)s 处小层、小池") % {"n": self.places}


@dataclass(frozen=True, kw_only=True)
class DrawStratified(PublicDrawEvent):
    """The rule that makes the strata was chosen; the plan entry that was logged with it names each stratum."""

    name = "draw.stratified"
    by: str
    strata: int
    drawn: int

    def sentence(self) -> str:
        return _("改定分层：%(n)s 层，共抽 %(drawn)s 个对象") % {"n": self.strata, "drawn": self.drawn}


@dataclass(frozen=True, kw_only=True)
class DrawBatched(PublicDrawEvent):
    """Into how many batches the drawn targets are put was fixed, before the seed existed."""

    name = "draw.batched"
    count: int

    def sentence(self) -> str:
        return _("定为 %(n)s 批，批次由种子随机排定") % {"n": self.count}


@dataclass(frozen=True, kw_only=True)
class DrawDirected(PublicDrawEvent):
    """How the frozen pool was chosen, directed or not; the digest is over the file of conditions that is published."""

    name = "draw.directed"
    digest: str
    matched: int

    def sentence(self) -> str:
        return _("公布选取条件，入池 %(n)s 个对象") % {"n": self.matched}


@dataclass(frozen=True, kw_only=True)
class MergeFollowed(DrawEvent):
    """A merged record left the pool and the record that it became stands there."""

    name = "draw.merge_followed"
    target: str

    def sentence(self) -> str:
        return _("1 个对象改为并入后的对象")


@dataclass(frozen=True, kw_only=True)
class DrawStaffed(DrawEvent):
    """By which of the six ways the officers of a department are drawn (DS-14)."""

    name = "draw.staffed"
    item: str
    mode: str

    def sentence(self) -> str:
        return _("改定人员抽取方式：%(mode)s") % {"mode": eligibility.LABELS.get(self.mode, self.mode)}
