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
class MessageFiled(Event):
    """A message for a system that is not connected was written into the folder of what waits for it."""

    name = "message.filed"
    subject_type = "message"
    system: str
    kind: str
    body: str

    def sentence(self) -> str:
        return f"{self.system}未接通，写入待送文件夹"


@dataclass(frozen=True, kw_only=True)
class MessageResent(Event):
    """A person sent a message again that had failed."""

    name = "message.resent"
    subject_type = "message"
    system: str
    kind: str

    def sentence(self) -> str:
        return f"重发至{self.system}"
