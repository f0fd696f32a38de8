"""What waits for a person: computed by each stage, merged by the inbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Todo:
    """One thing that waits for the actor, as a sentence with its clock and its verb."""

    kind: str
    sentence: str
    sender: str
    url: str
    verb: str
    verb_label: str
    subject_id: str
    department_id: UUID | None = None
    due_at: datetime | None = None
    is_statutory: bool = False
    preview_url: str = ""
