"""What the officer should know of the target before he goes: corrections that are still open, of every department."""

from uuid import UUID

from onevisit.stages.visits.selectors import Visit


def open_corrections(target_id: UUID) -> list[dict[str, str]]:
    """Return the orders to correct that a target has not closed, soonest due first."""
    visit = Visit.objects.select_related("target").filter(target_id=target_id).first()
    if visit is None:
        return []
    findings = (
        visit.target.findings.filter(state__in=("correcting", "proof_sent", "returned"), order__isnull=False)
        .select_related("order", "department")
        .order_by("order__due_on")
    )
    return [
        {
            "department": finding.department.short_name,
            "sentence": finding.title,
            "due_on": finding.order.due_on.isoformat(),
        }
        for finding in findings[:10]
    ]
