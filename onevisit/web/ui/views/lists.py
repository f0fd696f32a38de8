"""Exports and saved filters of every list."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onevisit.support import clock
from onevisit.support.identity.access import requires, signed_in
from onevisit.support.sm2.marks import of_file
from onevisit.web.ui import exports, marks, saved_filters, sheets
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.models import ListExport, SavedFilter
from onevisit.web.ui.views.session import back


@requires("list.export")
@require_POST
def export_ask(request: ActorRequest, name: str) -> HttpResponse:
    """Start an export of the list with the conditions of the page it was asked from."""
    export = exports.ask(
        name=name,
        query=request.POST.get("query", ""),
        columns=request.POST.getlist("columns"),
        format=request.POST.get("format", "csv"),
        actor=request.actor,
        at=clock.now(),
    )
    return redirect(f"/exports/{export.pk}")


def _own(request: ActorRequest, export_id: UUID) -> ListExport:
    return get_object_or_404(ListExport, pk=export_id, officer_id=request.actor.officer_id)


@requires("list.export")
@never_cache
@require_GET
def export_page(request: ActorRequest, export_id: UUID) -> HttpResponse:
    """Show how far an export is; a swap gets only the progress."""
    export = _own(request, export_id)
    template = "ui/export_progress.html" if request.headers.get("HX-Request") else "ui/export.html"
    return render(request, template, {"export": export, "job": exports.view(export)})


@requires("list.export")
@require_POST
def export_cancel(request: ActorRequest, export_id: UUID) -> HttpResponse:
    export = _own(request, export_id)
    exports.cancel(export=export, actor=request.actor, at=clock.now())
    return render(request, "ui/export_progress.html", {"export": export, "job": exports.view(export)})


@requires("list.export")  # type: ignore[arg-type]  # a file is streamed
@require_GET
def export_file(request: ActorRequest, export_id: UUID) -> HttpResponseBase:
    """Send the file as long as it is kept."""
    export = _own(request, export_id)
    path = exports.path_of(export)
    if not path.exists():
        raise exports.ExportRefused(
            code="export_gone", message=_("文件已超过 7 日保留期，或尚未生成。请回到列表重新导出。"), status=404
        )
    name = f"{export.title}_{export.created_at:%Y%m%d}.{export.format}"
    if mark := marks.asked(request):
        return marks.answer(mark, of_file(export.sha256), name=name)
    kind = sheets.CONTENT_TYPES[export.format]
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in
@require_POST
def filter_save(request: ActorRequest, name: str) -> HttpResponse:
    """Keep the conditions of the page under a name."""
    try:
        saved_filters.save(
            listing=name,
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
            actor=request.actor,
            at=clock.now(),
        )
    except saved_filters.FilterRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已保存这组条件。"))
    return redirect(back(request))


@signed_in
@require_POST
def filter_delete(request: ActorRequest, filter_id: UUID) -> HttpResponse:
    kept = get_object_or_404(SavedFilter, pk=filter_id, officer_id=request.actor.officer_id)
    saved_filters.delete(kept=kept)
    messages.success(request, _("已删除这组条件。"))
    return redirect(back(request))
