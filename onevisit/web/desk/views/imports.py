"""导入 (S4): the list with the upload, one import as a task list, its progress, and the files that leave it."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from onevisit.stages.registers.imports import background, writing
from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.imports.reading import MOST_BYTES, UnreadableFile
from onevisit.stages.registers.imports.trying import ImportRefused
from onevisit.stages.registers.models import ImportRun
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role
from onevisit.support.jobs import selectors as jobs
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.views import import_steps
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing

SHOWN_FAULTS = 100

IMPORTS = Listing(
    name="registers.imports",
    title=gettext_lazy("导入"),
    unit=gettext_lazy("次"),
    noun="import",
    rows=lambda actor: ImportRun.objects.visible_to(actor).defer(
        "content", "errors", "notices", "corrections", "suspects", "shown"
    ),
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
        "largest_mb": largest_mb(),
        "templates": [kinds()[key].template for key, _label in form.fields["kind"].choices],  # type: ignore[attr-defined]
    }
    return render(request, "desk/registers/imports.html", context, status=422 if form.errors else 200)


def largest_mb() -> int:
    """Return the largest file that is taken, in MiB: by this installation, and by the import itself."""
    return min(MOST_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) // 1024 // 1024


def _upload(request: ActorRequest, form: UploadForm) -> ImportRun | None:
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    try:
        return background.receive(
            kind=form.cleaned_data["kind"],
            file_name=file.name or "",
            content=file.read(),
            actor=request.actor,
            at=clock.now(),
        )
    except (UnreadableFile, ImportRefused) as refusal:
        form.add_error("kind" if getattr(refusal, "field", "") == "kind" else "file", refusal.message)
        return None


@requires("import.see")
@require_GET
def import_detail(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Show the import as a task list: what the dry run found, and where each step stands."""
    return import_page(request, run_of(request, import_id))


def import_page(request: ActorRequest, run: ImportRun, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """Render one import, with the refusal of the latest act beside it."""
    is_open = run.state in ("uploaded", "checked")
    needs_match = is_open and bool(run.headings) and not run.columns
    tab = request.GET.get("tab", "") or next((key for key, _label, count in import_tabs(run) if count), "wrong")
    faults = run.errors[:SHOWN_FAULTS]
    context = {
        "run": run,
        "template": kinds()[run.kind].template,
        "said": said(run),
        "is_open": is_open,
        "is_running": run.state in ("checking", "importing"),
        "steps": import_steps.steps(run),
        "columns": import_steps.columns(run) if needs_match or request.GET.get("step") == "match" else [],
        "needs_match": needs_match,
        "refusal": refusal,
        "tab": tab,
        "tabs": [(label, f"?tab={key}", count, key == tab) for key, label, count in import_tabs(run)],
        "faults": faults,
        "more_faults": len(run.errors) - len(faults),
        "suggestions_count": sum(1 for fault in run.errors if fault["suggestion"]),
        "suspects": import_steps.suspects(run),
        "notices": run.notices[:SHOWN_FAULTS],
        "largest_mb": largest_mb(),
        "may_confirm": request.actor.may("import.confirm", run),
        "capacity": request.actor.must("import.see", run),
        "entries": ledger.timeline("import", run.pk)[:50],
        **progress(run),
    }
    return render(request, "desk/registers/import.html", context, status=status)


def said(run: ImportRun) -> dict[str, str]:
    """Return the counts of a dry run as an officer reads them: 12,408."""
    counts = {
        "rows": run.rows_count,
        "wrong": run.errors_count,
        "new": run.new_count,
        "changed": run.changed_count,
        "same": run.unchanged_count,
    }
    return {name: f"{count:,}" for name, count in counts.items()}


def import_tabs(run: ImportRun) -> list[tuple[str, str, int]]:
    """Return key, word and count of what a dry run found."""
    return [
        ("wrong", _("有误"), run.errors_count),
        ("suspects", _("疑似重复"), sum(run.suspects_count.values())),
        ("changed", _("将更新"), run.changed_count),
        ("new", _("将新增"), run.new_count),
        ("notices", _("提示"), len(run.notices)),
    ]


def progress(run: ImportRun) -> dict[str, object]:
    """Return what the progress fragment shows of an import."""
    return {
        "phase": import_steps.PHASES.get(run.phase, _("排队中")),
        "done": f"{run.done_count:,}",
        "total": f"{run.total_count:,}",
        "percent": run.done_count * 100 // run.total_count if run.total_count else 0,
        "ahead": background.ahead(run),
        "is_worker_silent": run.state in ("checking", "importing") and jobs.queue_state().is_worker_silent,
    }


@requires("import.see")
@require_GET
def import_progress(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Show how far the work is; when it has ended the page is loaded anew."""
    run = run_of(request, import_id)
    if run.state not in ("checking", "importing"):
        return HttpResponseClientRefresh()
    return render(request, "desk/registers/import_progress.html", {"run": run, **progress(run)})


@requires("import.see")
@require_GET
def import_faults(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Download the wrong rows with their reasons."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=import_id)
    if not run.errors or not run.content:
        raise Http404
    return _csv(writing.wrong_rows_csv(run), name=f"{kinds()[run.kind].template.label}-有误行.csv")


@requires("import.see")
@require_GET
def import_template(_request: ActorRequest, kind: str) -> HttpResponse:
    """Download the empty template of a kind."""
    if kind not in kinds() or kinds()[kind].parse:
        raise Http404
    template = kinds()[kind].template
    return _csv(writing.template_csv(kind), name=f"{template.label}-模板-第{template.version}版.csv")


def _csv(content: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def run_of(request: ActorRequest, import_id: UUID) -> ImportRun:
    """Return the import without its file, which may be large."""
    return get_object_or_404(ImportRun.objects.visible_to(request.actor).defer("content"), pk=import_id)
