"""Files: whoever may see what a file belongs to may download it."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_GET

from onevisit.support.attachments import selectors
from onevisit.support.attachments.models import Attachment
from onevisit.support.identity.access import requires
from onevisit.support.sm2.marks import of_file
from onevisit.web.ui import marks
from onevisit.web.ui.actors import ActorRequest

_INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf", "audio/webm", "audio/mp4"})
_SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@requires("attachment.download")  # type: ignore[arg-type]  # a file is streamed
@require_GET
def file_download(request: ActorRequest, attachment_id: UUID) -> HttpResponseBase:
    """Send a complete file, or with `?mark=` its SM2 or SM3; one that may not be seen does not exist."""
    attachment = get_object_or_404(Attachment, pk=attachment_id)
    path = selectors.path_of(attachment)
    if not request.actor.may("attachment.download", attachment) or path is None or not path.exists():
        raise Http404
    mime = attachment.mime.split(";")[0]
    name = get_valid_filename(attachment.title or attachment.sha256[:12]) + _SUFFIXES.get(mime, "")
    if kind := marks.asked(request):
        return marks.answer(kind, of_file(attachment.sha256), name=name)
    answer = FileResponse(
        path.open("rb"), as_attachment=mime not in _INLINE, filename=name, content_type=attachment.mime
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
