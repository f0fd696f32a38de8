"""The writes on offers, one function per verb; see offers.py, replies.py, extras.py, joins.py and parts.py."""

from onevisit.stages.offers.models import DECLINE_REASONS
from onevisit.stages.offers.services.extras import allow, extend, refuse
from onevisit.stages.offers.services.joins import accept_join, ask_to_join, refuse_join, separate, withdraw_join
from onevisit.stages.offers.services.offers import draft, edit, remind, remove_participant, send, settle, withdraw
from onevisit.stages.offers.services.parts import METHODS, approve_part, recall_part, return_part, submit_part
from onevisit.stages.offers.services.replies import (
    accept,
    adopt,
    counter,
    decline,
    expire,
    expire_due,
    insist,
    undo,
)

__all__ = [
    "DECLINE_REASONS",
    "METHODS",
    "accept",
    "accept_join",
    "adopt",
    "allow",
    "approve_part",
    "ask_to_join",
    "counter",
    "decline",
    "draft",
    "edit",
    "expire",
    "expire_due",
    "extend",
    "insist",
    "recall_part",
    "refuse",
    "refuse_join",
    "remind",
    "remove_participant",
    "return_part",
    "send",
    "separate",
    "settle",
    "submit_part",
    "undo",
    "withdraw",
    "withdraw_join",
]
