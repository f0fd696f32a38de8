"""The reads of visits that others may use."""

from onevisit.stages.visits.models import Inspection, Submission, TeamMember, Visit
from onevisit.stages.visits.selectors.boards import (
    BoardRow,
    MissingFile,
    board,
    missing_evidence,
    open_count,
    quarantined,
    short_stays,
    todos,
    visits_for,
)
from onevisit.stages.visits.selectors.parts import (
    AnswerView,
    Dispute,
    Problem,
    answers,
    conflicts_of,
    inspection,
    inspections_of,
    lock_inspection,
    problems,
    shared_facts_of,
    waiting_for_review,
)
from onevisit.stages.visits.selectors.recusals import open_recusals, recusal_of

__all__ = [
    "AnswerView",
    "BoardRow",
    "Dispute",
    "Inspection",
    "MissingFile",
    "Problem",
    "Submission",
    "TeamMember",
    "Visit",
    "answers",
    "board",
    "conflicts_of",
    "inspection",
    "inspections_of",
    "lock_inspection",
    "missing_evidence",
    "open_count",
    "open_recusals",
    "problems",
    "quarantined",
    "recusal_of",
    "shared_facts_of",
    "short_stays",
    "todos",
    "visits_for",
    "waiting_for_review",
]
