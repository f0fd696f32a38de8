"""What the ledger records of publication and of the credit record."""

from dataclasses import InitVar, dataclass
from typing import ClassVar

from onevisit.stages.publication import reasons
from onevisit.stages.publication.request_models import RequestKind
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
class PublicationReturned(PublicationEvent):
    """An approval was taken back whose release a statement of the business held; the results wait again."""

    name = "publication.returned"
    why: InitVar[str]
    words: ClassVar[str] = ""

    def __post_init__(self, why: str) -> None:
        object.__setattr__(self, "words", why)

    def sentence(self) -> str:
        return f"退回 {self.visit} 的待公示结果：{self.words}"


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


@dataclass(frozen=True, kw_only=True)
class RequestEvent(Event):
    """Base of the events on what somebody asked; no word of it stands in the entry."""

    subject_type = "public_request"
    kind: str


@dataclass(frozen=True, kw_only=True)
class RequestReceived(RequestEvent):
    """A complaint, objection, enquiry or reply came in; `words_sha256` is the salted digest of its words."""

    name = "request.received"
    department: str
    words_sha256: str

    def sentence(self) -> str:
        return f"收到{RequestKind(self.kind).label}，由{self.department}办理"


@dataclass(frozen=True, kw_only=True)
class RequestAnswered(RequestEvent):
    """The organ answered; `answer_sha256` is the salted digest of its answer."""

    name = "request.answered"
    answer_sha256: str

    def sentence(self) -> str:
        return f"答复{RequestKind(self.kind).label}"


@dataclass(frozen=True, kw_only=True)
class ObjectionSustained(RequestAnswered):
    """An objection was right: the result was corrected or taken down in the same act."""

    name = "objection.sustained"
    remedy: str

    def sentence(self) -> str:
        return f"异议成立，{'更正' if self.remedy == 'correct' else '撤下'}公示"


@dataclass(frozen=True, kw_only=True)
class ObjectionRejected(RequestAnswered):
    """An objection was not right; the result stays as it is."""

    name = "objection.rejected"

    def sentence(self) -> str:
        return "异议不成立，公示维持不变"


@dataclass(frozen=True, kw_only=True)
class ReplyPrinted(RequestAnswered):
    """The business's own words now stand beside its result, masked."""

    name = "reply.printed"

    def sentence(self) -> str:
        return "企业说明刊登在公示旁"


@dataclass(frozen=True, kw_only=True)
class ReplyDeclined(RequestAnswered):
    """The business's words were not printed, with the reason."""

    name = "reply.declined"

    def sentence(self) -> str:
        return "企业说明未刊登"


@dataclass(frozen=True, kw_only=True)
class StatementAdopted(RequestAnswered):
    """What the party stated in its defence holds, wholly or in part; the answer says what follows."""

    name = "statement.adopted"

    def sentence(self) -> str:
        return "采纳当事人的陈述申辩"


@dataclass(frozen=True, kw_only=True)
class StatementRejected(RequestAnswered):
    """What the party stated in its defence was checked and does not hold; the answer says why."""

    name = "statement.rejected"

    def sentence(self) -> str:
        return "复核后未采纳当事人的陈述申辩"


@dataclass(frozen=True, kw_only=True)
class StatementHeld(RequestEvent):
    """A further statement of the party brings new facts, as another person than who answered the first found."""

    name = "statement.held"

    def sentence(self) -> str:
        return "认定陈述申辩有新的事实，答复前暂缓公示"


@dataclass(frozen=True, kw_only=True)
class RatingGiven(Event):
    """Somebody rated a visit; the entry says not which visit and not what, so that only their number is kept."""

    name = "rating.given"
    subject_type = "rating"

    def sentence(self) -> str:
        return f"{self.subject} 收到一份匿名评价"


@dataclass(frozen=True, kw_only=True)
class TypicalCaseEvent(Event):
    """Base of the events on a typical case."""

    subject_type = "typical_case"
    visit: str


@dataclass(frozen=True, kw_only=True)
class TypicalCaseProposed(TypicalCaseEvent):
    """A published result was proposed as a typical case in masked words."""

    name = "typical_case.proposed"
    words_sha256: str
    masked: int

    def sentence(self) -> str:
        return f"提请把 {self.visit} 作为典型案例刊登，遮盖 {self.masked} 处"


@dataclass(frozen=True, kw_only=True)
class TypicalCaseApproved(TypicalCaseEvent):
    """A typical case is shown to the public."""

    name = "typical_case.approved"
    is_public = True
    words_sha256: str

    def sentence(self) -> str:
        return f"刊登典型案例（{self.visit}）"


@dataclass(frozen=True, kw_only=True)
class TypicalCaseReturned(Said, TypicalCaseEvent):
    """A proposed case was sent back, with the reason."""

    name = "typical_case.returned"

    def sentence(self) -> str:
        return f"退回典型案例：{self.said}"


@dataclass(frozen=True, kw_only=True)
class TypicalCaseRemoved(Said, TypicalCaseEvent):
    """A typical case was taken down, with the reason."""

    name = "typical_case.removed"
    is_public = True

    def sentence(self) -> str:
        return f"撤下典型案例：{self.said}"
