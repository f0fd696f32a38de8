"""Puts the actor of the request on it: `request.actor`, the capacity chosen in the top bar first."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from onevisit.support import clock
from onevisit.support.identity import actors

CHOSEN = "capacity"


class ActorRequest(HttpRequest):
    """A request behind ActorMiddleware; views annotate their request with it."""

    actor: actors.Actor


def key_of(capacity: actors.Capacity) -> str:
    """Return the value by which a form and the session name one capacity."""
    return f"{capacity.department_id}:{capacity.role.value}:{capacity.on_behalf_of_id or ''}"


def _actor(request: HttpRequest) -> actors.Actor:
    if not request.user.is_authenticated:
        return actors.NOBODY
    actor = actors.of_user(user=request.user, on=clock.today())
    chosen = request.session.get(CHOSEN)
    if not chosen:
        return actor
    # `holds` takes the first that fits: the chosen one is only the default, all others still count.
    return replace(actor, capacities=tuple(sorted(actor.capacities, key=lambda held: key_of(held) != chosen)))


class ActorMiddleware:
    """Sets `request.actor` lazily, so that public pages cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)
