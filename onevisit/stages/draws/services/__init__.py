"""The writes of the draw, one function per verb."""

from onevisit.stages.draws.services.attesting import attest, fingerprint_of
from onevisit.stages.draws.services.committing import commit, witness
from onevisit.stages.draws.services.drawing import draw_lots, open_draw, read
from onevisit.stages.draws.services.freezing import freeze, unfreeze
from onevisit.stages.draws.services.lapsing import lapse
from onevisit.stages.draws.services.preparing import commit_key, prepare, recuse, reschedule, unrecuse
from onevisit.stages.draws.services.seeding import Outcome, Typing, hand_key, source, type_value
from onevisit.stages.draws.services.voiding import cancel, propose_void, void

__all__ = [
    "Outcome",
    "Typing",
    "attest",
    "cancel",
    "commit",
    "commit_key",
    "draw_lots",
    "fingerprint_of",
    "freeze",
    "hand_key",
    "lapse",
    "open_draw",
    "prepare",
    "propose_void",
    "read",
    "recuse",
    "reschedule",
    "source",
    "type_value",
    "unfreeze",
    "unrecuse",
    "void",
    "witness",
]
