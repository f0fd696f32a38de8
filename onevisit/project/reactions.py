"""What follows from what: the one table of reactions to ledger events, in the order of the life.

Each value is a tuple of dotted paths of functions `f(*, entry_id: str, at: datetime) -> None`, run by the queue after
the transaction that appended the entry has committed. They must be idempotent: the queue may run one twice.
"""

_REGISTERS = "onevisit.stages.registers.reactions"
_PLANS = "onevisit.stages.plans.reactions"
_OFFERS = "onevisit.stages.offers.reactions"
_DRAWS = "onevisit.stages.draws.reactions"
_VISITS = "onevisit.stages.visits.reactions"
_FINDINGS = "onevisit.stages.findings.reactions"
_PUBLICATION = "onevisit.stages.publication.reactions"
_OVERSIGHT = "onevisit.watch.oversight.reactions"
_VOID = (f"{_DRAWS}.count_fairness", f"{_VISITS}.withdraw_visits", f"{_PUBLICATION}.stop_after_void")
_OUTBOX = ("onevisit.web.exchange.outbox.queue",)

REACTIONS: dict[str, tuple[str, ...]] = {
    "deadline.reached": (
        "onevisit.support.notices.reactions.tell_department",
        f"{_OFFERS}.expire_reply",
        f"{_DRAWS}.tell_escrow",
    ),
    "letter.drafted": (f"{_REGISTERS}.tell_letter",),
    "letter.redrafted": (f"{_REGISTERS}.tell_letter",),
    "letter.sent_back": (f"{_REGISTERS}.tell_letter",),
    "letter.sent": (f"{_REGISTERS}.tell_letter",),
    "letter.answered": (f"{_REGISTERS}.tell_letter",),
    "letter.returned": (f"{_REGISTERS}.tell_letter",),
    "letter.reasked": (f"{_REGISTERS}.tell_letter",),
    "letter.withdrawn": (f"{_REGISTERS}.tell_letter",),
    "campaign.consulted": (f"{_PLANS}.tell_consulted",),
    "campaign.annotated": (f"{_PLANS}.tell_note",),
    "plan_note.adopted": (f"{_PLANS}.tell_note",),
    "plan_note.declined": (f"{_PLANS}.tell_note",),
    "campaign.submitted": (f"{_PLANS}.tell_head",),
    "campaign.approved": (f"{_PLANS}.tell_organiser",),
    "campaign.returned": (f"{_PLANS}.tell_organiser",),
    "offer.extended": (f"{_OFFERS}.tell_coordination",),
    "offer.allowed": (f"{_OFFERS}.tell_decided_extra",),
    "offer.refused": (f"{_OFFERS}.tell_decided_extra",),
    "offer.sent": (f"{_OFFERS}.tell_participants",),
    "offer.reminded": (f"{_OFFERS}.tell_participants",),
    "offer.accepted": (f"{_OFFERS}.tell_initiator",),
    "offer.declined": (f"{_OFFERS}.tell_initiator",),
    "offer.countered": (f"{_OFFERS}.tell_initiator",),
    "offer.adopted": (f"{_OFFERS}.tell_participants",),
    "offer.insisted": (f"{_OFFERS}.tell_participants",),
    "offer.reasked": (f"{_OFFERS}.tell_participants",),
    "offer.expired": (f"{_OFFERS}.tell_expired",),
    "offer.withdrawn": (f"{_OFFERS}.tell_participants",),
    "offer.settled": (f"{_OFFERS}.tell_participants",),
    "join.asked": (f"{_OFFERS}.tell_join",),
    "join.accepted": (f"{_OFFERS}.tell_join",),
    "join.refused": (f"{_OFFERS}.tell_join",),
    "join.withdrawn": (f"{_OFFERS}.tell_join",),
    "join.separated": (f"{_OFFERS}.tell_join",),
    "part.submitted": (f"{_OFFERS}.tell_part",),
    "part.returned": (f"{_OFFERS}.tell_part",),
    "part.approved": (f"{_OFFERS}.tell_part", f"{_OFFERS}.issue_form"),
    "draw.sealed": (f"{_DRAWS}.count_fairness", f"{_VISITS}.make_visits"),
    "draw.opened": (f"{_DRAWS}.count_fairness", f"{_VISITS}.make_visits"),
    "draw.replaced": (
        f"{_DRAWS}.count_fairness",
        f"{_VISITS}.withdraw_replaced",
        f"{_VISITS}.swap_members",
        f"{_VISITS}.make_visits",
    ),
    "draw.swap_refused": (f"{_DRAWS}.tell_swap_refused",),
    "draw.voided": _VOID,
    "draw.void_counted": _VOID,
    "visit.withdrawn": (f"{_VISITS}.tell_withdrawn", f"{_VISITS}.open_draw"),
    "visit.dispatched": (f"{_VISITS}.tell_team", f"{_VISITS}.issue_notices"),
    "visit.swapped": (f"{_VISITS}.tell_swapped", f"{_VISITS}.tell_team", f"{_VISITS}.issue_notices"),
    "visit.reminded": (f"{_VISITS}.tell_reminded",),
    "inspection.returned": (f"{_VISITS}.tell_returned",),
    "inspection.reviewed": (
        "onevisit.stages.visits.archiving.note_in_archive",
        f"{_PUBLICATION}.prepare_after_review",
    ),
    "visit.submitted": (f"{_VISITS}.make_report", f"{_PUBLICATION}.prepare_after_visit"),
    "visit.closed": (f"{_VISITS}.open_draw",),
    "submission.quarantined": (f"{_VISITS}.tell_quarantined",),
    "inspection.recused": (f"{_VISITS}.tell_recused",),
    "inspection.recusal_declined": (f"{_VISITS}.tell_recusal_declined",),
    "inspection.signature_disputed": (f"{_VISITS}.tell_disputed",),
    "inspection.submitted": (f"{_VISITS}.issue_record", f"{_FINDINGS}.record_problems"),
    "finding.ordered": (f"{_FINDINGS}.issue_order",),
    "attachment.received": (f"{_VISITS}.look_at_file",),
    "finding.proved": (f"{_FINDINGS}.tell_proved",),
    "finding.closed": (f"{_PUBLICATION}.mend",),
    "finding.revoked": (f"{_PUBLICATION}.mend",),
    "request.received": (f"{_PUBLICATION}.tell_organ",),
    "publication.approved": (f"{_PUBLICATION}.release",),
    "statement.rejected": (f"{_PUBLICATION}.release_after_answer",),
    "result.released": (f"{_PUBLICATION}.collect",),
    "credit.collected": _OUTBOX,
    "publication.corrected": _OUTBOX,
    "publication.mended": _OUTBOX,
    "publication.withdrawn": _OUTBOX,
    "alert.raised": (f"{_OVERSIGHT}.tell_supervisor",),
    "alert.asked": (f"{_OVERSIGHT}.tell_department",),
    "alert.explained": (f"{_OVERSIGHT}.tell_supervisor",),
    "alert.confirmed": (f"{_OVERSIGHT}.tell_department",),
    "alert.rejected": (f"{_OVERSIGHT}.tell_department",),
    "alert.excluded": (f"{_OVERSIGHT}.tell_department",),
}
