"""Only in the demo city: one-click sign-in as one of the cast, and the clock that can be set forward."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onevisit.support import clock
from onevisit.support.clock import services as clock_services
from onevisit.support.identity import actors, events, selectors, services
from onevisit.support.identity.access import public, signed_in
from onevisit.support.ledger import services as ledger
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.views.session import own_address

BACKEND = "onevisit.support.identity.backends.AccountBackend"
STEPS = (
    (5, gettext_lazy("5 分钟")),
    (15, gettext_lazy("15 分钟")),
    (60, gettext_lazy("1 小时")),
    (24 * 60, gettext_lazy("1 日")),
    (3 * 24 * 60, gettext_lazy("3 日")),
    (7 * 24 * 60, gettext_lazy("7 日")),
)


def _only_in_the_demo_city() -> None:
    if not settings.DEMO:
        raise Http404


@public
@require_POST
def sign_in(request: ActorRequest, officer_id: UUID) -> HttpResponse:
    """Sign in as one of the cast; the entry says that it was the demo's way in."""
    _only_in_the_demo_city()
    officer = get_object_or_404(selectors.demo_players(), pk=officer_id)
    at = clock.now()
    user = officer.user or services.open_demo_account(officer=officer)
    login(request, user, backend=BACKEND)
    with transaction.atomic():
        ledger.append(
            events.DemoSignedIn(subject=str(officer.pk)),
            actor=actors.of_user(user=user, on=at.date()),
            at=at,
        )
    return redirect(own_address(request, request.POST.get("next", ""), otherwise=settings.LOGIN_REDIRECT_URL))


@signed_in
@require_GET
def clock_page(request: ActorRequest) -> HttpResponse:
    """Show demo time, what it does not touch, and the steps by which it can be set forward."""
    _only_in_the_demo_city()
    return render(request, "ui/demo_clock.html", {"steps": STEPS, "offset": clock.offset()})


@signed_in
@require_POST
def clock_forward(request: ActorRequest) -> HttpResponse:
    """Set the demo clock forward by the chosen minutes or to the chosen moment."""
    _only_in_the_demo_city()
    by = _step(request)
    actor = request.actor
    at = clock.now()
    with transaction.atomic():
        clock_services.forward(by=by, actor_id=actor.id)
        ledger.append(events.ClockForwarded(subject="demo", minutes=int(by.total_seconds() // 60)), actor=actor, at=at)
    messages.success(request, _("演示时间已拨到 %(now)s。") % {"now": f"{clock.now():%Y-%m-%d %H:%M}"})
    return redirect(own_address(request, request.POST.get("next", ""), otherwise="/demo/clock"))


def _step(request: ActorRequest) -> timedelta:
    until = request.POST.get("until", "").strip()
    if until:
        return _moment(until) - clock.now()
    try:
        return timedelta(minutes=int(request.POST.get("minutes", "")))
    except (ValueError, OverflowError) as error:
        raise clock_services.ClockRefused(_("请选择要向前拨多久。")) from error


def _moment(words: str) -> datetime:
    """Read a moment as a form sends it; 2026-02-30 and the year 9999 at another zone are no moments."""
    try:
        moment = parse_datetime(words)
        if moment is None:
            raise ValueError(words)
        return make_aware(moment) if is_naive(moment) else moment.astimezone(get_current_timezone())
    except (ValueError, OverflowError) as error:
        raise clock_services.ClockRefused(_("时间格式应为 2026-12-01 09:30。")) from error
