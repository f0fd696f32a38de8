"""What monitors ask: does the process live, is everything ready to serve, and the counters."""

import hmac
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from onevisit.support.identity.access import public
from onevisit.support.jobs import liveness

OK = "ok"
_LOOPBACK = ("127.0.0.1", "::1")
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
_migrated: set[str] = set()


@public
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; touches nothing else."""
    return _fresh(HttpResponse("ok", content_type="text/plain"))


@public
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say of each part whether it is ready; 503 when one is not."""
    checks = _checks()
    is_ready = all(said == OK for said in checks.values())
    return _fresh(JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503))


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the counters to this machine, or to whoever carries the token."""
    if not (_is_this_machine(request) or _carries_token(request)):
        return HttpResponse("metrics are for this machine or with a token", status=403, content_type="text/plain")
    answer: HttpResponse = ExportToDjangoView(request)  # type: ignore[no-untyped-call]  # the package ships no types
    return _fresh(answer)


def _checks() -> dict[str, str]:
    """Return what each part says, in the order in which one depends on the one before."""
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        ("database", _database),
        ("migrations", _migrations),
        ("queue_worker", lambda: _alive(liveness.queue_worker_age())),
        ("sequencer", lambda: _alive(liveness.process_age(liveness.SEQUENCER))),
    )
    said: dict[str, str] = {}
    for name, check in parts:
        try:
            said[name] = check()
        except DatabaseError as error:
            said[name] = f"the database says: {type(error).__name__}"
    return said


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    """Look once whether every migration ran; tables of a running version do not lose them again."""
    name = str(connection.settings_dict["NAME"])
    if name in _migrated:
        return OK
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return f"{missing} migrations have not run"
    _migrated.add(name)
    return OK


def _alive(age: timedelta | None) -> str:
    if age is None:
        return "no sign of life yet"
    return OK if age <= liveness.OLDEST else f"latest sign of life {age.total_seconds():.0f} s ago"


def _is_this_machine(request: HttpRequest) -> bool:
    """A request through a reverse proxy on this machine also comes from loopback; its headers tell."""
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not any(name in request.headers for name in _FORWARDED)


def _carries_token(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _fresh(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response
