"""What this stage does when something happened before it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.findings import services
from onevisit.stages.findings.models import Finding
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices


def record_problems(*, entry_id: str, at: datetime) -> None:
    """After a department's part is complete: take over its problems, so that the reviewer can dispose of them."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    services.record_problems(inspection_id=UUID(entry.subject), at=at)


def issue_order(*, entry_id: str, at: datetime) -> None:
    """After a problem was ordered to be corrected: set the 责令改正通知书."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    services.issue_order(finding_id=UUID(entry.subject), at=at)


def tell_proved(*, entry_id: str, at: datetime) -> None:
    """After a business sent its proof: tell the department's clerks, whose term to check it runs."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    finding = Finding.objects.select_related("target").get(pk=entry.subject)
    notices.notify_role(
        role=Role.CLERK,
        department_id=finding.department_id,
        kind="correction",
        title=_("%(name)s 已提交“%(title)s”的整改材料") % {"name": finding.target.name, "title": finding.title},
        url=f"/findings/{finding.pk}",
        at=at,
        subject_type="finding",
        subject=f"{finding.pk}:{entry.pk}",
    )
