"""导入 (S4): upload, dry run, mend in place or by file, confirm all rows or none."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.imports import writing
from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.imports.reading import UnreadableFile
from onevisit.stages.registers.lifecycle import IMPORT
from onevisit.stages.registers.models import ImportRun
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing
from onevisit.web.ui.steps import Progress, Step

SHOWN_FAULTS = 100

IMPORTS = Listing(
    name="registers.imports",
    title=gettext_lazy("导入"),
    unit=gettext_lazy("次"),
    noun="import",
    rows=lambda actor: ImportRun.objects.visible_to(actor).defer("content", "errors", "notices", "corrections"),
    columns=(
        Column("file", gettext_lazy("文件"), "file_name"),
        Column("kind", gettext_lazy("内容"), lambda row: kinds()[row.kind].template.label),
        Column("state", gettext_lazy("状态"), template="desk/registers/import_state_cell.html"),
        Column("rows", gettext_lazy("行数"), "rows_count", Kind.NUMBER),
        Column("wrong", gettext_lazy("有误"), "errors_count", Kind.NUMBER),
        Column("new", gettext_lazy("新增"), "new_count", Kind.NUMBER),
        Column("changed", gettext_lazy("更新"), "changed_count", Kind.NUMBER),
        Column("at", gettext_lazy("上传时间"), "created_at", Kind.DATETIME, sort="created_at"),
    ),
    order=("-created_at", "pk"),
    row_url=lambda row: f"/registers/imports/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有导入"),
        gettext_lazy("选择内容和文件，先试运行；有误的行逐条说明原因，全部无误才能导入。"),
    ),
)


class UploadForm(forms.Form):
    """What kind of file, and the file."""

    kind = forms.ChoiceField(label=gettext_lazy("内容"))
    file = forms.FileField(label=gettext_lazy("文件（CSV UTF-8、GB18030 或 XLSX）"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_city_wide = bool(actor.holds(Role.COORDINATOR, Role.OPERATOR))
        offered = [kind for kind in kinds().values() if is_city_wide or kind.is_open_to_departments]
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(kind.key, kind.template.label) for kind in offered]


@requires("import.see")
@require_http_methods(["GET", "POST"])
def import_list(request: ActorRequest) -> HttpResponse:
    """List the imports, and take a new file."""
    form = UploadForm(
        request.POST or None, request.FILES or None, actor=request.actor, initial={"kind": request.GET.get("kind", "")}
    )
    if request.method == "POST" and form.is_valid():
        run = _upload(request, form)
        if run is not None:
            return redirect("import_detail", run.pk)
    context = {
        "page": IMPORTS.page(request),
        "form": form,
        "may_upload": request.actor.may("import.upload"),
        "capacity": request.actor.must("import.upload") if request.actor.may("import.upload") else None,
        "templates": [kinds()[key].template for key, _label in form.fields["kind"].choices],  # type: ignore[attr-defined]
    }
    return render(request, "desk/registers/imports.html", context, status=422 if form.errors else 200)


def _upload(request: ActorRequest, form: UploadForm) -> ImportRun | None:
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    try:
        return imports.upload(
            kind=form.cleaned_data["kind"],
            file_name=file.name or "",
            content=file.read(),
            actor=request.actor,
            at=clock.now(),
        )
    except (UnreadableFile, imports.ImportRefused) as refusal:
        form.add_error("kind" if getattr(refusal, "field", "") == "kind" else "file", refusal.message)
        return None


@requires("import.see")
@require_GET
def import_detail(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Show what the dry run found and let the faults be mended."""
    run = _run(request, import_id)
    template = kinds()[run.kind].template
    faults = run.errors[:SHOWN_FAULTS]
    context = {
        "run": run,
        "template": template,
        "LIFECYCLE": IMPORT,
        "is_open": run.state in ("uploaded", "checked"),
        "steps": _steps(run),
        "faults": faults,
        "more_faults": len(run.errors) - len(faults),
        "notices": run.notices[:SHOWN_FAULTS],
        "may_confirm": request.actor.may("import.confirm", run),
        "capacity": request.actor.must("import.see", run),
        "entries": ledger.timeline("import", run.pk)[:50],
    }
    return render(request, "desk/registers/import.html", context)


