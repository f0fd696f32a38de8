"""Files with their hash at capture: evidence, signatures and documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onevisit.support.identity.models import Record


class AttachmentSource(models.TextChoices):
    """Where a file came from."""

    CAMERA = "camera", _("现场拍摄")
    GALLERY = "gallery", _("非现场拍摄")
    SIGNATURE = "signature", _("签名")
    AUDIO = "audio", _("录音")
    VIDEO = "video", _("录像")
    UPLOAD = "upload", _("上传")
    DOCUMENT = "document", _("系统文书")


class Attachment(Record):
    """One row per file; `received` counts the bytes that the server holds, complete when the hash agrees."""

    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    item = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=20, choices=AttachmentSource.choices)
    title = models.CharField(max_length=200, blank=True)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received = models.PositiveBigIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    clock_offset_ms = models.BigIntegerField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy_m = models.DecimalField(max_digits=8, decimal_places=1, null=True, blank=True)
    uploaded_by = models.CharField(max_length=80)
    receipt = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject"])]

    def __str__(self) -> str:
        return self.title or self.sha256[:12]
