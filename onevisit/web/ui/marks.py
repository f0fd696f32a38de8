"""The marks of SM2 and SM3 beside a download: `?mark=sm2`, `sm3` and `pem` on the address of the file itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from onevisit.support.sm2.marks import Mark

SIGNATURE, DIGEST, KEY = "sm2", "sm3", "pem"


def asked(request: HttpRequest) -> str:
    """Return which mark is asked for in place of the file, or nothing."""
    return request.GET.get("mark", "")


def answer(kind: str, mark: Mark | None, *, name: str) -> HttpResponse:
    """Give the detached signature, the key it verifies with, or the digest as a line that `sha256sum` writes.

    Raises:
        Http404: there is no such mark, or the file was made without one.
    """
    if mark is None or kind not in (SIGNATURE, DIGEST, KEY):
        raise Http404
    given = {SIGNATURE: mark.signature, KEY: mark.pem, DIGEST: f"{mark.sm3}  {name}\n".encode()}
    kinds = {SIGNATURE: "application/octet-stream", KEY: "application/x-pem-file"}
    response = HttpResponse(given[kind], content_type=kinds.get(kind, "text/plain; charset=utf-8"))
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
