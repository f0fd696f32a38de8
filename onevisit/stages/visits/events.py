"""What the ledger records of visits: numbers, states, hashes; never what a person said or is called."""

from dataclasses import dataclass

from onevisit.stages.draws.rounds.swap_reasons import words_of
from onevisit.stages.visits.results import UNABLE_LABELS
from onevisit.support.ledger.events import Event, Said

_WITHDRAWN = {"DRAW_VOID": "抽取已作废", "REPLACED": "对象已被替换"}


@dataclass(frozen=True, kw_only=True)
class VisitEvent(Event):
    """Base of the events on a visit."""

    subject_type = "visit"
    number: str


@dataclass(frozen=True, kw_only=True)
class VisitDispatched(VisitEvent):
    """A visit went to the posts of the drawn officers."""

    name = "visit.dispatched"
    departments: int
    officers: int
    inspections: tuple[str, ...] = ()

    def sentence(self) -> str:
        return f"派发一次查 {self.number}：{self.departments} 个部门、{self.officers} 名执法人员"


@dataclass(frozen=True, kw_only=True)
class VisitSwapped(VisitEvent):
    """A round drew somebody in the place of an officer, or nobody (`successor` is empty); `swap` names the request."""

    name = "visit.swapped"
    inspection: str
    former: str
    successor: str
    reason: str
    slot: str
    round: str
    swap: str

    def sentence(self) -> str:
        came = "由新抽中的人接替" if self.successor else "没有抽到接替的人"
        return f"替换执法人员：第 {self.round} 轮（{words_of(self.reason)}），{came}"


@dataclass(frozen=True, kw_only=True)
class VisitWithdrawn(VisitEvent):
    """A visit not yet begun, or what was not begun of it, is called off; `reason` is a code."""

    name = "visit.withdrawn"
    reason: str
    parts: int
    inspections: tuple[str, ...] = ()

    def sentence(self) -> str:
        return (
            f"撤回一次查 {self.number} 中未开始的检查：{self.parts} 个部门，{_WITHDRAWN.get(self.reason, self.reason)}"
        )


@dataclass(frozen=True, kw_only=True)
class VisitReminded(VisitEvent):
    """The teams that are late, or whose evidence is not all here, were reminded."""

    name = "visit.reminded"
    parts: str
    departments: str

    def sentence(self) -> str:
        return f"催办：{self.departments}"


@dataclass(frozen=True, kw_only=True)
class VisitEntered(VisitEvent):
    """The first department entered and showed the code."""

    name = "visit.entered"

    def sentence(self) -> str:
        return "亮码入场，检查开始"


@dataclass(frozen=True, kw_only=True)
class VisitSubmitted(VisitEvent):
    """Every department has submitted and every byte is here."""

    name = "visit.submitted"
    departments: int

    def sentence(self) -> str:
        return f"{self.departments} 个部门的检查一次完成，全部送达"


@dataclass(frozen=True, kw_only=True)
class VisitUnable(VisitEvent):
    """No department could inspect."""

    name = "visit.unable"

    def sentence(self) -> str:
        return "各部门均未能检查"


@dataclass(frozen=True, kw_only=True)
class VisitResumed(VisitEvent):
    """A part was returned to its team."""

    name = "visit.resumed"

    def sentence(self) -> str:
        return "有部门的检查退回补正"


@dataclass(frozen=True, kw_only=True)
class VisitClosed(VisitEvent):
    """All parts are reviewed."""

    name = "visit.closed"

    def sentence(self) -> str:
        return "各部门检查结果均已审核，一次查办结"


@dataclass(frozen=True, kw_only=True)
class InspectionEvent(Event):
    """Base of the events on one department's part; they stand on the visit's timeline too."""

    subject_type = "inspection"
    department: str


@dataclass(frozen=True, kw_only=True)
class InspectionFollowedUp(Said, InspectionEvent):
    """What was done after a team could not inspect."""

    name = "inspection.followed_up"
    unable: str

    def sentence(self) -> str:
        return f"未能检查的后续处理：{self.said}"


@dataclass(frozen=True, kw_only=True)
class SubmissionEvent(InspectionEvent):
    """Base of what a phone sent: the hash of its message, its original time."""

    submission: str
    body_sha256: str
    recorded: str


@dataclass(frozen=True, kw_only=True)
class InspectionEntered(SubmissionEvent):
    """A department's team entered, two certified officers present."""

    name = "inspection.entered"
    officers: int
    distance_m: int
    place_reason: str
    ways: str = ""

    def sentence(self) -> str:
        away = f"，定位距登记地 {self.distance_m} 米" if self.distance_m >= 0 else ""
        return f"{self.officers} 名持证执法人员到场入场{away}"


@dataclass(frozen=True, kw_only=True)
class InspectionAnswered(SubmissionEvent):
    """One observation on one item; none is overwritten."""

    name = "inspection.answered"
    item: str
    version: int
    is_conflict: bool

    def sentence(self) -> str:
        return "两人填写不一致，两份记录都已保留" if self.is_conflict else f"填写检查项（第 {self.version} 版）"