def _steps(run: ImportRun) -> list[Step]:
    done, waiting = Progress.DONE, Progress.NOT_STARTED
    is_imported = run.state == "imported"
    if run.state == "cancelled":
        return [Step(_("选文件"), done), Step(_("试运行"), done), Step(_("确认导入"), Progress.NOT_APPLICABLE)]
    mending = done if is_imported or not run.errors_count else Progress.CURRENT
    note = _("还有 %(count)s 行有误") % {"count": run.errors_count} if run.errors_count else ""
    confirming = done if is_imported else waiting if run.errors_count else Progress.CURRENT
    return [
        Step(_("选文件"), done, note=run.file_name),
        Step(_("对列、试运行"), done, note=_("共 %(count)s 行") % {"count": f"{run.rows_count:,}"}),
        Step(_("改有误的行"), mending, note=note),
        Step(_("确认导入"), confirming),
    ]


@requires("import.check")
@require_POST
def import_check(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Try the file again: the registers may have moved on since."""
    run = imports.check(run=_run(request, import_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已重新试运行，%(count)s 行有误。") % {"count": run.errors_count})
    return redirect("import_detail", run.pk)


@requires("import.correct")
@require_POST
def import_correct(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Mend cells from the page or from a file of mended rows, and leave rows out."""
    run = _run(request, import_id)
    cells: dict[int, dict[str, str]] = {}
    if file := request.FILES.get("mended"):
        cells = writing.mended_cells(run=run, content=file.read(), file_name=file.name or "")
    for name, value in request.POST.items():
        row, _sep, column = name.removeprefix("cell-").partition("-")
        if name.startswith("cell-") and row.isdigit() and isinstance(value, str) and value.strip():
            cells.setdefault(int(row), {})[column] = value.strip()
    for row in request.POST.getlist("historical"):
        if row.isdigit():
            cells.setdefault(int(row), {})["is_historical_code"] = "是"
    dropped = [int(row) for row in request.POST.getlist("drop") if row.isdigit()]
    run = imports.correct(run=run, cells=cells, dropped=dropped, actor=request.actor, at=clock.now())
    words = _("已修改 %(cells)s 行、剔除 %(dropped)s 行，重新试运行后 %(left)s 行有误。")
    messages.success(request, words % {"cells": len(cells), "dropped": len(dropped), "left": run.errors_count})
    return redirect("import_detail", run.pk)


@requires("import.confirm")
@require_POST
def import_confirm(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Write all rows."""
    run = imports.confirm(run=_run(request, import_id), actor=request.actor, at=clock.now())
    words = _("已导入：新增 %(new)s、更新 %(changed)s。")
    messages.success(request, words % {"new": run.new_count, "changed": run.changed_count})
    return redirect("import_detail", run.pk)


@requires("import.cancel")
@require_POST
def import_cancel(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Give the import up."""
    run = imports.cancel(run=_run(request, import_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已取消，没有写入任何一行。"))
    return redirect("import_detail", run.pk)


@requires("import.see")
@require_GET
def import_faults(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Download the wrong rows with their reasons."""
    run = _run(request, import_id)
    if not run.errors or not run.content:
        raise Http404
    return _csv(writing.wrong_rows_csv(run), name=f"{kinds()[run.kind].template.label}-有误行.csv")


@requires("import.see")
@require_GET
def import_template(_request: ActorRequest, kind: str) -> HttpResponse:
    """Download the empty template of a kind."""
    if kind not in kinds() or kinds()[kind].parse:
        raise Http404
    return _csv(writing.template_csv(kind), name=f"{kinds()[kind].template.label}-模板.csv")


def _csv(content: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _run(request: ActorRequest, import_id: UUID) -> ImportRun:
    return get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=import_id)
