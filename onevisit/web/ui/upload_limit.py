"""A request that is larger than the installation allows is refused before a byte of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

_ENVELOPE = 64 * 1024  # what a form's own fields and the multipart borders may take beside the file
_WRITES = ("POST", "PUT", "PATCH")


class UploadLimitMiddleware:
    """Answers 413 to what is too large, and 411 to a body that does not say how large it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refused = _refusal(request)
        return refused if refused else self.get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.method not in _WRITES:
        return None
    given = request.META.get("CONTENT_LENGTH") or ""
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and not given:
        return _answer(request, 411, "length_required", _("请求没有说明大小，未接收。请重试。"))
    if given.isdecimal() and int(given) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE + _ENVELOPE:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        words = _("文件超过 %(limit)s MB，未接收。请压缩后再传。")
        if request.path.startswith("/registers/imports"):
            words = _("文件超过 %(limit)s MB，没有导入任何一行。请按区拆分后分次导入。")
        return _answer(request, 413, "too_large", words % {"limit": limit})
    return None


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith("/field/api/"):
        return JsonResponse({"code": code, "message": message}, status=status)
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
