"""What the visits refuse, with the words an officer reads and what to do."""

from dataclasses import dataclass
from datetime import datetime


class VisitRefused(Exception):
    """An act on a visit is refused; `fix` says what to do, `field` which input it concerns."""

    def __init__(self, *, code: str, message: str, fix: str = "", status: int = 422, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.status = status
        self.field = field


@dataclass(frozen=True)
class OtherAnswer:
    """What somebody else wrote for the same item."""

    answer: str
    result_type: str
    skip_reason: str
    note: str
    recorded_at: datetime
    officer: str


class AnswerConflict(VisitRefused):
    """Two officers answered the same item differently; both records are kept and the leader chooses."""

    def __init__(self, *, theirs: OtherAnswer, receipt: str, version: int, message: str) -> None:
        super().__init__(code="conflict", message=message, status=409)
        self.theirs = theirs
        self.receipt = receipt
        self.version = version
