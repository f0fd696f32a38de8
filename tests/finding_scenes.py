"""A visit whose market-supervision part found one problem, walked to any step of its disposal."""

from datetime import date, datetime, timedelta

from onevisit.stages.findings import services
from onevisit.stages.findings.models import Finding
from onevisit.stages.visits.models import Inspection, Visit
from tests import visit_scenes
from tests.cast import AT, Cast

SHORT = "市商务局"
CLERK, HEAD, OTHER = "林", "林局", "王"
DUE_ON = date(2026, 12, 15)


def after(inspection: Inspection) -> datetime:
    """Return a time after the visit."""
    return inspection.visit.ends_at + timedelta(hours=2)


def submitted(people: Cast, *, problems: int = 1) -> Inspection:
    """One department handed in its part; its problems are recorded."""
    visit = Visit.objects.filter(draw__isnull=False).first() or visit_scenes.dispatched(people)
    part = visit_scenes.submitted(people, visit, SHORT, problems=problems)
    services.record_problems(inspection_id=part.pk, at=after(part))
    return visit_scenes.part(visit, SHORT)


def found(people: Cast) -> Finding:
    """One pending problem."""
    return Finding.objects.select_related("department", "target", "inspection__visit").get(inspection=submitted(people))


def ordered(people: Cast) -> Finding:
    """The problem was ordered to be corrected."""
    finding = found(people)
    services.order(
        finding=finding,
        demand="补齐 3 月进货台账",
        due_on=DUE_ON,
        public_words="进货台账不完整",
        actor=people.actor(CLERK),
        at=after(finding.inspection),
    )
    finding.refresh_from_db()
    return finding


def proved(people: Cast) -> Finding:
    """Proof of correction came in."""
    finding = ordered(people)
    services.prove(finding=finding, words="已补齐", actor=people.actor(CLERK), at=AT + timedelta(days=9))
    finding.refresh_from_db()
    return finding
