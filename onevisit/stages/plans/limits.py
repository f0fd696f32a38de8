"""The figures of the plans, read from the rule records that an administrator versions (R4)."""

from dataclasses import dataclass
from datetime import date

from onevisit.support.deadlines import services as deadlines

DEPARTMENTS = "offer.max_departments"
VISIT_CAP = "visit_cap.default"
SCOPE_SHARE = "scope.broad_percent"
SCOPE_TARGETS = "scope.targets"
SCOPE_OFFICERS = "scope.officers"
REPEAT_DAYS = "visit.repeat_days"
VISITS_PER_TEAM = "plan.visits_per_team"
PLAN_LEAD_DAYS = 7  # draw-protocol.md section 12: a plan entry is logged at least 7 days before its t0.


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The figures valid for what starts on a day."""

    departments: int
    visit_cap: int
    share_percent: int
    targets: int
    officers: int
    repeat_days: int


def departments(*, on: date) -> int:
    """Return how many departments a joint inspection has as a rule (R96)."""
    return deadlines.current(DEPARTMENTS, on=on).amount


def all_of(*, on: date) -> Limits:
    """Return every figure that the burden preview compares with."""
    return Limits(
        departments=departments(on=on),
        visit_cap=deadlines.current(VISIT_CAP, on=on).amount,
        share_percent=deadlines.current(SCOPE_SHARE, on=on).amount,
        targets=deadlines.current(SCOPE_TARGETS, on=on).amount,
        officers=deadlines.current(SCOPE_OFFICERS, on=on).amount,
        repeat_days=deadlines.current(REPEAT_DAYS, on=on).amount,
    )
