"""What the queue does for notices."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onevisit.support.jobs.tasks import BACK_OFF, recorded
from onevisit.support.notices import push as pushing
from onevisit.support.notices.models import Notice, PushDelivery, PushSubscription


@app.task(name="push", retry=BACK_OFF, pass_context=True)
@recorded
def push(*, notice_id: str) -> None:
    """Send a notice to every browser of its officer that has not got it yet.

    Real time is recorded: how fast a phone was told does not depend on the demo clock (R65).
    """
    notice = Notice.objects.get(pk=notice_id)
    done = PushDelivery.objects.filter(notice=notice, status__gte=200, status__lt=300).values("subscription")
    failures = []
    for subscription in PushSubscription.objects.filter(officer_id=notice.officer_id, failed_at__isnull=True).exclude(
        pk__in=done
    ):
        try:
            pushing.send(notice=notice, subscription=subscription, at=timezone.now())
        except pushing.PushFailed as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
