"""通知: what reached the person, newest first."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.notices import selectors, services
from onevisit.web.ui.actors import ActorRequest


@requires("notice.read")
@require_GET
def notice_list(request: ActorRequest) -> HttpResponse:
    """List one's own notices."""
    actor = request.actor
    assert actor.officer_id is not None
    page = Paginator(selectors.of_officer(actor.officer_id), 50).get_page(request.GET.get("page"))
    unread = selectors.unread_count(actor.officer_id)
    return render(request, "desk/notices/notices.html", {"page": page, "unread_count": unread})


@requires("notice.read")
@require_POST
def notice_open(request: ActorRequest, notice_id: UUID) -> HttpResponse:
    """Mark a notice as read and go where it points."""
    actor = request.actor
    assert actor.officer_id is not None
    notice = get_object_or_404(selectors.of_officer(actor.officer_id), pk=notice_id)
    services.read(notice=notice, actor=actor, at=clock.now())
    target = notice.url if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None) else ""
    return redirect(target or "notice_list")


@requires("notice.read")
@require_POST
def notices_read_all(request: ActorRequest) -> HttpResponse:
    """Mark all own notices as read."""
    services.read_all(actor=request.actor, at=clock.now())
    return redirect("notice_list")