@dataclass(frozen=True, kw_only=True)
class InspectionOpinion(SubmissionEvent):
    """The inspected party said what it thinks of the record."""

    name = "inspection.opinion"
    has_objection: bool

    def sentence(self) -> str:
        return "当事人有异议" if self.has_objection else "当事人无异议"


@dataclass(frozen=True, kw_only=True)
class InspectionSigned(SubmissionEvent):
    """Somebody signed, or refused to with a reason."""

    name = "inspection.signed"
    role: str
    is_refused: bool

    def sentence(self) -> str:
        who = {"party": "当事人", "officer": "执法人员", "witness": "见证人"}[self.role]
        return f"{who}拒绝签名，已注明原因" if self.is_refused else f"{who}签名"


@dataclass(frozen=True, kw_only=True)
class BusinessKeyIssued(Event):
    """A business was given a new key of its own; the entry names the key's row and never the key."""

    name = "business_key.issued"
    subject_type = "business_key"

    def sentence(self) -> str:
        return "向企业发放企业口令，原口令同时作废"


@dataclass(frozen=True, kw_only=True)
class SignatureDisputed(InspectionEvent):
    """The business says that a signature in its name is not its own; `words_sha256` is the digest of what it wrote."""

    name = "inspection.signature_disputed"
    words_sha256: str

    def sentence(self) -> str:
        return "企业提出检查记录上的签名不是本单位所签"


@dataclass(frozen=True, kw_only=True)
class PartySigned(InspectionEvent):
    """The inspected party signed on its own phone what the server held of the part."""

    name = "inspection.party_signed"
    record_sha256: str
    picture_sha256: str

    def sentence(self) -> str:
        return "当事人用自己的手机签名"


@dataclass(frozen=True, kw_only=True)
class BadgeKeyRegistered(Event):
    """A phone told the key with which its officer shows the badge."""

    name = "badge_key.registered"
    subject_type = "officer"
    key_id: str

    def sentence(self) -> str:
        return f"登记亮证密钥 {self.key_id}"


@dataclass(frozen=True, kw_only=True)
class InspectionRecused(SubmissionEvent):
    """An officer or the party asked for recusal; the head decides."""

    name = "inspection.recused"

    def sentence(self) -> str:
        return "提出回避申请"


@dataclass(frozen=True, kw_only=True)
class RecusalDeclined(Said, SubmissionEvent):
    """The head decided that the officer who asked for recusal stays."""

    name = "inspection.recusal_declined"

    def sentence(self) -> str:
        return f"不准回避：{self.said}"


@dataclass(frozen=True, kw_only=True)
class InspectionUnable(SubmissionEvent):
    """The team could not inspect."""

    name = "inspection.unable"
    reason: str

    def sentence(self) -> str:
        return f"未能检查：{UNABLE_LABELS.get(self.reason, self.reason)}"


@dataclass(frozen=True, kw_only=True)
class InspectionHandedIn(SubmissionEvent):
    """The part is handed in; bytes may still be on their way."""

    name = "inspection.handed_in"
    checklist_sha256: str
    problems: int
    missing: int

    def sentence(self) -> str:
        return f"提交检查结果，还差 {self.missing} 个文件" if self.missing else "提交检查结果"


@dataclass(frozen=True, kw_only=True)
class InspectionSubmitted(InspectionEvent):
    """The part is submitted: every byte of it is here."""

    name = "inspection.submitted"
    problems: int
    files: int

    def sentence(self) -> str:
        return f"检查结果全部送达：问题 {self.problems} 项，文件 {self.files} 个"


@dataclass(frozen=True, kw_only=True)
class InspectionReturned(InspectionEvent):
    """The reviewer sent the part back to its team."""

    name = "inspection.returned"

    def sentence(self) -> str:
        return "审核退回，请补正后重新提交"


@dataclass(frozen=True, kw_only=True)
class InspectionReviewed(InspectionEvent):
    """The reviewer accepted the part with its result codes."""

    name = "inspection.reviewed"
    results: str

    def sentence(self) -> str:
        return f"检查结果审核通过（结果代码 {self.results}）"


@dataclass(frozen=True, kw_only=True)
class SubmissionQuarantined(SubmissionEvent):
    """A message came from somebody whose rights had changed; it is kept apart until the organ decides."""

    name = "submission.quarantined"
    reason: str

    def sentence(self) -> str:
        return f"收到离线记录，暂存待核：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class SubmissionAdopted(SubmissionEvent):
    """The organ adopted a message that had been kept apart."""

    name = "submission.adopted"

    def sentence(self) -> str:
        return "核定暂存的离线记录，并入检查记录"


@dataclass(frozen=True, kw_only=True)
class SubmissionDismissed(SubmissionEvent):
    """The organ did not adopt a message that had been kept apart; it stays on file."""

    name = "submission.dismissed"
    reason: str

    def sentence(self) -> str:
        return f"不予并入暂存的离线记录：{self.reason}"
