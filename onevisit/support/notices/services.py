"""Tell persons something; mark it read; remember which browsers may be pushed to."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role
from onevisit.support.notices.models import Notice, PushSubscription
from onevisit.support.notices.tasks import push


class NoticeRefused(Exception):
    """The browser cannot be pushed to."""

    code = "push_endpoint"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def notify(
    *,
    officer_ids: Iterable[UUID],
    kind: str,
    title: str,
    at: datetime,
    body: str = "",
    url: str = "",
    subject_type: str = "",
    subject: object = "",
) -> list[Notice]:
    """Tell each officer once about a subject: a second call for the same kind, title and subject tells nobody again."""
    told = []
    for officer_id in dict.fromkeys(officer_ids):
        notice, is_new = Notice.objects.get_or_create(
            officer_id=officer_id,
            kind=kind,
            title=title[:120],
            subject_type=subject_type,
            subject=str(subject),
            defaults={"body": body[:400], "url": url, "created_at": at},
        )
        if is_new:
            push.defer(notice_id=str(notice.pk))
            told.append(notice)
    return told


def notify_role(
    *,
    role: Role,
    department_id: UUID,
    kind: str,
    title: str,
    at: datetime,
    body: str = "",
    url: str = "",
    subject_type: str = "",
    subject: object = "",
) -> list[Notice]:
    """Tell everybody who holds a role in an organ today, substitutes included."""
    holders = identity.officers_with(role=role, department_id=department_id, on=at.date())
    return notify(
        officer_ids=holders.values_list("pk", flat=True),
        kind=kind,
        title=title,
        at=at,
        body=body,
        url=url,
        subject_type=subject_type,
        subject=subject,
    )


def read(*, notice: Notice, actor: Actor, at: datetime) -> Notice:
    """Mark one's own notice as read; the first reading counts."""
    actor.must("notice.read", notice)
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


def read_all(*, actor: Actor, at: datetime) -> int:
    """Mark all own notices as read and return how many there were."""
    actor.must("notice.read")
    return Notice.objects.filter(officer_id=_self(actor), read_at__isnull=True).update(read_at=at)


def subscribe(*, endpoint: str, p256dh: str, auth: str, actor: Actor, at: datetime) -> PushSubscription:
    """Remember a browser of the actor; the address must be one of a known push service.

    Raises:
        NoticeRefused: the address is no push service's, so that nobody makes this server call into the own network.
    """
    actor.must("notice.read")
    check_endpoint(endpoint)
    subscription, _made = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "officer_id": _self(actor),
            "p256dh": p256dh,
            "auth": auth,
            "created_at": at,
            "failed_at": None,
        },
    )
    return subscription


def unsubscribe(*, endpoint: str, actor: Actor, at: datetime) -> int:
    """Forget a browser of the actor; what was delivered to it stays on record."""
    actor.must("notice.read")
    return PushSubscription.objects.filter(endpoint=endpoint, officer_id=_self(actor), failed_at__isnull=True).update(
        failed_at=at
    )


def check_endpoint(endpoint: str) -> None:
    """Refuse an address that is not https at a known push service (`PUSH_HOSTS`)."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    is_known = any(host == known or (known.startswith(".") and host.endswith(known)) for known in settings.PUSH_HOSTS)
    if is_known and (parts.scheme == "https" or host in {"127.0.0.1", "localhost"}):
        return
    raise NoticeRefused(_("这个浏览器的推送服务不在允许之列，通知仍会显示在“待办”里。"))


def _self(actor: Actor) -> UUID:
    """Return the officer of an actor who holds a post; the policy has let nobody else through."""
    assert actor.officer_id is not None
    return actor.officer_id
