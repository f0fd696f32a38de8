"""What stops a start: one line that says what is wrong and what to do."""


class CannotStart(Exception):
    """The start is refused; nothing was changed or everything was stopped again."""

    code = "cannot_start"

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem} - {remedy}")
        self.problem = problem
        self.remedy = remedy

    @property
    def message(self) -> str:
        return f"{self.problem} - {self.remedy}"


class Stopped(BaseException):
    """SIGINT or SIGTERM reached the parent process: leave through every `finally`."""
