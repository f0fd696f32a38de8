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
    """Show a valid code; unknown, expired and guessed ones give one identical page.

    A code has eighty random bits, so a guess never hits; who guesses often is only told to slow down, and behind one
    address of a mobile network a real code still opens.
    """
    found = codes.valid_code(code=code, at=clock.now())
    if found is None:
        status = 429 if _guesses(request) > GUESSES else 404
        return render(request, "business/bad_code.html", {"phone": _hotline()}, status=status)
    return render(request, "business/code.html", {"page": found, "code": code, "phone": found.phone or _hotline()})


def _hotline() -> str:
    """Return the number to call: the coordination office's, else the national line for complaints."""
    office = Department.objects.filter(kind="coordination_office").exclude(phone="").first()
    return office.phone if office else "12345"


def _guesses(request: HttpRequest) -> int:
    """Count this wrong code and return how many came from the address in the present window."""
    key = f"code-guesses:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WINDOW_SECONDS)
    return cache.incr(key)
