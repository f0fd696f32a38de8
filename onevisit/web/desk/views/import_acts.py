"""What an officer does with an import (S4): match columns, mend, decide on duplicates, try, confirm, stop, cancel."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from onevisit.stages.registers.imports import background, writing
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.imports.reading import UnreadableFile
from onevisit.stages.registers.imports.trying import ImportRefused
from onevisit.stages.registers.models import ImportRun
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.views.imports import import_page, run_of
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.numbers import whole

_BLANK = ""


@requires("import.match")
@require_POST
def import_match(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Take which column of the file is which of ours, and try the file with it."""
    run = _full(request, import_id)
    places: dict[str, int] = {}
    twice = set()
    for name, key in request.POST.items():
        place = whole(name.removeprefix("column-")) if name.startswith("column-") else None
        if place is None or not isinstance(key, str) or key == _BLANK:
            continue
        twice |= {key} & set(places)
        places[key] = place
    if twice:
        return import_page(request, run, refusal=_("我们的一列只能对文件的一列。"), status=422)
    try:
        run = imports.match(run=run, places=places, actor=request.actor, at=clock.now())
        run = background.try_again(run=run, actor=request.actor, at=clock.now())
    except (ImportRefused, UnreadableFile) as refusal:
        return import_page(request, run, refusal=refusal.message, status=422)
    return redirect("import_detail", run.pk)


@requires("import.check")
@require_POST
def import_check(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Try the file again: the registers may have moved on since."""
    run = background.try_again(run=_full(request, import_id), actor=request.actor, at=clock.now())
    if run.state == "checked":
        messages.success(request, _("已重新试运行，%(count)s 行有误。") % {"count": run.errors_count})
    return redirect("import_detail", run.pk)


@requires("import.correct")
@require_POST
def import_correct(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Mend cells from the page or from a file of mended rows, leave rows out, and try the file again."""
    run = _full(request, import_id)
    try:
        cells = _mended(request, run)
        dropped = [row for text in request.POST.getlist("drop") if (row := whole(text)) is not None]
        run = imports.correct(run=run, cells=cells, dropped=dropped, actor=request.actor, at=clock.now())
        run = background.try_again(run=run, actor=request.actor, at=clock.now())
    except (ImportRefused, UnreadableFile) as refusal:
        return import_page(request, run, refusal=refusal.message, status=422)
    if run.state == "checked":
        words = _("已修改 %(cells)s 行、剔除 %(dropped)s 行，重新试运行后 %(left)s 行有误。")
        messages.success(request, words % {"cells": len(cells), "dropped": len(dropped), "left": run.errors_count})
    return redirect("import_detail", run.pk)


def _mended(request: ActorRequest, run: ImportRun) -> dict[int, dict[str, str]]:
    """Read what is typed, what is accepted and what stands in the returned file."""
    cells: dict[int, dict[str, str]] = {}
    if file := request.FILES.get("mended"):
        cells = writing.mended_cells(run=run, content=file.read(), file_name=file.name or "")
    for fault in run.errors:
        asked = f"{fault['row']}-{fault['column']}"
        if fault["suggestion"] and ("accept_all" in request.POST or asked in request.POST.getlist("accept")):
            cells.setdefault(int(fault["row"]), {})[fault["column"]] = fault["suggestion"]
    for name, value in request.POST.items():
        number, _sep, column = name.removeprefix("cell-").partition("-")
        row = whole(number) if name.startswith("cell-") else None
        if row is not None and isinstance(value, str) and value.strip():
            cells.setdefault(row, {})[column] = value.strip()
    for text in request.POST.getlist("historical"):
        if (row := whole(text)) is not None:
            cells.setdefault(row, {})["is_historical_code"] = "是"
    return cells


@requires("import.decide")
@require_POST
def import_decide(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Take what to do with suspected duplicates, by rule or for one row, and try the file again."""
    run = _full(request, import_id)
    decisions = {
        name.removeprefix("decision-"): value
        for name, value in request.POST.items()
        if name.startswith("decision-") and isinstance(value, str) and value
    }
    try:
        run = imports.decide(run=run, decisions=decisions, actor=request.actor, at=clock.now())
        run = background.try_again(run=run, actor=request.actor, at=clock.now())
    except ImportRefused as refusal:
        return import_page(request, run, refusal=refusal.message, status=422)
    messages.success(request, _("已按所选办法处理疑似重复，确认导入后生效。"))
    return redirect(f"/registers/imports/{run.pk}?tab=suspects")


@requires("import.queue")
@require_POST
def import_queue(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Confirm: the queue writes all rows or none."""
    run = background.queue(run=run_of(request, import_id), actor=request.actor, at=clock.now())
    return redirect("import_detail", run.pk)


@requires("import.stop")
@require_POST
def import_stop(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Stop the work in the background; nothing of it stays."""
    run = background.stop(run=run_of(request, import_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已取消，没有写入任何一行。文件还在，可以重新试运行。"))
    return HttpResponseClientRefresh() if request.headers.get("HX-Request") else redirect("import_detail", run.pk)


@requires("import.cancel")
@require_POST
def import_cancel(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """Give the import up."""
    run = imports.cancel(run=run_of(request, import_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已取消，没有写入任何一行。"))
    return redirect("import_detail", run.pk)


def _full(request: ActorRequest, import_id: UUID) -> ImportRun:
    return get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=import_id)
