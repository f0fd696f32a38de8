"""Announce, receive and keep files; nothing counts as here before every byte is here and the hash agrees."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.support.attachments import events, storage
from onevisit.support.attachments.models import Attachment, AttachmentSource
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger
from onevisit.support.sm2 import marks

MIMES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "audio/webm",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "video/mp4",
        "video/webm",
        "application/pdf",
    }
)


class AttachmentRefused(Exception):
    """A file or a part of it is not taken; `fix` says what to do."""

    def __init__(self, *, code: str, message: str, fix: str = "", status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.status = status


@dataclass(frozen=True)
class Place:
    """Where something was recorded, with the uncertainty the phone gave."""

    latitude: Decimal
    longitude: Decimal
    accuracy_m: Decimal | None = None


@dataclass(frozen=True)
class Announcement:
    """What a device says of a file before it sends the bytes."""

    id: UUID
    sha256: str
    size: int
    mime: str
    source: str
    item: str = ""
    title: str = ""
    captured_at: datetime | None = None
    clock_offset_ms: int | None = None
    place: Place | None = None


@transaction.atomic
def announce(
    announcement: Announcement, *, subject_type: str, subject: object, actor: Actor, at: datetime
) -> tuple[Attachment, bool]:
    """Take note of a file that will come, and say whether it is new; the same announcement twice is one.

    Raises:
        AttachmentRefused: the kind or size is not taken, or the id stands for another file.
    """
    _check(announcement)
    known = Attachment.objects.select_for_update().filter(pk=announcement.id).first()
    if known is not None:
        if (known.sha256, known.size, known.subject) != (announcement.sha256, announcement.size, str(subject)):
            raise AttachmentRefused(
                code="uuid_reused",
                message=_("这个文件编号已用于另一个文件。"),
                fix=_("请重新拍摄或重新选择文件。"),
                status=409,
            )
        return known, False
    place = announcement.place
    made = Attachment.objects.create(
        pk=announcement.id,
        subject_type=subject_type,
        subject=str(subject),
        item=announcement.item,
        source=announcement.source,
        title=announcement.title,
        mime=announcement.mime,
        size=announcement.size,
        sha256=announcement.sha256,
        captured_at=announcement.captured_at,
        clock_offset_ms=announcement.clock_offset_ms,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        accuracy_m=place.accuracy_m if place else None,
        uploaded_by=actor.id,
        created_at=at,
    )
    return made, True


def receive(*, attachment: Attachment, offset: int, chunk: bytes, actor: Actor, at: datetime) -> Attachment:
    """Take one part of a file at its place; the last one completes it when the hash agrees.

    Raises:
        AttachmentRefused: the part is empty, stands at another place or overflows, or the hash differs (then the file
            starts over).
    """
    if not chunk:
        raise AttachmentRefused(code="empty", message=_("收到的分片为空。"), fix=_("请重新上传这一片。"))
    held, is_broken = _receive(attachment=attachment, offset=offset, chunk=chunk, actor=actor, at=at)
    if is_broken:
        raise AttachmentRefused(
            code="hash_mismatch",
            message=_("文件内容与拍摄时的指纹不一致，服务器没有收下。"),
            fix=_("请从本机原件重新上传。"),
        )
    return held


@transaction.atomic
def _receive(
    *, attachment: Attachment, offset: int, chunk: bytes, actor: Actor, at: datetime
) -> tuple[Attachment, bool]:
    held = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if held.completed_at is not None:
        return held, False
    if offset != held.received:
        raise AttachmentRefused(
            code="offset", message=_("续传位置不符，服务器已收到 %s 字节。") % held.received, status=409
        )
    if offset + len(chunk) > held.size:
        raise AttachmentRefused(code="overflow", message=_("收到的字节多于文件大小。"), fix=_("请重新上传。"))
    path = storage.incoming(held.pk)
    storage.write_at(path=path, offset=offset, chunk=chunk)
    held.received = offset + len(chunk)
    is_broken = held.received == held.size and storage.digest(path) != held.sha256
    if is_broken:
        held.received = 0
    held.save(update_fields=["received"])
    if held.received == held.size:
        storage.keep(path=path, sha256=held.sha256)
        _complete(held, actor=actor, at=at)
    return held, is_broken


@transaction.atomic
def store(
    *,
    content: bytes,
    subject_type: str,
    subject: object,
    mime: str,
    title: str,
    actor: Actor,
    at: datetime,
    source: str = AttachmentSource.DOCUMENT,
) -> Attachment:
    """Keep a file that this server made or received whole."""
    sha256 = hashlib.sha256(content).hexdigest()
    made = Attachment.objects.create(
        subject_type=subject_type,
        subject=str(subject),
        source=source,
        title=title,
        mime=mime,
        size=len(content),
        sha256=sha256,
        received=len(content),
        uploaded_by=actor.id,
        created_at=at,
    )
    path = storage.incoming(made.pk)
    storage.write_at(path=path, offset=0, chunk=content)
    storage.keep(path=path, sha256=sha256)
    _complete(made, actor=actor, at=at)
    if source == AttachmentSource.DOCUMENT:
        marks.keep(content=content, at=at)
    return made


def set_aside(*, subject_type: str, subject: object, keep: Sequence[UUID], actor: Actor) -> int:
    """Take the actor's own files off a subject that was only prepared, except some; their bytes and entries stay."""
    lying = Attachment.objects.filter(subject_type=subject_type, subject=str(subject), uploaded_by=actor.id)
    return lying.exclude(pk__in=list(keep)).update(subject_type=f"{subject_type}_unused")


def _complete(attachment: Attachment, *, actor: Actor, at: datetime) -> None:
    attachment.completed_at = at
    attachment.receipt = receipt_number(attachment.sha256, str(attachment.pk))
    attachment.save(update_fields=["completed_at", "receipt"])
    event = events.AttachmentReceived(
        subject=str(attachment.pk),
        sha256=attachment.sha256,
        size=attachment.size,
        source=attachment.source,
        related=(f"{attachment.subject_type}:{attachment.subject}",),
    )
    ledger.append(event, actor=actor, at=at)


def receipt_number(*parts: str) -> str:
    """Return a receipt number that follows from what was received, in groups of four that can be read aloud."""
    text = hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:12]
    return " ".join((text[:4], text[4:8], text[8:]))


def _check(announcement: Announcement) -> None:
    if announcement.mime.split(";")[0] not in MIMES:
        raise AttachmentRefused(
            code="mime",
            message=_("不接收这种文件：%s。") % announcement.mime[:60],
            fix=_("请使用照片、录音、录像或 PDF。"),
        )
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if not 0 < announcement.size <= limit:
        raise AttachmentRefused(
            code="size",
            message=_("文件为 %(size)s 字节，每个文件须在 %(limit)s MiB 以内且不为空。")
            % {"size": announcement.size, "limit": limit // (1024 * 1024)},
            fix=_("请分段录制，或降低分辨率后重拍。"),
        )
    if not re.fullmatch(r"[0-9a-f]{64}", announcement.sha256):
        raise AttachmentRefused(code="sha256", message=_("文件指纹不是 64 位十六进制。"), fix=_("请重新选择文件。"))
    if announcement.source not in AttachmentSource.values:
        raise AttachmentRefused(code="source", message=_("没有说明文件来源。"), fix=_("请重新拍摄。"))
