"""What waits for a person in the registers: imports that were begun, and letters to sign for, answer or close."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.models import ImportRun, Letter
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role


def todos(actor: Actor, _at: datetime) -> list[Todo]:
    """Return the actor's own imports that are not done, and the letters that wait for his departments."""
    return [*_imports(actor), *_letters(actor)]


_STEPS = {
    "drafted": ("letter.send", gettext_lazy("审核"), gettext_lazy("抄告待审核：%(target)s")),
    "revising": ("letter.redraft", gettext_lazy("修改"), gettext_lazy("抄告被审批人退回，待修改：%(target)s")),
    "sent": ("letter.sign", gettext_lazy("签收"), gettext_lazy("抄告待签收：%(target)s")),
    "signed": ("letter.answer", gettext_lazy("反馈"), gettext_lazy("抄告待反馈：%(target)s")),
    "answered": ("letter.close", gettext_lazy("办结"), gettext_lazy("抄告已反馈，待办结：%(target)s")),
    "returned": ("letter.close", gettext_lazy("办结"), gettext_lazy("抄告被退回，待处理：%(target)s")),
}


def _letters(actor: Actor) -> list[Todo]:
    own, headed = actor.department_ids(Role.CLERK), actor.department_ids(Role.APPROVER)
    if not own and not headed:
        return []
    mine = (
        Q(receiver_id__in=own, state__in=("sent", "signed"))
        | Q(sender_id__in=own, state__in=("answered", "returned", "revising"))
        | Q(sender_id__in=headed, state="drafted") & ~Q(drafted_by=actor.id)
    )
    rows = list(Letter.objects.filter(mine).select_related("target", "sender", "receiver").order_by("drafted_at"))
    running = Deadline.objects.filter(
        subject_type="letter", subject__in=[str(row.pk) for row in rows], closed_at__isnull=True
    )
    due = dict(running.values_list("subject", "due_at"))
    return [_of_letter(row, due) for row in rows]


def _of_letter(letter: Letter, due: dict[str, datetime]) -> Todo:
    verb, label, words = _STEPS[letter.state]
    waits_here = letter.receiver if letter.state in ("sent", "signed") else letter.sender
    other = letter.sender if waits_here == letter.receiver or letter.state == "drafted" else letter.receiver
    return Todo(
        kind=_("抄告"),
        sentence=str(words) % {"target": letter.target.name},
        sender=other.short_name,
        url=f"/registers/letters/{letter.pk}",
        verb=verb,
        verb_label=str(label),
        subject_id=str(letter.pk),
        department_id=waits_here.pk,
        due_at=due.get(str(letter.pk)),
    )


def _imports(actor: Actor) -> list[Todo]:
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
