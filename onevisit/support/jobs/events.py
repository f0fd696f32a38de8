"""What the ledger records of the queue."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class JobRetried(Event):
    """The operator let a failed job run again."""

    name = "job.retried"
    subject_type = "job"
    task: str

    def sentence(self) -> str:
        return f"重试后台任务 {self.task}"
