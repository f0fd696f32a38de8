"""What waits for a person in the registers: imports that were begun and are neither confirmed nor given up."""

from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.models import ImportRun
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor


def todos(actor: Actor, _at: datetime) -> list[Todo]:
    """Return the actor's own imports that wait for columns, corrections, a new try or the confirmation."""
    if actor.officer_id is None:
        return []
    rows = ImportRun.objects.visible_to(actor).filter(
        state__in=("uploaded", "checked"), acting_officer_id=actor.officer_id
    )
    rows = rows.select_related("department").only(
        "kind", "file_name", "state", "errors_count", "headings", "columns", "failure", "department__short_name"
    )
    return [_todo(run) for run in rows.order_by("created_at")]


def _todo(run: ImportRun) -> Todo:
    verb, label, words = _next(run)
    return Todo(
        kind=_("导入"),
        sentence=words % {"label": kinds()[run.kind].template.label, "file": run.file_name, "count": run.errors_count},
        sender=run.department.short_name if run.department else _("全市"),
        url=f"/registers/imports/{run.pk}",
        verb=verb,
        verb_label=label,
        subject_id=str(run.pk),
        department_id=run.department_id,
    )


def _next(run: ImportRun) -> tuple[str, str, str]:
    if run.headings and not run.columns:
        return "import.match", _("对列"), _("%(label)s（%(file)s）须先对列")
    if run.state == "uploaded":
        return "import.check", _("试运行"), _("%(label)s（%(file)s）没有导入，须重新试运行")
    if run.errors_count:
        return "import.correct", _("修改"), _("%(label)s（%(file)s）还有 %(count)s 行有误")
    return "import.queue", _("确认导入"), _("%(label)s（%(file)s）试运行无误，待确认导入")
