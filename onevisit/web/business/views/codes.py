"""The page behind an inspection code: in three seconds, is this real? Without JavaScript and without heavy styles."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onevisit.stages.visits import codes
from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.support.identity.models import Department

GUESSES, WINDOW_SECONDS = 20, 600


@public
@never_cache
@require_safe
def code(request: HttpRequest, code: str) -> HttpResponse:
    """Show a valid code; unknown, expired and guessed ones give one identical page."""
    found = None if _guesses_too_often(request) else codes.valid_code(code=code, at=clock.now())
    if found is None:
        _count_guess(request)
        return render(request, "business/bad_code.html", {"phone": _hotline()}, status=404)
    return render(request, "business/code.html", {"page": found, "code": code, "phone": found.phone or _hotline()})


def _hotline() -> str:
    """Return the number to call: the coordination office's, else the national line for complaints."""
    office = Department.objects.filter(kind="coordination_office").exclude(phone="").first()
    return office.phone if office else "12345"


def _key(request: HttpRequest) -> str:
    return f"code-guesses:{request.META.get('REMOTE_ADDR', '')}"


def _guesses_too_often(request: HttpRequest) -> bool:
    return int(cache.get(_key(request), 0)) >= GUESSES


def _count_guess(request: HttpRequest) -> None:
    cache.set(_key(request), int(cache.get(_key(request), 0)) + 1, WINDOW_SECONDS)
