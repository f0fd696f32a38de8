"""Puts the actor of the request on it: `request.actor`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from onevisit.support import clock
from onevisit.support.identity import actors


class ActorRequest(HttpRequest):
    """A request behind ActorMiddleware; views annotate their request with it."""

    actor: actors.Actor


def _actor(request: HttpRequest) -> actors.Actor:
    if not request.user.is_authenticated:
        return actors.NOBODY
    return actors.of_user(user=request.user, on=clock.today())


class ActorMiddleware:
    """Sets `request.actor` lazily, so that public pages cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)
