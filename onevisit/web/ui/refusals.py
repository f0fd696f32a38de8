"""The one place that decides the HTTP status of a refusal: 403 may not, 404 may not know, 409 wrong state, 422 bad."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from onevisit.core.lifecycle import WrongState
from onevisit.support.identity.actors import MayNot

STATUS_BY_TYPE: list[tuple[type[Exception], int]] = [(MayNot, 403), (WrongState, 409)]


def status_of(error: Exception) -> int | None:
    """Return the status of an expected refusal, None for a bug.

    A refusal is an exception with `code` and `message`; its own `status` wins, else 422.
    """
    for kind, status in STATUS_BY_TYPE:
        if isinstance(error, kind):
            return status
    if hasattr(error, "code") and hasattr(error, "message"):
        return int(getattr(error, "status", 422))
    return None


class RefusalMiddleware:
    """Turns refusals raised by services into pages, htmx fragments or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        status = status_of(error)
        if status is None:
            return None
        content = {"code": getattr(error, "code", ""), "message": getattr(error, "message", str(error))}
        if request.path.startswith("/field/api/") or "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(content, status=status)
        return render(request, "ui/refusal.html", {**content, "status": status}, status=status)
