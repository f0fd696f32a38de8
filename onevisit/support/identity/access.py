"""How a view declares who may open it: `@requires("verb")`, `@signed_in` or `@public`; without one the boot stops."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
ACCESS_ATTRIBUTE = "onevisit_access"


def public(view: View) -> View:
    """Declare that everybody may open the view."""
    setattr(view, ACCESS_ATTRIBUTE, "public")
    return view


def signed_in(view: View) -> View:
    """Declare that every person with an account may open the view; what it shows is scoped by visible_to."""
    return _guarded(view, verb="")


def requires(verb: str) -> Callable[[View], View]:
    """Declare the verb of the view. The view itself checks it on the subject; here it is checked without one.

    A policy whose rule cannot decide without a subject gets `None` and answers whether the actor could do it on any.
    """

    def declare(view: View) -> View:
        return _guarded(view, verb=verb)

    return declare


def _guarded(view: View, *, verb: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if verb:
            request.actor.must(verb)  # type: ignore[attr-defined]  # set by ActorMiddleware
        return view(request, *args, **kwargs)

    setattr(guarded, ACCESS_ATTRIBUTE, verb or "signed_in")
    return guarded
