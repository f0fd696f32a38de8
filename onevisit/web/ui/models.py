"""What a person keeps of a list (named filters, exported files), and the forms that were sent lately."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onevisit.support.identity.models import Record


class SavedFilter(Record):
    """One row per named filter of one officer on one list."""

    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=80)
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["officer", "listing", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name


class ExportState(models.TextChoices):
    """How far an export is."""

    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有完成")
    CANCELLED = "cancelled", _("已取消")


class ListExport(Record):
    """One row per export of a filtered list: who, which rows, how far, and the digest of the file."""

    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=80)
    title = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list)
    format = models.CharField(max_length=8, default="csv")
    state = models.CharField(max_length=12, choices=ExportState.choices, default=ExportState.WAITING)
    written = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class SentForm(models.Model):
    """One row per form that was sent with a key: where its first answer led, so that a second sending acts no more."""

    person = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="sent_form_once")]

    def __str__(self) -> str:
        return self.key
