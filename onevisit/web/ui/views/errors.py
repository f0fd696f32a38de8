"""Pages of errors that Django itself finds: not found, no right, a forged form, a bug."""

import logging
import uuid

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from onevisit.web.ui.refusals import refused

log = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: what does not exist and what one may not know look the same."""
    return refused(request, status=404, code="not_found", message=_("没有找到，或者不在您的查看范围内。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refused(request, status=403, code="may_not", message=_("您的身份不能办理这一步。"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refused(
        request, status=400, code="bad_request", message=_("请求不完整，没有办理任何事项。请返回上一页重试。")
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is too old: nothing was done, the draft is still in the browser."""
    message = _("页面停留过久或登录已变化，这次提交没有生效。填写内容已存草稿，请返回重新提交。")
    return refused(request, status=403, code="csrf", message=message)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a bug without touching the database; the number stands in the log beside the traceback."""
    number = getattr(request, "id", "") or uuid.uuid4().hex[:8].upper()
    log.error("server error %s at %s", number, request.path)
    return HttpResponse(render_to_string("ui/server_error.html", {"number": number}), status=500)
