"""What the ledger records of offers, replies, departments beyond five, and parts."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event, Said


@dataclass(frozen=True, kw_only=True)
class OfferEvent(Event):
    """Base of the events on an offer."""

    subject_type = "offer"
    number: str


@dataclass(frozen=True, kw_only=True)
class OfferDrafted(OfferEvent):
    """An offer was drafted from a campaign and its cluster."""

    name = "offer.drafted"
    campaign: str
    participants: int

    def sentence(self) -> str:
        return f"由专项 {self.campaign} 生成要约草案 1+{self.participants}"


@dataclass(frozen=True, kw_only=True)
class OfferEdited(OfferEvent):
    """The draft was changed."""

    name = "offer.edited"
    what: str

    def sentence(self) -> str:
        return f"修改要约：{self.what}"


@dataclass(frozen=True, kw_only=True)
class OfferSent(OfferEvent):
    """The offer was sent to its participants with a term to answer."""

    name = "offer.sent"
    participants: int
    due_at: str

    def sentence(self) -> str:
        return f"发出要约 1+{self.participants}，应答期至 {self.due_at[:16].replace('T', ' ')}"


@dataclass(frozen=True, kw_only=True)
class ReplyEvent(OfferEvent):
    """Base of the events on one department's reply; `department` is its short name."""

    department: str
    reply: str


@dataclass(frozen=True, kw_only=True)
class OfferAccepted(ReplyEvent):
    """A participant accepted."""

    name = "offer.accepted"
    officers: int

    def sentence(self) -> str:
        people = f"，派出 {self.officers} 人" if self.officers else ""
        return f"{self.department}应约{people}"


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(Said, ReplyEvent):
    """A participant declined with a coded reason and words."""

    name = "offer.declined"
    reason_code: str

    def sentence(self) -> str:
        return f"{self.department}不应约：{self.said}"


@dataclass(frozen=True, kw_only=True)
class OfferCountered(ReplyEvent):
    """A participant proposed other dates."""

    name = "offer.countered"
    starts_on: str
    ends_on: str

    def sentence(self) -> str:
        return f"{self.department}建议改为 {self.starts_on} 至 {self.ends_on}"


@dataclass(frozen=True, kw_only=True)
class OfferUndone(ReplyEvent):
    """A participant took its answer back within the seconds given for it."""

    name = "offer.undone"
    answer: str

    def sentence(self) -> str:
        return f"{self.department}撤销刚才的答复（{self.answer}）"


@dataclass(frozen=True, kw_only=True)
class OfferAdopted(ReplyEvent):
    """The initiator took over the dates that a participant proposed."""

    name = "offer.adopted"
    starts_on: str
    ends_on: str

    def sentence(self) -> str:
        return f"采纳{self.department}的改期：{self.starts_on} 至 {self.ends_on}"


@dataclass(frozen=True, kw_only=True)
class OfferInsisted(Said, ReplyEvent):
    """The initiator kept the dates and asked again."""

    name = "offer.insisted"

    def sentence(self) -> str:
        return f"坚持原期，请{self.department}再答复：{self.said}"


@dataclass(frozen=True, kw_only=True)
class OfferReasked(ReplyEvent):
    """New dates made an accepted reply open again."""

    name = "offer.reasked"

    def sentence(self) -> str:
        return f"日期有变，请{self.department}重新答复"


@dataclass(frozen=True, kw_only=True)
class OfferExpired(ReplyEvent):
    """A participant let the term pass without an answer."""

    name = "offer.expired"

    def sentence(self) -> str:
        return f"{self.department}超时未应约"


@dataclass(frozen=True, kw_only=True)
class OfferReminded(OfferEvent):
    """Those who have not answered were reminded."""

    name = "offer.reminded"
    departments: str

    def sentence(self) -> str:
        return f"催办：{self.departments}"


