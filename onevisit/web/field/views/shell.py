"""The shell of the field app: the built page and its service worker; they hold no data and open for everybody."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onevisit.support.identity.access import public

SCOPE = "/field/"


def _built(name: str) -> bytes | None:
    found = finders.find(f"field/app/{name}")
    return Path(found).read_bytes() if found else None


@public
@require_GET
def index(request: HttpRequest, path: str = "") -> HttpResponse:
    """Serve the app's page for every path within its scope; the app finds its own way."""
    if path.startswith("api/"):
        raise Http404
    page = _built("index.html")
    if page is None:
        return render(request, "field/not_built.html", status=503)
    answer = HttpResponse(page, content_type="text/html; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@public
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the path that its scope needs."""
    script = _built("sw.js")
    if script is None:
        raise Http404
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = SCOPE
    answer["Cache-Control"] = "no-cache"
    return answer
