"""The one place that decides the HTTP status of a refusal: 403 may not, 404 may not know, 409 wrong state, 422 bad."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onevisit.core.lifecycle import WrongState
from onevisit.support.identity.actors import MayNot

STATUS_BY_TYPE: list[tuple[type[Exception], int]] = [(MayNot, 403), (WrongState, 409)]


@dataclass(frozen=True)
class Words:
    """What a refusal page says around the message: what happened, what is safe, what to do."""

    title: str | Promise
    safe: str | Promise
    remedy: str | Promise


WORDS = {
    400: Words(_("请求不完整"), _("没有办理任何事项。"), _("请返回上一页重试。")),
    403: Words(
        _("此步不由您办理"),
        _("没有改动任何内容。"),
        _("请由有权的人员办理；如果您应当有此权限，请找本部门联络员核对岗位。"),
    ),
    404: Words(_("没有找到"), _("没有改动任何内容。"), _("请核对编号或链接，或从菜单进入列表查找。")),
    409: Words(_("状态已经变化"), _("没有覆盖他人的办理，您填写的内容还在。"), _("请返回查看最新状态，对照后再办理。")),
    422: Words(_("没有通过检查"), _("没有办理任何事项，填写的内容还在。"), _("请按提示修改后重新提交。")),
}


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


def refused(request: HttpRequest, *, status: int, code: str, message: str | Promise) -> HttpResponse:
    """Answer a refusal as JSON, as a fragment for a swap, or as a page."""
    if request.path.startswith("/field/api/") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": code, "message": message}, status=status)
    public = request.path.startswith(("/open/", "/c/")) or not request.user.is_authenticated
    content = {
        "status": status,
        "code": code,
        "message": message,
        "words": WORDS.get(status, WORDS[422]),
        "base": "ui/public.html" if public else "ui/base.html",
        "home": "/open/" if request.path.startswith(("/open/", "/c/")) else "/inbox",
    }
    template = "ui/refusal_fragment.html" if _is_swap(request) else "ui/refusal.html"
    return render(request, template, content, status=status)


def _is_swap(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def _is_nul(error: Exception) -> bool:
    """Tell whether the database client would not send a character 0, which no text of PostgreSQL may hold."""
    return isinstance(error, (DataError, ValueError)) and "NUL (0x00)" in str(error)


def _with_nul(request: HttpRequest) -> HttpResponse:
    """Answer an address or a value with a character 0: nothing is called so, and nothing can be filed with it."""
    if "\0" in request.path_info:
        return refused(request, status=404, code="not_found", message=_("地址中有不可见的空字符，没有这样的页面。"))
    return refused(request, status=400, code="nul", message=_("填写的内容或地址中有不可见的空字符，请删除后重试。"))


class RefusalMiddleware:
    """Turns refusals raised by services into pages, htmx fragments or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if _is_nul(error):
            return _with_nul(request)
        status = status_of(error)
        if status is None:
            return None
        return refused(
            request, status=status, code=getattr(error, "code", ""), message=str(getattr(error, "message", error))
        )
