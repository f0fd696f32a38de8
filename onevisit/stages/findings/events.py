"""What the ledger records of problems, orders, proofs and reviews."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event, Said


@dataclass(frozen=True, kw_only=True)
class FindingEvent(Event):
    """Base of the events on a problem."""

    subject_type = "finding"
    number: str


@dataclass(frozen=True, kw_only=True)
class FindingRecorded(FindingEvent):
    """A problem was taken over from a submitted checklist."""

    name = "finding.recorded"
    item: str

    def sentence(self) -> str:
        return f"登记问题 {self.number}"


@dataclass(frozen=True, kw_only=True)
class FindingOrdered(FindingEvent):
    """The business was ordered to correct a problem by a date."""

    name = "finding.ordered"
    document_number: str
    due_on: str

    def sentence(self) -> str:
        return f"责令改正，{self.document_number}，限 {self.due_on} 前完成"


@dataclass(frozen=True, kw_only=True)
class FindingDropped(Said, FindingEvent):
    """A problem was not upheld, with the reason."""

    name = "finding.dropped"

    def sentence(self) -> str:
        return f"撤销认定：{self.said}"


@dataclass(frozen=True, kw_only=True)
class FindingRevoked(Said, FindingEvent):
    """An order to correct was taken back, with the reason; the problem is upheld no more."""

    name = "finding.revoked"
    document_number: str

    def sentence(self) -> str:
        return f"撤销 {self.document_number} 责令改正：{self.said}"


@dataclass(frozen=True, kw_only=True)
class FindingProved(FindingEvent):
    """Proof of correction came in."""

    name = "finding.proved"
    receipt: str
    files_count: int
    is_late: bool

    def sentence(self) -> str:
        late = "（已过期限）" if self.is_late else ""
        return f"收到整改材料{late}，回执 {self.receipt}，附件 {self.files_count} 个"


@dataclass(frozen=True, kw_only=True)
class FindingRevisit(Said, FindingEvent):
    """A follow-up on the spot was arranged, with the reason."""

    name = "finding.revisit_arranged"
    on: str

    def sentence(self) -> str:
        return f"安排 {self.on} 现场复查：{self.said}"


@dataclass(frozen=True, kw_only=True)
class FindingReturned(Said, FindingEvent):
    """Proof of correction was not enough; what is missing is said."""

    name = "finding.returned"

    def sentence(self) -> str:
        return f"退回补正：{self.said}"


@dataclass(frozen=True, kw_only=True)
class FindingClosed(Said, FindingEvent):
    """A problem was closed on proof."""

    name = "finding.closed"

    def sentence(self) -> str:
        return f"复查合格，销号：{self.said}"
