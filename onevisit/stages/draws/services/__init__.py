"""The writes of the draw, one function per verb."""

from onevisit.stages.draws.moments import MomentDiffers, latest_opening, must_be_as_committed, note_moment
from onevisit.stages.draws.rounds.swap_reasons import SWAP_REASONS
from onevisit.stages.draws.services.attesting import attest, fingerprint_of
from onevisit.stages.draws.services.batching import batch
from onevisit.stages.draws.services.combining import combine_key, open_share
from onevisit.stages.draws.services.committing import commit, witness
from onevisit.stages.draws.services.consenting import ask_consent, consent, refuse_consent
from onevisit.stages.draws.services.drawing import draw_lots, note_reading, open_draw, publish, read
from onevisit.stages.draws.services.escrowing import hold_escrow, take_escrow
from onevisit.stages.draws.services.excluding import approve_exclusions, follow_merge, readmit
from onevisit.stages.draws.services.freezing import freeze, unfreeze
from onevisit.stages.draws.services.lapsing import lapse
from onevisit.stages.draws.services.lodging import await_lodging, note_trouble, package_of, record_receipt
from onevisit.stages.draws.services.matching import have_rows_changed
from onevisit.stages.draws.services.overdue import lapse_round, remind_round
from onevisit.stages.draws.services.preparing import commit_key, prepare, recuse, reschedule, unrecuse
from onevisit.stages.draws.services.receiving import registered
from onevisit.stages.draws.services.replacing import (
    confirm_replacement,
    order,
    refuse_replacement,
    replace,
    request_replacement,
)
from onevisit.stages.draws.services.restaffing import repeat
from onevisit.stages.draws.services.seeding import hand_key, has_signed, source, source_by_itself
from onevisit.stages.draws.services.sending import note_team, sends_as_drawn
from onevisit.stages.draws.services.sharing import Sealed, check_shares, deposit_shares, verify_shares
from onevisit.stages.draws.services.staffing import staff
from onevisit.stages.draws.services.stratifying import stratify
from onevisit.stages.draws.services.swapping import (
    agreed_eligible,
    choice_of,
    confirm_swap,
    drop_begun,
    is_outside,
    open_choices,
    refuse_swap,
    renew_swap,
    request_swap,
)
from onevisit.stages.draws.services.valuing import (
    Outcome,
    Typing,
    carry_value,
    has_typed,
    type_value,
    typed_now,
    wanted,
    wanted_beacon,
    who_types,
)
from onevisit.stages.draws.services.verifying import verify
from onevisit.stages.draws.services.voiding import cancel, may_withdraw, propose_void, void, withdraw_void
from onevisit.stages.draws.services.voiding_seen import count_void

__all__ = [
    "SWAP_REASONS",
    "MomentDiffers",
    "Outcome",
    "Sealed",
    "Typing",
    "agreed_eligible",
    "approve_exclusions",
    "ask_consent",
    "attest",
    "await_lodging",
    "batch",
    "cancel",
    "carry_value",
    "check_shares",
    "choice_of",
    "combine_key",
    "commit",
    "commit_key",
    "confirm_replacement",
    "confirm_swap",
    "consent",
    "count_void",
    "deposit_shares",
    "draw_lots",
    "drop_begun",
    "fingerprint_of",
    "follow_merge",
    "freeze",
    "hand_key",
    "has_signed",
    "has_typed",
    "have_rows_changed",
    "hold_escrow",
    "is_outside",
    "lapse",
    "lapse_round",
    "latest_opening",
    "may_withdraw",
    "must_be_as_committed",
    "note_moment",
    "note_reading",
    "note_team",
    "note_trouble",
    "open_choices",
    "open_draw",
    "open_share",
    "order",
    "package_of",
    "prepare",
    "propose_void",
    "publish",
    "read",
    "readmit",
    "record_receipt",
    "recuse",
    "refuse_consent",
    "refuse_replacement",
    "refuse_swap",
    "registered",
    "remind_round",
    "renew_swap",
    "repeat",
    "replace",
    "request_replacement",
    "request_swap",
    "reschedule",
    "sends_as_drawn",
    "source",
    "source_by_itself",
    "staff",
    "stratify",
    "take_escrow",
    "type_value",
    "typed_now",
    "unfreeze",
    "unrecuse",
    "verify",
    "verify_shares",
    "void",
    "wanted",
    "wanted_beacon",
    "who_types",
    "withdraw_void",
    "witness",
]
