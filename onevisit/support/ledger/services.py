"""Append entries to the ledger; what happens after is hung on AFTER_APPEND by the jobs app."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import connection, transaction

from onevisit.support.ledger import payloads
from onevisit.support.ledger.events import Event, SensitiveRead, WordsErased
from onevisit.support.ledger.models import LedgerEntry, LedgerWords

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity

AFTER_APPEND: list[Callable[[LedgerEntry, Event], None]] = []
NONCE_BYTES = 16
Row = TypeVar("Row", LedgerEntry, LedgerWords)
Value = str | bool | bytes | datetime | uuid.UUID | list[str]
_INSERT = """
WITH entry AS (
  INSERT INTO ledger_entry (id, payload, event, subject_type, subject, related, actor, is_public, at)
  VALUES (%(id)s, %(payload)s, %(event)s, %(subject_type)s, %(subject)s, %(related)s, %(actor)s, %(is_public)s, %(at)s)
  RETURNING id, leaf, ordinal
), words AS (
  INSERT INTO ledger_words (entry_id, salt, sentence, actor_name, capacity)
  SELECT id, %(salt)s, %(sentence)s, %(actor_name)s, %(capacity)s FROM entry
)
SELECT leaf, ordinal FROM entry
"""


def append(event: Event, *, actor: "Actor", at: datetime, capacity: "Capacity | None" = None) -> LedgerEntry:
    """Append one entry in the caller's transaction and hand it to what follows from it.

    It waits for nobody: the place in the tree is given afterwards, by the sequencer.

    Raises:
        PersonalDataInClear: the event holds a mobile or identity number.
    """
    entry_id, salt = uuid.uuid4(), secrets.token_bytes(NONCE_BYTES)
    words = {"sentence": event.sentence(), "actor_name": actor.name, "capacity": capacity.label if capacity else ""}
    content = payloads.build(
        event=event,
        entry_id=entry_id,
        actor=actor.id,
        at=at,
        words=payloads.words_hash(salt=salt, **words),
        nonce="" if event.is_public else secrets.token_hex(NONCE_BYTES),
    )
    entry = _insert(
        {
            "id": entry_id,
            "payload": payloads.encode(content),
            "event": event.name,
            "subject_type": event.subject_type,
            "subject": event.subject,
            "related": list(event.related),
            "actor": actor.id,
            "is_public": event.is_public,
            "at": at,
        },
        {"salt": salt, **words},
    )
    for follow in AFTER_APPEND:
        follow(entry, event)
    return entry


def _insert(entry: Mapping[str, Value], words: Mapping[str, Value]) -> LedgerEntry:
    """Insert an entry and its words by one statement, which is a transaction of its own where there is none."""
    # What cannot be logged must not happen: nobody goes on in a transaction without the entry.
    whole = transaction.atomic(savepoint=False) if connection.in_atomic_block else nullcontext()
    with whole, connection.cursor() as cursor:
        cursor.execute(_INSERT, {**entry, **words})
        leaf, ordinal = cursor.fetchone()
    row = _stored(LedgerEntry, {**entry, "leaf": bytes(leaf), "ordinal": ordinal})
    row.words = _stored(LedgerWords, {**words, "entry_id": row.pk})
    return row


def _stored(model: type[Row], values: Mapping[str, object]) -> Row:
    """Return a row as reading it would; that takes the values in the order of the fields."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, [values[name] for name in names])


def record_read(
    *,
    subject_type: str,
    subject: object,
    what: str,
    actor: "Actor",
    at: datetime,
    reason: str = "",
    capacity: "Capacity | None" = None,
) -> LedgerEntry:
    """Record that somebody looked at a sensitive field or a sealed list (R68).

    Args:
        what: the field in words, e.g. 联系电话.
        reason: why, where the screen asks for it.
    """
    event = SensitiveRead(subject=str(subject), noun=subject_type, what=what, reason=reason)
    return append(event, actor=actor, at=at, capacity=capacity)


@transaction.atomic
def erase_words(*, entry: LedgerEntry, basis: str, actor: "Actor", at: datetime) -> LedgerEntry:
    """Erase the readable words of one entry on a legal basis; its place in the tree and its hash stay.

    Raises:
        LedgerWords.DoesNotExist: they are gone already.
    """
    words = LedgerWords.objects.select_for_update().get(entry=entry)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('onevisit.erasing', %s, true)", [str(entry.pk)])
        words.delete()
        cursor.execute("SELECT set_config('onevisit.erasing', '', true)")
    return append(WordsErased(subject=str(entry.pk), basis=basis), actor=actor, at=at)
