"""What follows from what: the one table of reactions to ledger events, in the order of the life.

Each value is a tuple of dotted paths of functions `f(*, entry_id: str, at: datetime) -> None`, run by the queue after
the transaction that appended the entry has committed. They must be idempotent: the queue may run one twice.
"""

REACTIONS: dict[str, tuple[str, ...]] = {
    "deadline.reached": ("onevisit.support.notices.reactions.tell_department",),
}
