"""Reads of the ledger for timelines."""

from django.db.models import Q, QuerySet

from onevisit.support.ledger.models import LedgerEntry


def timeline(subject_type: str, subject: object) -> QuerySet[LedgerEntry]:
    """Return the entries of one subject and those related to it, newest first."""
    key = str(subject)
    return LedgerEntry.objects.filter(
        Q(subject_type=subject_type, subject=key) | Q(related__contains=[f"{subject_type}:{key}"])
    ).order_by("-at", "-id")
