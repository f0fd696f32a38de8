"""What is kept of an import, and of two records that were merged into one."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onevisit.stages.registers.policies import CITY_WIDE
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor


class ImportState(models.TextChoices):
    """How far an import is."""

    UPLOADED = "uploaded", _("已上传")
    CHECKING = "checking", _("试运行中")
    CHECKED = "checked", _("已试运行")
    IMPORTING = "importing", _("导入中")
    IMPORTED = "imported", _("已导入")
    CANCELLED = "cancelled", _("已取消")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Reads of imports: an organ sees its own, the coordination office and the operator those of the city."""

    def visible_to(self, actor: "Actor") -> "ImportRunQuerySet":
        city = Q(department__isnull=True) if actor.is_system or actor.holds(*CITY_WIDE) else Q(pk__in=[])
        return self.filter(city | Q(department_id__in=actor.department_ids(Role.CLERK)))


class ImportRun(Record):
    """One row per import: its file's hash, its template, what the dry run found and what was written.

    Attributes:
        headings: what stands above each column of the file, with the first value below it.
        columns: our column's key -> its place in the file, where somebody matched the columns by hand.
        decisions: what to do with suspected duplicates: by rule, and by row number where one row differs.
        shown: the first rows that will be new or changed, for the eye.
        failure: why the latest work in the background wrote nothing.
        acting_officer: who let the work in the background begin, since `acting_since`.
    """

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    state = models.CharField(max_length=16, choices=ImportState.choices, default=ImportState.UPLOADED)
    rows_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    errors_count = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    corrections = models.JSONField(default=dict)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    template_version = models.PositiveIntegerField(null=True, blank=True)
    suspects = models.JSONField(default=list)
    suspects_count = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    shown = models.JSONField(default=dict)
    phase = models.CharField(max_length=12, blank=True)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=400, blank=True)
    acting_officer = models.ForeignKey(
        "identity.Officer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acting_since = models.DateTimeField(null=True, blank=True)
    department = models.ForeignKey("identity.Department", null=True, blank=True, on_delete=models.PROTECT)
    started_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class MergeRule(models.TextChoices):
    """Why two records were taken for one."""

    SAME_CODE = "same_code", _("同码")
    SAME_PLACE = "same_place", _("同名同址")


class TargetMerge(Record):
    """One row per merge: which record stays, what went into it, what stood there before, until when it can be undone.

    Attributes:
        dropped: the record that was merged into the kept one; none where a row of a file was.
        before: what the undo puts back: field -> [former value, value that the merge set].
        moved: what hung on the dropped record and hangs on the kept one now: model -> ids.
    """

    kept = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="merges")
    dropped = models.ForeignKey(
        "registers.InspectionTarget", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_by"
    )
    run = models.ForeignKey(ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="merges")
    row = models.PositiveIntegerField(null=True, blank=True)
    rule = models.CharField(max_length=16, choices=MergeRule.choices)
    before = models.JSONField(default=dict)
    dropped_status = models.CharField(max_length=16, blank=True)
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at"]

    def __str__(self) -> str:
        return f"{self.rule} {self.kept_id}"
