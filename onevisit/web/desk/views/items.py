"""事项与依据、权责矩阵、法律法规库 (S6): what is checked, on which law of the day, by whom."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onevisit.core.lifecycle import Tone
from onevisit.stages.registers import selectors
from onevisit.stages.registers.models import InspectionItem, ItemClass, Law, LegalBasis
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

LEVELS = {
    "law": _("法律"),
    "administrative_regulation": _("行政法规"),
    "departmental_rule": _("部门规章"),
    "local": _("地方性法规、规章"),
}
KINDS = {
    "duty": _("义务"),
    "inspection_power": _("检查职权"),
    "procedure": _("程序"),
    "penalty": _("罚则"),
    "time_limit": _("期限"),
    "publication": _("公开"),
    "transfer": _("移送"),
}


def _fields() -> list[tuple[str, str]]:
    return [("", str(_("全部"))), *[(field, field) for field in selectors.fields()]]


class ItemQuery(QueryForm):
    """Filters of the list of items."""

    q = forms.CharField(label=_("事项、编码或部门"))
    field = forms.ChoiceField(label=_("领域"), choices=_fields)
    item_class = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *ItemClass.choices])
    baseless = forms.BooleanField(label=_("今日无有效依据"))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if "q" in values:
            words = values["q"]
            rows = rows.filter(
                Q(title__icontains=words)
                | Q(code__istartswith=words)
                | Q(department__name__icontains=words)
                | Q(department__short_name__icontains=words)
            )
        if "field" in values:
            rows = rows.filter(fields__contains=[values["field"]])
        if "item_class" in values:
            rows = rows.filter(item_class=values["item_class"])
        return rows.filter(has_basis=False) if "baseless" in values else rows


def basis_state(item: InspectionItem) -> tuple[str, str]:
    """Say in which tone and word the legal bases of an item stand today."""
    if getattr(item, "has_basis", False):
        return Tone.OK, str(_("依据有效"))
    return Tone.LATE, str(_("今日无有效依据"))


def _rows(actor: Actor) -> QuerySet[InspectionItem]:
    valid = LegalBasis.objects.valid_on(clock.today()).filter(item=OuterRef("pk"))
    return InspectionItem.objects.visible_to(actor).select_related("department").annotate(has_basis=Exists(valid))


ITEMS = Listing(
    name="registers.items",
    title=_("检查事项"),
    unit=_("项"),
    noun="item",
    rows=_rows,
    columns=(
        Column("title", _("检查事项"), sort="title"),
        Column("department", _("承担部门"), "department.short_name", sort="department__code"),
        Column("class", _("一般或重点"), "get_item_class_display"),
        Column("fields", _("适用领域"), lambda row: "、".join(row.fields[:3]) + ("等" if len(row.fields) > 3 else "")),
        Column("basis", _("依据"), template="desk/registers/certificate_cell.html", value=basis_state),
        Column("code", _("编码"), kind=Kind.CODE, sort="code"),
        Column("category", _("事项类别"), sort="category", is_default=False),
        Column("until", _("有效期止"), "valid_to", Kind.DATE, is_default=False),
    ),
    order=("code", "pk"),
    tabs=(
        Tab("active", _("启用"), Q(is_active=True, valid_to__isnull=True)),
        Tab("past", _("历史"), Q(valid_to__isnull=False) | Q(is_active=False)),
    ),
    form=ItemQuery,
    row_url=lambda row: f"/registers/items/{row.pk}",
    empty=Empty(
        _("还没有检查事项"),
        _("各部门导入本部门的事项和法律依据；没有当日有效依据的事项不能列入检查。"),
        "/registers/imports?kind=items",
        _("去导入"),
        verb="import.upload",
    ),
)


class LawQuery(QueryForm):
    """Filters of the register of laws."""

    q = forms.CharField(label=_("名称"))
    level = forms.ChoiceField(label=_("效力级别"), choices=[("", _("全部")), *LEVELS.items()])
    unverified = forms.BooleanField(label=_("待核实"))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if "q" in values:
            rows = rows.filter(Q(title__icontains=values["q"]) | Q(short_title__icontains=values["q"]))
        if "level" in values:
            rows = rows.filter(level=values["level"])
        return rows.filter(is_verified=False) if "unverified" in values else rows


LAWS = Listing(
    name="registers.laws",
    title=_("法律法规"),
    unit=_("部"),
    noun="law",
    rows=lambda _actor: Law.objects.annotate(articles_count=Count("articles")),
    columns=(
        Column("title", _("名称"), sort="title"),
        Column("level", _("效力级别"), lambda row: LEVELS.get(row.level, row.level)),
        Column("effective", _("施行"), "effective_on", Kind.DATE),
        Column("repealed", _("废止"), "repealed_on", Kind.DATE),
        Column("articles", _("收录条文"), "articles_count", Kind.NUMBER),
        Column("verified", _("核对"), template="desk/registers/verified_cell.html", value="is_verified"),
        Column("issuer", _("制定机关"), is_default=False),
    ),
    order=("title", "pk"),
    form=LawQuery,
    row_url=lambda row: f"/registers/laws/{row.pk}",
    empty=Empty(
        _("还没有法律法规"),
        _("导入法律法规库后，检查事项才能引用条文。"),
        "/registers/imports?kind=laws",
        _("去导入"),
        verb="import.upload",
    ),
)


@requires("item.see")
@require_GET
def item_list(request: ActorRequest) -> HttpResponse:
    """List the items of all departments."""
    return render(request, "desk/registers/items.html", {"page": ITEMS.page(request), "section": _("事项与依据")})


@requires("item.see")
@require_GET
def item_detail(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Show one item: what is checked, with which papers, on which law at which time."""
    item = get_object_or_404(_rows(request.actor), pk=item_id)
    tone, word = basis_state(item)
    today = clock.today()
    bases = item.bases.select_related("article__law").order_by("-valid_from", "words")
    context = {
        "item": item,
        "tone": tone,
        "word": word,
        "today": today,
        "current": [basis for basis in bases if basis.valid_from <= today and not _has_ended(basis)],
        "past": [basis for basis in bases if _has_ended(basis)],
        "coming": [basis for basis in bases if basis.valid_from > today],
        "entries": ledger.timeline("item", item.pk)[:50],
        "versions_count": item.versions.count(),
        "may": {verb: request.actor.may(f"item.{verb}", item) for verb in ("edit", "suspend", "resume")},
    }
    return render(request, "desk/registers/item.html", context)


