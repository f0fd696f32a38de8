"""The policy that an entry names by its digest: weighty entries say which one was in force when they were written."""

import json
from datetime import datetime
from uuid import UUID

from onevisit.support.ledger import quorum
from onevisit.support.ledger.models import LedgerEntry, LedgerPolicy


def digest(*, at: datetime) -> str:
    """Return the digest of the adopted policy in force at a moment, empty where none was adopted."""
    version = quorum.version_in_force(at=at)
    return version.digest if version else ""


def text_of(entry_id: UUID) -> str:
    """Return the policy file that an entry names, of one that names none that which was in force; empty if none."""
    version = _named(entry_id)
    if version is not None:
        return version.text
    entry = LedgerEntry.objects.filter(pk=entry_id).first()
    return (quorum.policy_text(at=entry.at) or "") if entry else ""


def adoption_of(entry_id: UUID) -> UUID | None:
    """Return the entry that adopted the policy which an entry names, None where it names none."""
    version = _named(entry_id)
    return version.entry_id if version else None


def _named(entry_id: UUID) -> LedgerPolicy | None:
    entry = LedgerEntry.objects.filter(pk=entry_id).first()
    found = json.loads(bytes(entry.payload)).get("policy") if entry else ""
    return LedgerPolicy.objects.filter(digest=str(found)).first() if found else None
