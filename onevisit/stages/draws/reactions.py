"""What this stage does when a draw becomes public, changes, or is given up."""

from datetime import datetime

from onevisit.stages.draws import fairness


def count_fairness(*, entry_id: str, at: datetime) -> None:
    """After a receipt became public or grew: count it, and write the report of all draws anew."""
    fairness.refresh(at=at)
