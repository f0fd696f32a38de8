"""What this stage does when something happened before it."""

from datetime import datetime
from uuid import UUID

from onevisit.stages.findings import services
from onevisit.support.ledger.models import LedgerEntry


def record_problems(*, entry_id: str, at: datetime) -> None:
    """After a department's part is complete: take over its problems, so that the reviewer can dispose of them."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    services.record_problems(inspection_id=UUID(entry.subject), at=at)


def issue_order(*, entry_id: str, at: datetime) -> None:
    """After a problem was ordered to be corrected: set the 责令改正通知书."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    services.issue_order(finding_id=UUID(entry.subject), at=at)
