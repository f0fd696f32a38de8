"""九项机制: a second door to the same screens, in the three groups of the founding text."""

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onevisit.support import clock
from onevisit.support.identity.access import signed_in
from onevisit.web.desk import inbox
from onevisit.web.desk.mechanisms import GROUPS, Mechanism
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.menu import MENU, is_served, may_use


@signed_in
@require_GET
def mechanisms(request: ActorRequest) -> HttpResponse:
    """Show what each mechanism does, its screens and how many to-dos wait in them; say which are not here yet."""
    waiting = Counter(_room(todo.url) for todo in inbox.mine(request.actor, clock.now()))
    groups = [(group.name, [_shown(request, found, waiting) for found in group.mechanisms]) for group in GROUPS]
    return render(request, "desk/mechanisms/page.html", {"groups": groups})


def _room(path: str) -> str:
    return path.strip("/").split("/")[0].split("?")[0]


def _shown(request: ActorRequest, mechanism: Mechanism, waiting: Counter[str]) -> dict[str, object]:
    served = [door for door in mechanism.doors if is_served(door.path)]
    doors = [door for door in served if _may_open(request, door.path)]
    return {
        "name": mechanism.name,
        "what": mechanism.what,
        "doors": doors,
        "is_here": bool(served),
        "count": sum(waiting[room] for room in {_room(door.path) for door in doors}),
    }


def _may_open(request: ActorRequest, path: str) -> bool:
    """Say whether the menu would show this screen to the person."""
    entries = [child for entry in MENU for child in (entry, *entry.children)]
    return any(entry.path == path and may_use(entry, request.actor) for entry in entries)
