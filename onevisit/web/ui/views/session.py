"""What the shell asks about the session, and the default capacity for new acts."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onevisit.support.identity.access import public, signed_in
from onevisit.web.ui.actors import CHOSEN, ActorRequest, key_of


@public
@never_cache
@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """Say whether the session lives, with a fresh token for the forms of the page that asks."""
    return JsonResponse({"is_signed_in": request.user.is_authenticated, "csrf_token": get_token(request)})


@signed_in
@require_POST
def choose_capacity(request: ActorRequest) -> HttpResponse:
    """Set the default capacity for new acts; it must be one the person holds."""
    chosen = request.POST.get("capacity", "")
    actor = request.actor
    held = next((capacity for capacity in actor.capacities if key_of(capacity) == chosen), None)
    if held is None:
        messages.error(request, _("您现在不具有所选身份，仍以原身份办理。"))
    else:
        request.session[CHOSEN] = chosen
        messages.success(request, _("新办事项默认以 %(label)s 身份。") % {"label": held.label})
    return redirect(back(request))


def back(request: HttpRequest) -> str:
    """Return the page that a form was sent from, else the inbox."""
    return own_address(request, request.headers.get("Referer", ""), otherwise="/inbox")


def own_address(request: HttpRequest, given: str, *, otherwise: str) -> str:
    """Return an address that came with a request if it leads to this site, so that nobody is sent elsewhere."""
    return given if url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}) else otherwise


@signed_in
@require_POST
def session_end(request: ActorRequest, session_id: int) -> HttpResponse:
    """Sign out one of one's own other devices."""
    found = get_object_or_404(UserSession, pk=session_id, user=request.user)
    found.end()
    messages.success(request, _("该设备已退出登录。"))
    return redirect("usersessions_list")


@public
@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """Say how an account or a new password is come by: there is no signing up and no e-mail."""
    return render(request, "account/closed.html", status=404)
