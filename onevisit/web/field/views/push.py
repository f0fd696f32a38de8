"""This phone's address for push notices."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from onevisit.stages.visits import messages
from onevisit.support import clock
from onevisit.support.notices import services as notices
from onevisit.web.field.access import body_of, field_api
from onevisit.web.ui.actors import ActorRequest


@field_api
@require_http_methods(["POST", "DELETE"])
def subscriptions(request: ActorRequest) -> HttpResponse:
    """Remember or forget a browser that may be pushed to."""
    body = body_of(request)
    endpoint = messages.text(body, "endpoint", longest=500)
    if request.method == "DELETE":
        notices.unsubscribe(endpoint=endpoint, actor=request.actor, at=clock.now())
        return HttpResponse(status=204)
    keys: dict[str, Any] = body["keys"] if isinstance(body.get("keys"), dict) else {}
    notices.subscribe(
        endpoint=endpoint,
        p256dh=messages.text(keys, "p256dh", longest=120),
        auth=messages.text(keys, "auth", longest=60),
        actor=request.actor,
        at=clock.now(),
    )
    return JsonResponse({}, status=201)
