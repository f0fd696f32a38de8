"""The writes on visits, one function per verb."""

from onevisit.stages.visits.models import PartySignature, SignatureDispute
from onevisit.stages.visits.services.badge_keys import badge_key_ids, register_badge_key
from onevisit.stages.visits.services.business_keys import (
    MOST_LETTERS,
    dispute_signature,
    is_signed,
    issue_business_keys,
)
from onevisit.stages.visits.services.catching_up import follow_draw, is_behind
from onevisit.stages.visits.services.dispatch import dispatch_draw
from onevisit.stages.visits.services.documents import issue_notice, issue_notices, issue_record, make_report
from onevisit.stages.visits.services.evidence import announce_file, note_opened, own_file, own_part, receive_chunk
from onevisit.stages.visits.services.following import follow_up, remind, waited_for
from onevisit.stages.visits.services.holding import look as hold_teams
from onevisit.stages.visits.services.intake import Taken, adopt, dismiss, take
from onevisit.stages.visits.services.progress import complete_if_here, mark_reviewed, missing_files, return_part
from onevisit.stages.visits.services.recusing import decline_recusal
from onevisit.stages.visits.services.sealed import note_sealed_export, note_sealed_reading
from onevisit.stages.visits.services.signing import (
    RecordHeld,
    current_party_signature,
    record_held,
    sign_as_party,
)
from onevisit.stages.visits.services.swapping import (
    awaits_swap,
    confirm_swap,
    is_begun,
    obstacle_of,
    request_swap,
    slot_of,
    swap_members,
    unfollowed,
)
from onevisit.stages.visits.services.withdrawing import withdraw, withdraw_draw, withdraw_replaced

__all__ = [
    "MOST_LETTERS",
    "PartySignature",
    "RecordHeld",
    "SignatureDispute",
    "Taken",
    "adopt",
    "announce_file",
    "awaits_swap",
    "badge_key_ids",
    "complete_if_here",
    "confirm_swap",
    "current_party_signature",
    "decline_recusal",
    "dismiss",
    "dispatch_draw",
    "dispute_signature",
    "follow_draw",
    "follow_up",
    "hold_teams",
    "is_begun",
    "is_behind",
    "is_signed",
    "issue_business_keys",
    "issue_notice",
    "issue_notices",
    "issue_record",
    "make_report",
    "mark_reviewed",
    "missing_files",
    "note_opened",
    "note_sealed_export",
    "note_sealed_reading",
    "obstacle_of",
    "own_file",
    "own_part",
    "receive_chunk",
    "record_held",
    "register_badge_key",
    "remind",
    "request_swap",
    "return_part",
    "sign_as_party",
    "slot_of",
    "swap_members",
    "take",
    "unfollowed",
    "waited_for",
    "withdraw",
    "withdraw_draw",
    "withdraw_replaced",
]
