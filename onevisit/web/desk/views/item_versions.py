"""检查表内容 (S6): change the department's own part of an item, compare two versions, stop and use an item again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.stages.registers import item_versions
from onevisit.stages.registers.models import InspectionItem
from onevisit.stages.registers.refusals import RecordRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.forms.dossier import ItemForm
from onevisit.web.ui import toasts
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.numbers import whole


@requires("item.edit")
@require_http_methods(["GET", "POST"])
def item_edit(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Change how an item is checked; the common part stands beside it, locked, with the reason."""
    item = _visible(request, item_id)
    capacity = request.actor.must("item.edit", item)
    initial = {"how": item.how, "papers": "\n".join(item.papers), "phrases": "\n".join(item.phrases)}
    form = ItemForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            item_versions.edit(item=item, **form.cleaned_data, actor=request.actor, at=clock.now())
        except RecordRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            toasts.taken(request, f"item-{item.pk}")
            messages.success(request, _("已保存为新版本，此前的检查仍按原版本。"))
            return redirect("item_detail", item.pk)
    context = {"item": item, "form": form, "capacity": capacity}
    return render(request, "desk/registers/item_edit.html", context, status=422 if form.errors else 200)


@requires("item.see")
@require_GET
def item_compare(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Put two versions of an item's checklist side by side."""
    item = _visible(request, item_id)
    versions = {row.version: row for row in item.versions.all()}
    latest = max(versions, default=0)
    newer = versions.get(whole(request.GET.get("newer", "")) or latest)
    older = versions.get(whole(request.GET.get("older", "")) or latest - 1)
    if newer is None or older is None:
        raise Http404
    context = {
        "item": item,
        "older": older,
        "newer": newer,
        "versions": sorted(versions, reverse=True),
        "parts": item_versions.compare(older, newer),
    }
    return render(request, "desk/registers/item_compare.html", context)


@requires("item.suspend")
@require_POST
def item_suspend(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Use an item no more."""
    item = _visible(request, item_id)
    item_versions.suspend(item=item, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("已停用，不再列入新的检查。"))
    return redirect("item_detail", item.pk)


@requires("item.resume")
@require_POST
def item_resume(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Use an item again."""
    item = _visible(request, item_id)
    item_versions.resume(item=item, actor=request.actor, at=clock.now())
    messages.success(request, _("已启用。"))
    return redirect("item_detail", item.pk)


def _visible(request: ActorRequest, item_id: UUID) -> InspectionItem:
    rows = InspectionItem.objects.visible_to(request.actor).select_related("department")
    return get_object_or_404(rows, pk=item_id)
