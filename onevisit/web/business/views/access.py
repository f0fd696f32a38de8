"""Who stands behind a code: one check for every page of the business, and one identical answer to what is no code."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from onevisit.stages.findings import parties
from onevisit.stages.visits.parties import Party
from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.support.identity.models import Department
from onevisit.web.ui import throttle

GUESSES, WINDOW_SECONDS = 20, 600
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
        return view(request, who, *args, **kwargs)

    return public(never_cache(opened))


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
