"""Keys of badge codes: a phone tells its public key once, and a new one replaces the phone's former one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.visits import badges, events
from onevisit.stages.visits.messages import Confirmation
from onevisit.stages.visits.models import BadgeKey
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def register_badge_key(*, device: str, public_key: str, actor: Actor, at: datetime) -> BadgeKey:
    """Remember the key of an officer's phone; the same key again changes nothing.

    Raises:
        VisitRefused: it is no key, or no phone is named.
    """
    capacity = actor.must("badge_key.register")
    assert actor.officer_id is not None, "an inspector is an officer"
    try:
        badges.key_of(public_key)
    except badges.BadBadge:
        raise VisitRefused(
            code="bad_key", message=_("亮证密钥格式不符。"), fix=_("请更新现场应用后重试。"), field="public_key"
        ) from None
    if not device:
        raise VisitRefused(code="bad_message", message=_("没有说明是哪部手机。"), field="device")
    key_id = badges.key_id(public_key)
    held = BadgeKey.objects.select_for_update().filter(officer_id=actor.officer_id)
    known = held.filter(key_id=key_id, revoked_at__isnull=True).first()
    if known is not None:
        return known
    held.filter(device=device, revoked_at__isnull=True).update(revoked_at=at)
    made = BadgeKey.objects.create(
        officer_id=actor.officer_id, device=device, public_key=public_key, key_id=key_id, created_at=at
    )
    event = events.BadgeKeyRegistered(subject=str(actor.officer_id), key_id=key_id)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


def badge_key_ids(*, officer_id: UUID) -> list[str]:
    """Return the keys that count for an officer now, so that a phone sees whether its own is among them."""
    return list(
        BadgeKey.objects.filter(officer_id=officer_id, revoked_at__isnull=True).values_list("key_id", flat=True)
    )


def check_confirmations(confirmations: tuple[Confirmation, ...], *, at: datetime) -> list[dict[str, object]]:
    """Return how each colleague was confirmed, as the desk shows it; a scanned badge is checked with its phone's key.

    Raises:
        VisitRefused: a badge is forged, of somebody else, or was scanned long after it was shown.
    """
    return [
        {
            "officer": str(row.officer_id),
            "way": row.way,
            "key": _checked(row, at=at) if row.way == "badge" else "",
        }
        for row in confirmations
    ]


def _checked(row: Confirmation, *, at: datetime) -> str:
    try:
        badge = badges.read(row.badge)
    except badges.BadBadge:
        raise _refused(_("扫到的不是亮证码。")) from None
    # A phone lost after the visit is revoked since; its badge was good when it was shown.
    keys = BadgeKey.objects.filter(officer_id=row.officer_id, key_id=badge.key_id)
    if badge.officer_id != row.officer_id or not any(
        badges.is_signed_by(badge, public_key=key.public_key)
        for key in keys
        if key.revoked_at is None or key.revoked_at > badge.shown_at
    ):
        raise _refused(_("亮证码不是该执法人员的手机签发的。"))
    if not badges.is_fresh(badge, at=at):
        raise _refused(_("亮证码已过 10 分钟。"))
    return badge.key_id


def _refused(message: str) -> VisitRefused:
    return VisitRefused(
        code="badge",
        message=message,
        fix=_("请同事打开“我的”重新亮证，联网一次后再扫；也可以由同事填写执法证号。"),
        field="confirmations",
    )