def _has_ended(basis: LegalBasis) -> bool:
    return basis.valid_to is not None and basis.valid_to < clock.today()


@requires("item.see")
@require_GET
def item_matrix(request: ActorRequest) -> HttpResponse:
    """Show items by department of one field, with the report of items without an owner (R19)."""
    fields = selectors.fields()
    field = request.GET.get("field", "")
    rows = selectors.matrix(on=clock.today(), field=field if field in fields else "")
    context = {
        "rows": rows,
        "fields": fields,
        "field": field,
        "orphans": [row for row in rows if row.is_orphan],
        "baseless": [row for row in rows if not row.bases_count],
        "gaps": selectors.gaps(on=clock.today()),
        "today": clock.today(),
    }
    return render(request, "desk/registers/matrix.html", context)


@requires("law.see")
@require_GET
def law_list(request: ActorRequest) -> HttpResponse:
    """List the laws of the register."""
    return render(request, "desk/registers/items.html", {"page": LAWS.page(request), "section": _("法律法规")})


@requires("law.see")
@require_GET
def law_detail(request: ActorRequest, law_id: str) -> HttpResponse:
    """Show one law with the articles that the register knows, in every wording with its dates."""
    law = get_object_or_404(Law, pk=law_id)
    articles = sorted(law.articles.all(), key=lambda article: (_number(article.number), article.text_version))
    context = {
        "law": law,
        "level": LEVELS.get(law.level, law.level),
        "today": clock.today(),
        "articles": [(article, KINDS.get(article.kind, article.kind)) for article in articles],
    }
    return render(request, "desk/registers/law.html", context)


def _number(text: str) -> tuple[int, str]:
    digits = "".join(char for char in text if char.isdigit())
    return (int(digits) if digits else 0, text)
