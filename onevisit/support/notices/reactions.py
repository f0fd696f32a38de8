"""What notices do after a ledger entry."""

import json
from datetime import datetime
from uuid import UUID

from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services

_WORDS = {True: "逾期", False: "期限提醒"}


def tell_department(*, entry_id: str, at: datetime) -> None:
    """Tell the contact persons of an organ that a term is running out, and its head when it has passed."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    content = json.loads(bytes(entry.payload))
    is_late = content["percent"] >= 100
    for role in (Role.CLERK, Role.APPROVER) if is_late else (Role.CLERK,):
        services.notify_role(
            role=role,
            department_id=UUID(content["department"]),
            kind="deadline",
            title=f"{_WORDS[is_late]}：{content['matter']}",
            body=entry.sentence,
            url=content["url"],
            subject_type=entry.subject_type,
            subject=f"{entry.subject}:{content['percent']}",
            at=at,
        )
