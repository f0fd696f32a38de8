"""The statistics of fairness over all draws whose receipts are public: counted once a draw, kept, rebuilt at will."""

from onevisit.stages.draws.fairness.counting import public_draws, rebuild, refresh
from onevisit.stages.draws.fairness.people import People
from onevisit.stages.draws.fairness.reading import Waiting, people, report_file, waiting

__all__ = [
    "People",
    "Waiting",
    "people",
    "public_draws",
    "rebuild",
    "refresh",
    "report_file",
    "waiting",
]
