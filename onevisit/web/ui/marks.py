"""The marks of SM2 and SM3 beside a download: `?mark=sm2` and `?mark=sm3` on the address of the file itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from onevisit.support.sm2.marks import Mark

SIGNATURE, DIGEST = "sm2", "sm3"


def asked(request: HttpRequest) -> str:
    """Return which mark is asked for in place of the file, or nothing."""
    return request.GET.get("mark", "")


def answer(kind: str, mark: Mark | None, *, name: str) -> HttpResponse:
    """Give the detached signature, or the digest as a line that `openssl dgst` and `sha256sum` write.

    Raises:
        Http404: there is no such mark, or the file was made without one.
    """
    if mark is None or kind not in (SIGNATURE, DIGEST):
        raise Http404
    is_signature = kind == SIGNATURE
    data = mark.signature if is_signature else f"{mark.sm3}  {name}\n".encode()
    response = HttpResponse(
        data, content_type="application/octet-stream" if is_signature else "text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
