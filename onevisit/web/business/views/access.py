"""Who stands behind a code: one check for every page of the business, and one identical answer to what is no code."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from onevisit.stages.findings import parties
from onevisit.stages.visits import business_keys
from onevisit.stages.visits.business_keys import KeyNeeded
from onevisit.stages.visits.parties import Party
from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.support.identity.models import Department
from onevisit.web.ui import throttle

GUESSES, WINDOW_SECONDS = 20, 600
KEY_COOKIE, KEY_SECONDS = "business", 12 * 3600
Rest = ParamSpec("Rest")


def by_code(
    view: Callable[Concatenate[HttpRequest, Party, Rest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Open a page to whoever holds the code; unknown, expired and guessed ones give one identical page.

    A code has eighty random bits, so a guess never hits; who guesses often is only told to slow down, and behind one
    address of a mobile network a real code still opens.
    """

    @wraps(view)
    def opened(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        who = parties.party(code=code, at=clock.now())
        if who is None:
            status = 429 if _guesses(request) > GUESSES else 404
            return render(request, "business/bad_code.html", {"phone": hotline()}, status=status)
        return view(request, replace(who, key_id=_key_of(request, who)), *args, **kwargs)

    return public(never_cache(opened))


def as_business(
    view: Callable[Concatenate[HttpRequest, Party, Rest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Keep an act for the business itself: whoever has only the code, as the officers do, is asked for its own key."""

    @wraps(view)
    def kept(request: HttpRequest, who: Party, *args: Any, **kwargs: Any) -> HttpResponse:
        if who.key_id is not None:
            return view(request, who, *args, **kwargs)
        is_read = request.method in {"GET", "HEAD"}
        return ask_for_key(request, who, then=request.path if is_read else "", status=200 if is_read else 403)

    return kept


def ask_for_key(
    request: HttpRequest, who: Party, *, then: str = "", status: int = 200, refusal: KeyNeeded | None = None
) -> HttpResponse:
    """Show the page that asks for the business's own key and says where it comes from."""
    office = coordination()
    context = {
        "who": who,
        "code": who.code,
        "then": then,
        "refusal": refusal,
        "phone": hotline(),
        "office": office.name if office else "",
    }
    return render(request, "business/key.html", context, status=status)


def remember(response: HttpResponse, request: HttpRequest, who: Party) -> None:
    """Let this browser act for the business on the pages of this one code for some hours."""
    response.set_cookie(
        _cookie(),
        signing.dumps([str(who.code_id), str(who.key_id)], salt=KEY_COOKIE),
        max_age=KEY_SECONDS,
        path=f"/c/{who.code}",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def _key_of(request: HttpRequest, who: Party) -> UUID | None:
    """Return the key that this browser has shown, if it is still the valid one of this visit's business."""
    try:
        code_id, key_id = signing.loads(request.COOKIES.get(_cookie(), ""), salt=KEY_COOKIE, max_age=KEY_SECONDS)
        if code_id != str(who.code_id):
            return None
        return business_keys.must_hold(key_id=UUID(key_id), visit_id=who.visit.pk).pk
    except (signing.BadSignature, ValueError, KeyNeeded):
        return None


def _cookie() -> str:
    """Return the cookie's name; it carries the port, as the session's does."""
    return f"{settings.SESSION_COOKIE_NAME}_{KEY_COOKIE}"


def hotline() -> str:
    """Return the number to call: the coordination office's, else the national line for complaints."""
    office = coordination()
    return office.phone if office and office.phone else "12345"


def coordination() -> Department | None:
    """Return the coordination office, which answers for the whole city."""
    return Department.objects.filter(kind="coordination_office").order_by("code").first()


def _guesses(request: HttpRequest) -> int:
    """Count this wrong code and return how many came from the address in the present window."""
    return throttle.count(request, "code-guesses", window=WINDOW_SECONDS)
