"""Reads of notices."""

from uuid import UUID

from django.db.models import QuerySet

from onevisit.support.notices.models import Notice


def of_officer(officer_id: UUID) -> QuerySet[Notice]:
    """Return the notices of an officer, newest first."""
    return Notice.objects.filter(officer_id=officer_id).order_by("-created_at", "-id")


def unread_count(officer_id: UUID | None) -> int:
    """Return how many notices an officer has not read."""
    return 0 if officer_id is None else Notice.objects.filter(officer_id=officer_id, read_at__isnull=True).count()
