"""What the phone says: one message per request, the same message as often as the network wants."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from onevisit.stages.visits import packages, services
from onevisit.stages.visits.lifecycle import INSPECTION
from onevisit.support import clock
from onevisit.support.attachments import selectors as attachments
from onevisit.web.field.access import body_of, field_api
from onevisit.web.ui.actors import ActorRequest


@field_api
@require_http_methods(["PUT"])
def submission(request: ActorRequest, submission_id: UUID) -> HttpResponse:
    """Take one message."""
    taken = services.take(submission_id=submission_id, body=body_of(request), actor=request.actor, at=clock.now())
    return JsonResponse(
        {
            "receipt": taken.receipt,
            "received_at": timezone.localtime(taken.received_at).isoformat(),
            "state": taken.state,
            "message": taken.message,
            "version": taken.version,
        },
        status=201 if taken.is_new else 200,
    )


@field_api
@require_GET
def receipts(request: ActorRequest, inspection_id: UUID) -> HttpResponse:
    """List what the server holds of a part, so that a phone can tell what is still only on it."""
    part = services.own_part(inspection_id, actor=request.actor)
    files = list(attachments.of_subject("inspection", part.pk).exclude(source="document"))
    missing = {*services.missing_files(part), *(file.pk for file in files if file.completed_at is None)}
    return JsonResponse(
        {
            "submissions": [
                {"id": str(row.pk), "receipt": row.receipt} for row in part.submissions.order_by("received_at")
            ],
            "files": [
                {
                    "id": str(file.pk),
                    "offset": file.received,
                    "complete": file.completed_at is not None,
                    "receipt": file.receipt or None,
                }
                for file in files
            ],
            "party_signature": packages.party_signature(part),
            "party_denied_at": packages.party_denied_at(part),
            "missing": sorted(str(identifier) for identifier in missing),
            "state": part.state,
            "state_label": INSPECTION.state(part.state).label,
        }
    )
