"""What a page says after an act: the undo line, and which kept draft has been taken."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_UNDO = "undo"
_TAKEN = "taken_drafts"


@dataclass(frozen=True)
class Undo:
    """Where an act can be undone and for how many seconds."""

    url: str
    seconds: int


def undo(request: HttpRequest, words: str, *, url: str, seconds: int) -> None:
    """Say that an act is done and offer to undo it; `url` takes a POST."""
    messages.success(request, words, extra_tags=f"{_UNDO} {seconds} {url}")


def undo_of(message: Message) -> Undo | None:
    """Return the undo that a message offers."""
    parts = (message.extra_tags or "").split(" ", 2)
    if len(parts) != 3 or parts[0] != _UNDO:
        return None
    return Undo(url=parts[2], seconds=int(parts[1]))


def taken(request: HttpRequest, draft: str) -> None:
    """Note that the form with this draft key has been taken, so that the browser may forget it."""
    request.session[_TAKEN] = [*request.session.get(_TAKEN, []), draft]


def pop_taken(request: HttpRequest) -> list[str]:
    """Return the drafts that the next page lets the browser forget."""
    return list(request.session.pop(_TAKEN, [])) if _TAKEN in request.session else []
