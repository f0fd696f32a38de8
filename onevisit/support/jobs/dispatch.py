"""Puts what follows from a ledger entry into the queue, in the transaction that appended the entry.

The queue lives in the same database: a rolled-back act leaves no job, a committed one never loses its job.
"""

from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from onevisit.support.jobs.tasks import react
from onevisit.support.ledger.events import Event
from onevisit.support.ledger.models import LedgerEntry


class Reaction(Protocol):
    """What `project/reactions.py` names: idempotent, because the queue may run it twice."""

    def __call__(self, *, entry_id: str, at: datetime) -> None: ...


def table() -> dict[str, tuple[str, ...]]:
    """Return the table of reactions; its place is a setting, because the support apps do not know the project."""
    found: dict[str, tuple[str, ...]] = import_string(settings.REACTIONS_TABLE)
    return found


def follow(entry: LedgerEntry, event: Event) -> None:
    """Queue every reaction to the event, in the order of the table."""
    for function in table().get(event.name, ()):
        react.defer(entry_id=str(entry.pk), function=function)
