"""What the ledger records of those who look back."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class TraceOpened(Event):
    """Somebody opened the trace of responsibility of an inspection."""

    name = "trace.opened"
    subject_type = "trace"
    reference: str

    def sentence(self) -> str:
        return f"打开责任追溯：{self.reference}"
