"""The row of a problem under its lock, what stands beside it in the ledger, and the refusal of every verb on it."""

from onevisit.stages.findings.models import Finding


class FindingRefused(Exception):
    """The disposal of a problem or result is refused; `field` names the input."""

    code = "finding"

    def __init__(self, *, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def lock(finding: Finding) -> Finding:
    """Return the row as it stands now, locked until the transaction ends."""
    rows = Finding.objects.select_for_update(of=("self",)).select_related("department", "target", "order")
    return rows.get(pk=finding.pk)


def related_to(finding: Finding) -> tuple[str, ...]:
    """Return on whose timelines an entry about the problem stands too."""
    return (f"inspection:{finding.inspection_id}", f"target:{finding.target_id}")
