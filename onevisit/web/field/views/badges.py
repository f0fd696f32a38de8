"""The key with which this phone shows its officer's badge."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from onevisit.stages.visits import messages, services
from onevisit.support import clock
from onevisit.web.field.access import body_of, field_api
from onevisit.web.ui.actors import ActorRequest


@field_api
@require_POST
def badge_keys(request: ActorRequest) -> HttpResponse:
    """Remember this phone's key."""
    body = body_of(request)
    key = services.register_badge_key(
        device=messages.text(body, "device", longest=64),
        public_key=messages.text(body, "public_key", longest=200),
        actor=request.actor,
        at=clock.now(),
    )
    return JsonResponse({"key_id": key.key_id}, status=201)
