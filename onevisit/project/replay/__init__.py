"""Replay the ledger: what each record's entries say it must be, beside what its row says, so that a change shows.

`ledger verify` proves that the entries are whole; this proves that the tables behind the screens still agree with them.
What is replayed, record kind by record kind, stands beside this file; `kinds.py` gathers it.
"""

from onevisit.project.replay.kinds import NOUNS, WITHOUT_A_ROW
from onevisit.project.replay.noun import GONE, Difference, Noun, Published
from onevisit.project.replay.replaying import replay

__all__ = ["GONE", "NOUNS", "WITHOUT_A_ROW", "Difference", "Noun", "Published", "replay"]
