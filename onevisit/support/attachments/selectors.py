"""Reads of files."""

from pathlib import Path

from django.db.models import QuerySet

from onevisit.support.attachments import storage
from onevisit.support.attachments.models import Attachment


def get(attachment_id: str) -> Attachment | None:
    """Return one file, None if it is not known."""
    return Attachment.objects.filter(pk=attachment_id).first()


def of_subject(subject_type: str, subject: object) -> QuerySet[Attachment]:
    """Return the files of a subject, oldest first."""
    return Attachment.objects.filter(subject_type=subject_type, subject=str(subject)).order_by("created_at", "id")


def missing(subject_type: str, subject: object) -> QuerySet[Attachment]:
    """Return the announced files of a subject whose bytes are not all here."""
    return of_subject(subject_type, subject).filter(completed_at__isnull=True)


def path_of(attachment: Attachment) -> Path | None:
    """Return the file of a complete attachment, None while bytes are missing."""
    return storage.complete(attachment.sha256) if attachment.completed_at else None


def read(attachment: Attachment) -> bytes:
    """Return the content of a complete attachment.

    Raises:
        FileNotFoundError: it is not complete, or its file is gone from the disk.
    """
    path = path_of(attachment)
    if path is None:
        raise FileNotFoundError(str(attachment.pk))
    return path.read_bytes()
