"""How a path of the field app declares its access: 401 in JSON, refusals with their remedy."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from onevisit.stages.visits.refusals import AnswerConflict, VisitRefused
from onevisit.support.identity.access import ACCESS_ATTRIBUTE
from onevisit.web.ui.refusals import status_of

VERB = "field.use"
View = Callable[..., HttpResponse]


def field_api(view: View) -> View:
    """Let inspectors in, and answer everything in JSON."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "signed_out", "message": _("请登录后继续。")}, status=401)
        try:
            request.actor.must(VERB)  # type: ignore[attr-defined]  # set by ActorMiddleware
            answer = view(request, *args, **kwargs)
        except Exception as error:
            status = status_of(error)
            if status is None:
                raise
            answer = JsonResponse(_content(error), status=status)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    setattr(guarded, ACCESS_ATTRIBUTE, VERB)
    return guarded


def _content(error: Exception) -> dict[str, object]:
    content: dict[str, object] = {
        "code": getattr(error, "code", ""),
        "message": str(getattr(error, "message", error)),
        "fix": getattr(error, "fix", ""),
    }
    if isinstance(error, AnswerConflict):
        content |= {
            "receipt": error.receipt,
            "version": error.version,
            "theirs": {
                "answer": error.theirs.answer,
                "result_type": error.theirs.result_type or None,
                "skip_reason": error.theirs.skip_reason or None,
                "note": error.theirs.note,
                "recorded_at": error.theirs.recorded_at.isoformat(),
                "officer": error.theirs.officer,
            },
        }
    return content


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Read the JSON object that a phone sent.

    Raises:
        VisitRefused: it is no JSON object.
    """
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise VisitRefused(
            code="bad_message",
            message=_("上传内容不完整，服务器没有收下。"),
            fix=_("内容仍在本机。请重试，或点“求助”交值班人员处理。"),
        )
    return body
