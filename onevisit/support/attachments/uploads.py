"""Files that come through a form: what they are is read from their bytes, never taken from what the sender says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.support.attachments import services
from onevisit.support.attachments.models import Attachment, AttachmentSource
from onevisit.support.attachments.services import AttachmentRefused
from onevisit.support.identity.actors import Actor

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
PROOFS = PICTURES | {"application/pdf"}
_MEGABYTE = 1024 * 1024
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)


@dataclass(frozen=True)
class Upload:
    """One file of a form, read and checked."""

    title: str
    content: bytes
    mime: str
    captured_at: datetime | None = None


def kind_of(content: bytes) -> str:
    """Return the MIME type that the first bytes show; empty when it is none that we know."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for start, mime in _STARTS if content.startswith(start)), "")


def check(*, title: str, content: bytes, most_megabytes: int, kinds: frozenset[str] = PROOFS) -> Upload:
    """Return one file as it may be kept.

    Raises:
        AttachmentRefused: it is empty, too large, or of another kind; the message names the file.
    """
    name = title.strip()[:120] or _("未命名文件")
    if not content:
        raise AttachmentRefused(code="size", message=_("“%s”是空文件。请重新选择。") % name)
    if len(content) > most_megabytes * _MEGABYTE:
        size = f"{len(content) / _MEGABYTE:.1f}"
        raise AttachmentRefused(
            code="size",
            message=_("“%(name)s”为 %(size)s MB，每个文件不超过 %(limit)s MB。请降低分辨率后再传。")
            % {"name": name, "size": size, "limit": most_megabytes},
        )
    mime = kind_of(content)
    if mime not in kinds:
        raise AttachmentRefused(
            code="mime",
            message=_("“%s”不是照片或 PDF。请上传 JPG、PNG、WebP 或 PDF 文件。") % name,
        )
    return Upload(title=name, content=content, mime=mime)


def keep(
    *, uploads: Sequence[Upload], subject_type: str, subject: object, actor: Actor, at: datetime
) -> list[Attachment]:
    """Keep checked files under one subject, in their order."""
    return [
        services.store(
            content=one.content,
            subject_type=subject_type,
            subject=subject,
            mime=one.mime,
            title=one.title,
            source=AttachmentSource.UPLOAD,
            actor=actor,
            at=at,
        )
        for one in uploads
    ]
