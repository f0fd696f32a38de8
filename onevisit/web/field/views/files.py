"""Photos, recordings and signatures in parts: announced once, continued where the server stopped."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onevisit.stages.visits import messages, services
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support import clock
from onevisit.support.attachments.services import Announcement
from onevisit.web.field.access import body_of, field_api
from onevisit.web.ui.actors import ActorRequest

CHUNK_TYPE = "application/offset+octet-stream"


@field_api
@require_http_methods(["POST"])
def announce(request: ActorRequest) -> HttpResponse:
    """Take note of a file that will come, and say how much of it is here."""
    body = body_of(request)
    announcement = Announcement(
        id=messages.identifier(body, "id"),
        sha256=messages.text(body, "sha256", longest=64),
        size=messages.integer(body, "size"),
        mime=messages.text(body, "mime", longest=100),
        source=messages.choice(body, "source", ("camera", "gallery", "signature", "audio", "video")),
        item=messages.text(body, "item_id", longest=80),
        captured_at=messages.moment(body, "captured_at"),
        clock_offset_ms=messages.integer(body, "clock_offset_ms", least=-(10**12)),
        place=messages.read_place(body.get("place")),
    )
    made, is_new = services.announce_file(
        inspection_id=messages.identifier(body, "inspection"),
        announcement=announcement,
        actor=request.actor,
        at=clock.now(),
    )
    return JsonResponse({"offset": made.received}, status=201 if is_new else 200)


@field_api
@require_http_methods(["HEAD", "PATCH"])
def content(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """Say how much of a file is here, or take its next part."""
    if request.method == "HEAD":
        held = services.own_file(file_id, actor=request.actor)
        return HttpResponse(headers={"Upload-Offset": str(held.received)})
    held = services.receive_chunk(
        file_id=file_id, offset=_offset(request), chunk=request.body, actor=request.actor, at=clock.now()
    )
    return JsonResponse(
        {"offset": held.received, "complete": held.completed_at is not None, "receipt": held.receipt or None}
    )


def _offset(request: ActorRequest) -> int:
    value = request.headers.get("Upload-Offset", "")
    if request.content_type != CHUNK_TYPE or not value.isdecimal():
        raise VisitRefused(
            code="bad_message",
            message=_("分片缺少类型或续传位置。"),
            fix=_("请更新现场应用后重试；内容仍在本机。"),
        )
    return int(value)
