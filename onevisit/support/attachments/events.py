"""What the ledger records of files: their hash, never their content."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class AttachmentReceived(Event):
    """Every byte of a file is here and its hash agrees."""

    name = "attachment.received"
    subject_type = "attachment"
    sha256: str
    size: int
    source: str

    def sentence(self) -> str:
        return f"收到文件 {self.sha256[:8]}（{self.size} 字节），指纹核对一致"
