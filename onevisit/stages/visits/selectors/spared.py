"""Drawn objects that nobody inspected, since the premises were said to be closed, moved or not there (未能检查)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from onevisit.stages.draws.selectors import Draw, DrawItem
from onevisit.stages.visits.models import Inspection, Visit

SPARING = ("closed", "moved", "not_found")
"""Reasons for which a replacement needs a second organ; 拒绝 is none: its follow-up is another (行政处罚法)."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the visits of a draw ended: inspected, in no part inspected, or not ended yet."""

    inspected: int = 0
    unable: int = 0
    waiting: int = 0

    @property
    def all(self) -> int:
        return self.inspected + self.unable + self.waiting


def spared(
    draws: QuerySet[Draw], items: QuerySet[DrawItem], before: datetime
) -> Iterator[tuple[UUID, str, str, datetime]]:
    """Return the targets of closed visits in which nobody inspected, one of the departments for such a reason."""
    own = Inspection.objects.filter(
        visit=OuterRef("pk"), unable_reason__in=SPARING, department__in=items.values("department")
    ).exclude(state="withdrawn")
    rows = _uninspected().filter(Exists(own), draw__in=draws, state="closed", closed_at__lt=before)
    for visit in rows.select_related("draw").only("target_id", "draw__number", "draw__created_at"):
        if visit.draw is not None:
            yield visit.target_id, "NOT_FOUND", visit.draw.number, visit.draw.created_at


def outcome_of(number: str) -> Outcome:
    """Return how the visits of a draw ended, by its number."""
    visits = Visit.objects.filter(draw__number=number).exclude(state="withdrawn")
    unable = _uninspected().filter(draw__number=number, state__in=("unable", "closed")).count()
    ended = visits.filter(state__in=("submitted", "unable", "closed")).count()
    return Outcome(inspected=ended - unable, unable=unable, waiting=visits.count() - ended)


def unable_by_organiser(draws: QuerySet[Draw]) -> dict[str, int]:
    """Count the visits of some draws in which nobody inspected, by the organiser's code."""
    rows = _uninspected().filter(draw__in=draws, state__in=("unable", "closed"))
    return dict(rows.order_by().values_list("draw__organiser__code").annotate(n=Count("pk")))


def _uninspected() -> QuerySet[Visit]:
    parts = Inspection.objects.filter(visit=OuterRef("pk")).exclude(state="withdrawn")
    return Visit.objects.filter(~Exists(parts.filter(unable_reason="")), Q(Exists(parts)))
