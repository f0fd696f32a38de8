"""Append entries to the ledger; what happens after is hung on AFTER_APPEND by the jobs app."""

import dataclasses
import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from onevisit.support.ledger.events import Event
from onevisit.support.ledger.models import LedgerEntry

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity

AFTER_APPEND: list[Callable[[LedgerEntry, Event], None]] = []


def append(event: Event, *, actor: "Actor", at: datetime, capacity: "Capacity | None" = None) -> LedgerEntry:
    """Append one entry in the caller's transaction and hand it to what follows from it."""
    content = {field.name: getattr(event, field.name) for field in dataclasses.fields(event) if field.name != "related"}
    content |= {"event": event.name, "actor": actor.id, "at": at.isoformat(timespec="seconds")}
    if not event.is_public:
        content["nonce"] = secrets.token_hex(16)
    payload = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    entry = LedgerEntry.objects.create(
        payload=payload,
        leaf=hashlib.sha256(b"\x00" + payload).digest(),
        event=event.name,
        subject_type=event.subject_type,
        subject=event.subject,
        related=list(event.related),
        sentence=event.sentence(),
        actor=actor.id,
        actor_name=actor.name,
        capacity=capacity.label if capacity else "",
        is_public=event.is_public,
        at=at,
    )
    for follow in AFTER_APPEND:
        follow(entry, event)
    return entry
