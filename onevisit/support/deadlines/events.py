"""What the ledger records of rules and deadlines."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class RuleChanged(Event):
    """A rule got a new version; what runs keeps its own."""

    name = "rule.changed"
    subject_type = "rule"
    is_public = True
    version: int
    former: str
    figure: str
    from_on: str
    reason: str

    def sentence(self) -> str:
        return f"规则自 {self.from_on} 起由{self.former}改为{self.figure}（第 {self.version} 版）：{self.reason}"[:400]


@dataclass(frozen=True, kw_only=True)
class DeadlineEvent(Event):
    """Base of the events on a deadline; the term stands on the timeline of its subject."""

    subject_type = "deadline"
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeadlinePaused(DeadlineEvent):
    """A deadline stopped running."""

    name = "deadline.paused"

    def sentence(self) -> str:
        return f"期限中止：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class DeadlineResumed(DeadlineEvent):
    """A deadline runs on, with the pause taken out."""

    name = "deadline.resumed"
    due_on: str

    def sentence(self) -> str:
        return f"期限恢复计算，至 {self.due_on} 届满"


@dataclass(frozen=True, kw_only=True)
class DeadlineReached(Event):
    """A share of a term has passed; the organ that must act is told."""

    name = "deadline.reached"
    subject_type = "deadline"
    rule: str
    percent: int
    department: str
    matter: str
    url: str

    def sentence(self) -> str:
        if self.percent >= 100:
            return f"期限届满未办结：{self.matter}"[:400]
        return f"期限已过 {self.percent}%：{self.matter}"[:400]