@dataclass(frozen=True, kw_only=True)
class OfferSettled(OfferEvent):
    """The offer settled: departments, items and dates stand."""

    name = "offer.settled"
    accepted: int
    declined: int
    expired: int

    def sentence(self) -> str:
        rest = "".join(
            f"，{count} 个{words}"
            for count, words in ((self.declined, "不应约"), (self.expired, "超时未应约"))
            if count
        )
        return f"成约：{self.accepted} 个部门应约{rest}"


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(Said, OfferEvent):
    """The initiator withdrew the offer with a reason."""

    name = "offer.withdrawn"

    def sentence(self) -> str:
        return f"撤回要约：{self.said}"


@dataclass(frozen=True, kw_only=True)
class OfferExtended(Said, OfferEvent):
    """A department beyond five was asked for, with the reason."""

    name = "offer.extended"
    department: str
    extra: str

    def sentence(self) -> str:
        return f"申请增加{self.department}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class OfferAllowed(Said, OfferEvent):
    """The head of the coordination office agreed to a department beyond five."""

    name = "offer.allowed"
    department: str
    extra: str

    def sentence(self) -> str:
        return f"同意增加{self.department}"


@dataclass(frozen=True, kw_only=True)
class OfferRefusedExtra(OfferAllowed):
    """The head of the coordination office did not agree."""

    name = "offer.refused"

    def sentence(self) -> str:
        return f"不同意增加{self.department}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class JoinEvent(Said):
    """Base of the events on a request to come along (并入); `department` is the short name of who asks."""

    subject_type = "join_request"
    offer: str
    department: str
    items: int


@dataclass(frozen=True, kw_only=True)
class JoinAsked(JoinEvent):
    """A department asked to come along to a coming joint inspection of the same address."""

    name = "join.asked"

    def sentence(self) -> str:
        return f"{self.department}申请并入 {self.offer}，事项 {self.items} 项：{self.said}"


@dataclass(frozen=True, kw_only=True)
class JoinAccepted(JoinEvent):
    """The initiator took the department's items in; with that the department has accepted the offer."""

    name = "join.accepted"
    reply: str = ""

    def sentence(self) -> str:
        return f"同意{self.department}并入 {self.offer}，事项 {self.items} 项"


@dataclass(frozen=True, kw_only=True)
class JoinRefused(JoinEvent):
    """The initiator did not take it in, with a reason."""

    name = "join.refused"

    def sentence(self) -> str:
        return f"不同意{self.department}并入 {self.offer}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class JoinWithdrawn(JoinEvent):
    """The department gave its request up and does not inspect."""

    name = "join.withdrawn"

    def sentence(self) -> str:
        return f"{self.department}撤回并入 {self.offer} 的申请"


@dataclass(frozen=True, kw_only=True)
class JoinSeparated(JoinEvent):
    """The department inspects on its own although another one comes to the same address, with the reason."""

    name = "join.separated"

    def sentence(self) -> str:
        return f"{self.department}不并入 {self.offer}，分别开展：{self.said}"


@dataclass(frozen=True, kw_only=True)
class PartEvent(Event):
    """Base of the events on one department's own part of a settled offer."""

    subject_type = "part"
    department: str
    offer: str


@dataclass(frozen=True, kw_only=True)
class PartSubmitted(PartEvent):
    """A department's clerk handed in its 行政检查审批表."""

    name = "part.submitted"
    items: int
    inspectors: int
    method: str

    def sentence(self) -> str:
        return f"{self.department}提交行政检查审批表：事项 {self.items} 项，提名执法人员 {self.inspectors} 人"


@dataclass(frozen=True, kw_only=True)
class PartRecalled(PartEvent):
    """The form was taken back before the decision."""

    name = "part.recalled"

    def sentence(self) -> str:
        return f"{self.department}收回行政检查审批表"


@dataclass(frozen=True, kw_only=True)
class PartApproved(PartEvent):
    """The department's own head approved its part (AI-07)."""

    name = "part.approved"
    document_number: str

    def sentence(self) -> str:
        return f"{self.department}批准行政检查审批表 {self.document_number}"


@dataclass(frozen=True, kw_only=True)
class PartReturned(Said, PartEvent):
    """The department's own head returned the form."""

    name = "part.returned"

    def sentence(self) -> str:
        return f"{self.department}退回行政检查审批表：{self.said}"
