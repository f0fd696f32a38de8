"""The writes on visits, one function per verb."""

from onevisit.stages.visits.services.dispatch import REDISPATCH_REASONS, dispatch_draw, redispatch, successors
from onevisit.stages.visits.services.documents import issue_notice, issue_notices, make_report
from onevisit.stages.visits.services.evidence import announce_file, note_opened, own_file, own_part, receive_chunk
from onevisit.stages.visits.services.intake import Taken, adopt, dismiss, take
from onevisit.stages.visits.services.progress import complete_if_here, mark_reviewed, missing_files, return_part
from onevisit.stages.visits.services.withdrawing import withdraw, withdraw_draw

__all__ = [
    "REDISPATCH_REASONS",
    "Taken",
    "adopt",
    "announce_file",
    "complete_if_here",
    "dismiss",
    "dispatch_draw",
    "issue_notice",
    "issue_notices",
    "make_report",
    "mark_reviewed",
    "missing_files",
    "note_opened",
    "own_file",
    "own_part",
    "receive_chunk",
    "redispatch",
    "return_part",
    "successors",
    "take",
    "withdraw",
    "withdraw_draw",
]
