"""Every kind of record that is replayed, in the order of the life, and what has entries but no row to compare."""

from onevisit.project.replay.agreed import AGREED
from onevisit.project.replay.agreements import OFFERS, PLANS
from onevisit.project.replay.around import REGISTERS, SUPPORT, WATCH
from onevisit.project.replay.draws import DRAWS
from onevisit.project.replay.lodging import LODGING
from onevisit.project.replay.noun import Noun
from onevisit.project.replay.outcomes import FINDINGS, PUBLICATION
from onevisit.project.replay.shares import SHARES
from onevisit.project.replay.visits import VISITS

NOUNS: tuple[Noun, ...] = (
    *REGISTERS,
    *PLANS,
    *OFFERS,
    *DRAWS,
    *AGREED,
    *SHARES,
    *LODGING,
    *VISITS,
    *FINDINGS,
    *PUBLICATION,
    *WATCH,
    *SUPPORT,
)

WITHOUT_A_ROW = {
    "clock": "the demo city's one clock: a row that every act of it overwrites",
    "job": "a retry is an act on the queue, whose rows go when the work is done",
    "ledger_check": "the nightly check says what it found, and keeps no row",
    "ledger_entry": "the entry itself: `ledger verify` recomputes it",
    "officer": "sign-ins, posts and badge keys; posts and people come in by files, whose import run is replayed",
    "rating": "a rating leads neither to a code nor to a person, so that no entry may name its row",
    "read": "a reading changes nothing",
    "trace": "a trace is computed whenever somebody opens it",
}
