"""Open, pause, resume and close deadlines; make new versions of rules."""

from datetime import date, datetime, timedelta
from uuid import UUID

from onevisit.support.deadlines.models import Deadline, RuleVersion


def current(key: str, *, on: date) -> RuleVersion:
    """Return the version of rule `key` valid for what starts on `on`.

    Raises:
        RuleVersion.DoesNotExist: no version is valid then.
    """
    return RuleVersion.objects.filter(rule_id=key, valid_from__lte=on).latest("version")


def open_deadline(
    *, key: str, subject_type: str, subject: object, department_id: UUID, sentence: str, at: datetime, url: str = ""
) -> Deadline:
    """Start the term of rule `key` for a subject, due by the rule version valid on that day."""
    version = current(key, on=at.date())
    return Deadline.objects.create(
        rule_version=version,
        subject_type=subject_type,
        subject=str(subject),
        department_id=department_id,
        sentence=sentence,
        url=url,
        opened_at=at,
        due_at=at + timedelta(days=version.amount),
    )


def close_deadline(*, key: str, subject_type: str, subject: object, at: datetime) -> None:
    """Close the running term of rule `key` for a subject, if there is one."""
    Deadline.objects.filter(
        rule_version__rule_id=key, subject_type=subject_type, subject=str(subject), closed_at__isnull=True
    ).update(closed_at=at)


def reopen_deadline(*, key: str, subject_type: str, subject: object) -> None:
    """Let the latest closed term of rule `key` for a subject run on as if it had not been closed (an undo)."""
    latest = (
        Deadline.objects.filter(rule_version__rule_id=key, subject_type=subject_type, subject=str(subject))
        .order_by("-opened_at")
        .first()
    )
    if latest is not None and latest.closed_at is not None:
        latest.closed_at = None
        latest.save(update_fields=["closed_at"])
