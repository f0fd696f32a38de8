"""What the ledger records of messages to other systems."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """Another system took a message and gave a receipt."""

    name = "message.sent"
    subject_type = "message"
    system: str
    kind: str
    body: str
    receipt: str

    def sentence(self) -> str:
        return f"推送至{self.system}，回执 {self.receipt}"


@dataclass(frozen=True, kw_only=True)
class MessageResent(Event):
    """A person sent a message again that had failed."""

    name = "message.resent"
    subject_type = "message"
    system: str
    kind: str

    def sentence(self) -> str:
        return f"重发至{self.system}"
