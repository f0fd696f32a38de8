"""What the ledger records of publication and of the credit record."""

from dataclasses import dataclass

from onevisit.stages.publication import reasons
from onevisit.support.ledger.events import Event, Said


@dataclass(frozen=True, kw_only=True)
class PublicationEvent(Event):
    """Base of the events on a publication; `visit` is the number of the visit."""

    subject_type = "publication"
    visit: str


@dataclass(frozen=True, kw_only=True)
class PublicationPrepared(PublicationEvent):
    """The results of a visit were put together for publication; `missing` names the departments still to come."""

    name = "publication.prepared"
    parts: int
    missing: str

    def sentence(self) -> str:
        waits = f"，还差 {self.missing}" if self.missing else "，已齐"
        return f"汇总 {self.visit} 的结果待公示：{self.parts} 个部门{waits}"


@dataclass(frozen=True, kw_only=True)
class PublicationApproved(PublicationEvent):
    """Publication was approved with the masking seen; `content` is the digest of what the public will read."""

    name = "publication.approved"
    content: str
    masked: int

    def sentence(self) -> str:
        return f"批准公示 {self.visit} 的检查结果，遮盖 {self.masked} 处"


@dataclass(frozen=True, kw_only=True)
class ResultReleased(PublicationEvent):
    """The results of all departments of a visit became public together (R140)."""

    name = "result.released"
    is_public = True
    content: str
    departments: int
    target: str

    def sentence(self) -> str:
        return f"公示 {self.visit} 的检查结果，{self.departments} 个部门一并公开"


@dataclass(frozen=True, kw_only=True)
class PublicationWithheld(PublicationEvent):
    """The results stay unpublished for a reason that the law knows."""

    name = "publication.withheld"
    reason: str

    def sentence(self) -> str:
        reason = reasons.BY_KEY[self.reason]
        return f"不予公示 {self.visit} 的检查结果：{reason.words}（{reason.law}）"


@dataclass(frozen=True, kw_only=True)
class PublicationCorrected(Said, PublicationEvent):
    """A released result was corrected; the former one and the reason stay public."""

    name = "publication.corrected"
    is_public = True
    version: int
    content: str

    def sentence(self) -> str:
        return f"更正 {self.visit} 的公示（第 {self.version} 版）：{self.said}"


@dataclass(frozen=True, kw_only=True)
class PublicationMended(PublicationEvent):
    """A published problem was corrected by the business or closed; the public page says so."""

    name = "publication.mended"
    is_public = True
    version: int
    content: str
    finding: str

    def sentence(self) -> str:
        return f"公示页更新整改进展：问题 {self.finding}（第 {self.version} 版）"


@dataclass(frozen=True, kw_only=True)
class PublicationWithdrawn(Said, PublicationEvent):
    """A released result was taken down; its number, day and reason stay public."""

    name = "publication.withdrawn"
    is_public = True

    def sentence(self) -> str:
        return f"撤下 {self.visit} 的公示：{self.said}"


@dataclass(frozen=True, kw_only=True)
class CreditCollected(Event):
    """The released results were collected under the business's name in the credit record (R64)."""

    name = "credit.collected"
    subject_type = "publication"
    is_public = True
    target: str
    records: int

    def sentence(self) -> str:
        return f"归集信用记录 {self.records} 条"
