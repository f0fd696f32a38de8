"""On which days of a year somebody was at the business of a visit: the archive, and who went in since."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from onevisit.stages.registers import availability
from onevisit.stages.visits.models import Inspection, Visit


def days_of_year(visit: Visit, *, at: datetime, department_id: UUID | None = None) -> set[date]:
    """Return the days of this year on which anybody, or one department, was at the target; a joint visit is one.

    At the target is also who was at a place, a product or conduct of the same business: the cap is the business's.
    """
    year = timezone.localtime(at).year
    rows = availability.visits_since(target_ids=[visit.target_id], day=date(year, 1, 1))
    family = availability.objects_of_party(target_ids=[visit.target_id])[visit.target_id]
    parts = Inspection.objects.filter(visit__target_id__in=family, entered_at__year=year)
    if department_id is not None:
        rows = [row for row in rows if row.department_id == department_id]
        parts = parts.filter(department_id=department_id)
    entered = {timezone.localtime(at).date() for at in parts.values_list("entered_at", flat=True) if at}
    return {row.on for row in rows if row.counts_to_cap} | entered


def count_with(visit: Visit) -> int:
    """Say which visit of the year at its business a visit is, by days: this one included, later ones not."""
    own = timezone.localtime(visit.starts_at).date()
    return len({day for day in days_of_year(visit, at=visit.starts_at) if day < own} | {own})
