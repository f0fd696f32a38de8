"""Every request has an id, in its log lines and in the answer, and leaves one line; answers carry a rights policy."""

import re
import uuid
from collections.abc import Callable
from time import perf_counter

import structlog
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/static/", "/healthz", "/readyz", "/metrics")
_PERMISSIONS = "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=(), browsing-topics=()"
_log = structlog.get_logger("onevisit.request")


class RequestLogMiddleware:
    """Stands outermost, so that also an answer that never reached a view has its id and its line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        request_id = _request_id(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response.headers[HEADER] = request_id
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        if not request.path.startswith(_QUIET):
            _log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round((perf_counter() - started) * 1000, 1),
            )
        return response


def _request_id(request: HttpRequest) -> str:
    """Return the id that the reverse proxy gave, if it looks like one, else a new one."""
    given = request.headers.get(HEADER, "")
    return given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
