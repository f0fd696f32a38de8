"""Send one notice to one browser (RFC 8030, 8291, 8292)."""

import json
from datetime import datetime

from django.conf import settings
from pywebpush import WebPushException, webpush

from onevisit.support.notices import vapid
from onevisit.support.notices.models import Notice, PushDelivery, PushSubscription

_SECONDS = 10
_GONE = (404, 410)
_TIME_TO_LIVE = 24 * 3600


class PushFailed(Exception):
    """The push service did not take the notice; the queue tries again."""


def send(*, notice: Notice, subscription: PushSubscription, at: datetime) -> PushDelivery:
    """Send a notice to a browser and write down what its push service answered.

    What the push service may not read is encrypted for the browser; even so only title and address are sent.

    Raises:
        PushFailed: the service is out of reach or refuses for now.
    """
    status, error = _post(notice=notice, subscription=subscription)
    delivery = PushDelivery.objects.create(
        notice=notice, subscription=subscription, sent_at=at, status=status, error=error[:200]
    )
    if status in _GONE:
        subscription.failed_at = at
        subscription.save(update_fields=["failed_at"])
    elif not 200 <= status < 300:
        raise PushFailed(f"push service answered {status}: {error}"[:300])
    return delivery


def _post(*, notice: Notice, subscription: PushSubscription) -> tuple[int, str]:
    message = {"title": notice.title, "body": notice.body, "url": notice.url, "notice": str(notice.pk)}
    try:
        answer = webpush(
            subscription_info={
                "endpoint": subscription.endpoint,
                "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
            },
            data=json.dumps(message, ensure_ascii=False),
            vapid_private_key=str(vapid.key_path()),
            vapid_claims={"sub": settings.ORIGIN if settings.ORIGIN.startswith("https:") else "mailto:root@localhost"},
            ttl=_TIME_TO_LIVE,
            timeout=_SECONDS,
        )
    except WebPushException as error:
        return (error.response.status_code if error.response is not None else 0), str(error)
    except OSError as error:
        return 0, str(error)
    assert not isinstance(answer, str), "a string comes back only when a curl command was asked for"
    return answer.status_code, ""
