"""专项名录: the key-target directories, their entries in each version."""

from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onevisit.stages.registers import selectors
from onevisit.stages.registers.models import Directory
from onevisit.support.identity.access import requires
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing
from onevisit.web.ui.numbers import whole

DIRECTORIES = Listing(
    name="registers.directories",
    title=_("专项名录"),
    unit=_("个名录"),
    noun="directory",
    rows=lambda _actor: Directory.objects.annotate(
        entries_count=Count("entries", filter=Q(entries__removed_in__isnull=True))
    ),
    columns=(
        Column("name", _("名录"), sort="name"),
        Column("field", _("领域"), sort="field"),
        Column("entries", _("现有对象"), "entries_count", Kind.NUMBER),
        Column("version", _("版本"), lambda row: f"第 {row.version} 版"),
        Column("livelihood", _("民生领域"), lambda row: str(_("是")) if row.is_livelihood else str(_("否"))),
        Column("key", _("编码"), kind=Kind.CODE, sort="key"),
    ),
    order=("key", "pk"),
    row_url=lambda row: f"/registers/directories/{row.pk}",
    empty=Empty(
        _("还没有专项名录"),
        _("导入一份名录即可新建，例如“密室逃脱”；按统一社会信用代码去重，每次变动形成新版本。"),
        "/registers/imports?kind=directories",
        _("去导入"),
        verb="import.upload",
    ),
)


@requires("directory.see")
@require_GET
def directory_list(request: ActorRequest) -> HttpResponse:
    """List the directories."""
    return render(request, "desk/registers/list.html", {"page": DIRECTORIES.page(request), "section": _("专项名录")})


@requires("directory.see")
@require_GET
def directory_detail(request: ActorRequest, directory_id: UUID) -> HttpResponse:
    """Show the entries of a directory as its present or an earlier version held them."""
    directory = get_object_or_404(Directory, pk=directory_id)
    asked = request.GET.get("version", "")
    version = whole(asked) if asked else directory.version
    if version is None or not 1 <= version <= directory.version:
        raise Http404
    entries = list(selectors.entries_in(directory, version=version).order_by("target__object_id")[:500])
    context = {
        "directory": directory,
        "version": version,
        "versions": range(directory.version, 0, -1),
        "entries": entries,
        "count": selectors.entries_in(directory, version=version).count(),
        "added": {entry.pk for entry in entries if entry.added_in == version and version > 1},
        "removed": directory.entries.filter(removed_in=version).select_related("target"),
    }
    return render(request, "desk/registers/directory.html", context)
