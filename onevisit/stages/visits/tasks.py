"""The minute by minute look at the visits."""

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from onevisit.stages.draws import selectors as draws
from onevisit.stages.visits import services
from onevisit.stages.visits.models import Visit
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM


@app.periodic(cron="* * * * *")
@app.task(name="issue_notices", queueing_lock="issue_notices")
def issue_notices(timestamp: int) -> None:
    """Issue the notices of sealed visits whose address has opened, by the city's clock."""
    services.issue_notices(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="dispatch_witnessed", queueing_lock="dispatch_witnessed")
def dispatch_witnessed(timestamp: int) -> None:
    """Follow the results of draws and rounds that have waited for the witnesses.

    An open draw never leaves its state: it is looked at while a round may come, or a visit of it is under way.
    """
    begun = Visit.objects.filter(draw__isnull=False).values("draw_id")
    under_way = Visit.objects.filter(draw__isnull=False).exclude(state__in=("closed", "withdrawn")).values("draw_id")
    last = timezone.localtime(clock.now()).date() - draws.OPENING_TERM
    living = ~Q(mode="open") | Q(offer__isnull=True) | Q(offer__ends_on__gte=last) | Q(pk__in=under_way)
    unsent = ~Q(pk__in=begun) & Q(is_infeasible=False)
    waiting = draws.running_draws().filter(living, unsent | Q(rounds__drawn_at__isnull=False)).distinct()
    for draw in waiting.defer(*draws.DOCUMENTS):
        if services.is_behind(draw.pk) and not draws.awaits_quorum(draw):
            services.follow_draw(draw_id=draw.pk, actor=SYSTEM, at=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="hold_teams", queueing_lock="hold_teams")
def hold_teams(timestamp: int) -> None:
    """Look whether the teams of the visits under way are those that were drawn; what differs is published."""
    services.hold_teams(at=clock.now())
