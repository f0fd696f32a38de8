"""What the ledger records of those who look back: alerts, traces, opinions."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event, Said


@dataclass(frozen=True, kw_only=True)
class AlertEvent(Event):
    """Base of the events on an alert."""

    subject_type = "alert"
    number: str


@dataclass(frozen=True, kw_only=True)
class AlertSaid(Said, AlertEvent):
    """Base of those with a person's words, kept in the erasable sentence only."""


@dataclass(frozen=True, kw_only=True)
class AlertRaised(AlertEvent):
    """A rule was tripped."""

    name = "alert.raised"
    rule: str
    version: int
    department: str
    rows: int
    says: str

    def sentence(self) -> str:
        return f"产生预警 {self.number}：{self.says}（规则第 {self.version} 版），涉及 {self.rows} 条记录"


@dataclass(frozen=True, kw_only=True)
class AlertAsked(AlertEvent):
    """The department was asked to explain."""

    name = "alert.asked"
    department: str
    due_at: str

    def sentence(self) -> str:
        return f"就预警 {self.number} 请部门说明，期限至 {self.due_at[:16].replace('T', ' ')}"


@dataclass(frozen=True, kw_only=True)
class AlertExplained(AlertSaid):
    """The department explained."""

    name = "alert.explained"

    def sentence(self) -> str:
        return f"说明预警 {self.number}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class AlertConfirmed(AlertSaid):
    """The supervisor found the alert true."""

    name = "alert.confirmed"

    def sentence(self) -> str:
        return f"预警 {self.number} 定为属实：{self.said}"


@dataclass(frozen=True, kw_only=True)
class AlertRejected(AlertSaid):
    """The supervisor found that the alert was false."""

    name = "alert.rejected"

    def sentence(self) -> str:
        return f"预警 {self.number} 定为不属实：{self.said}"


@dataclass(frozen=True, kw_only=True)
class AlertExcluded(AlertSaid):
    """The rows do not count, because the visit was made for cause."""

    name = "alert.excluded"

    def sentence(self) -> str:
        return f"预警 {self.number} 不计（有因检查）：{self.said}"


@dataclass(frozen=True, kw_only=True)
class AlertRuleRenewed(Said, Event):
    """An alert rule got another owner or another last day."""

    name = "alert_rule.renewed"
    subject_type = "alert_rule"
    owner: str
    expires_on: str

    def sentence(self) -> str:
        return f"预警规则 {self.subject} 续期至 {self.expires_on}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class TraceOpened(Event):
    """Somebody opened the trace of responsibility of an inspection."""

    name = "trace.opened"
    subject_type = "trace"
    reference: str

    def sentence(self) -> str:
        return f"打开责任追溯：{self.reference}"


@dataclass(frozen=True, kw_only=True)
class TraceExported(Event):
    """Somebody took the proofs of a trace with him."""

    name = "trace.exported"
    subject_type = "trace"
    reference: str
    entries: int
    size: int

    def sentence(self) -> str:
        return f"导出责任追溯证明包：{self.reference}，{self.entries} 条留痕，树的大小 {self.size}"


@dataclass(frozen=True, kw_only=True)
class OpinionWritten(Said, Event):
    """A supervisor or prosecutor wrote an opinion on an inspection."""

    name = "opinion.written"
    subject_type = "opinion"
    opinion: str

    def sentence(self) -> str:
        return f"提出意见：{self.said}"
