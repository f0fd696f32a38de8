"""检查对象与一户一档 (S3): the list, the archive of one target, and its contact in clear."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from onevisit.stages.findings import selectors as findings
from onevisit.stages.findings.lifecycle import FINDING
from onevisit.stages.registers import availability, merges, selectors, services
from onevisit.stages.registers.lifecycle import LETTER
from onevisit.stages.registers.models import (
    Directory,
    DirectoryEntry,
    FormerInspection,
    InspectionTarget,
    Licence,
    QuietListing,
    RiskClass,
    TargetStatus,
)
from onevisit.support import clock
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.web.desk import target_page
from onevisit.web.desk.views import dossier
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

CAP_KEY = "visit_cap.default"
VISITED = (
    ("", _("全部")),
    ("90", _("近 90 日内查过")),
    ("365", _("近一年内查过")),
    ("-365", _("一年以上未查")),
    ("-730", _("两年未查")),
    ("never", _("没有检查记录")),
)
FLAGS = (
    ("", _("全部")),
    ("open", _("整改未销")),
    ("historical", _("历史试点码")),
)


def regions() -> list[tuple[str, str]]:
    """Return the districts of the city for a choice."""
    names = selectors.region_names()
    return [("", str(_("全部"))), *[(code, name) for code, name in names.items() if not code.endswith("00")]]


def _directories() -> list[tuple[str, str]]:
    return [("", str(_("全部"))), *Directory.objects.values_list("key", "name")]


class TargetQuery(QueryForm):
    """Filters of the list of targets."""

    q = forms.CharField(label=_("名称、代码、地址或拼音首字母"))
    region = forms.ChoiceField(label=_("区划"), choices=regions)
    directory = forms.ChoiceField(label=_("专项名录"), choices=_directories)
    industry = forms.CharField(label=_("行业代码"), max_length=4)
    risk = forms.ChoiceField(label=_("信用风险分类"), choices=[("", _("全部")), *RiskClass.choices[:4]])
    street = forms.CharField(label=_("街道"))
    flag = forms.ChoiceField(label=_("标记"), choices=FLAGS)
    visited = forms.ChoiceField(label=_("最近检查"), choices=VISITED)
    expiring = forms.BooleanField(label=_("许可 30 日内到期"))
    unvisited = forms.BooleanField(label=_("两年未查"))
    livelihood = forms.BooleanField(label=_("民生领域"))
    quiet = forms.BooleanField(label=_("无事不扰名单"))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        today = clock.today()
        simple = {"region": "region_code", "industry": "industry_code__startswith", "risk": "credit_risk_class"}
        rows = rows.filter(**{simple[name]: value for name, value in values.items() if name in simple})
        if "q" in values:
            rows = rows.filter(selectors.matching_words(values["q"]))
        if "street" in values:
            rows = rows.filter(street__icontains=values["street"])
        if "directory" in values:
            entries = DirectoryEntry.objects.filter(directory__key=values["directory"], removed_in__isnull=True)
            rows = rows.filter(pk__in=entries.values("target"))
        if "livelihood" in values:
            rows = rows.filter(selectors.in_livelihood())
        if "quiet" in values:
            listed = QuietListing.objects.filter(valid_from__lte=today, valid_to__gte=today)
            rows = rows.filter(pk__in=listed.values("target"))
        if "flag" in values:
            rows = rows.filter(_flagged(values["flag"]))
        if "visited" in values:
            rows = _visited(rows, values["visited"], today)
        if "expiring" in values:
            ending = Licence.objects.filter(valid_to__range=(today, today + target_page.EXPIRING))
            rows = rows.filter(pk__in=ending.values("target"))
        if "unvisited" in values:
            rows = _visited(rows, f"-{365 * selectors.NOT_VISITED_YEARS}", today)
        return rows


def _flagged(flag: str) -> Q:
    """Return the condition of one mark that a target can carry."""
    conditions = {
        "open": Q(pk__in=findings.targets_with_open()),
        "historical": Q(is_historical_code=True),
    }
    return conditions[flag]


def _visited(rows: QuerySet[Any], when: str, today: date) -> QuerySet[Any]:
    """Narrow to those visited within some days, not for some days (a minus before them), or never."""
    if when == "never":
        return rows.exclude(pk__in=FormerInspection.objects.values("target"))
    since = today - timedelta(days=abs(int(when)))
    visited = FormerInspection.objects.filter(on__gte=since).values("target")
    return rows.exclude(pk__in=visited) if when.startswith("-") else rows.filter(pk__in=visited)


def _rows(actor: Actor) -> QuerySet[InspectionTarget]:
    past = FormerInspection.objects.filter(target=OuterRef("pk")).order_by().values("target")
    return InspectionTarget.objects.visible_to(actor).annotate(
        latest_on=Subquery(past.annotate(latest=Max("on")).values("latest"))
    )


def _count_visits(rows: Sequence[InspectionTarget]) -> None:
    """Tell of a page of rows how often the business of each was visited this year."""
    days = availability.days_visited(target_ids=[row.pk for row in rows], year=clock.today().year)
    for row in rows:
        row.visits_count = len(days[row.pk])  # type: ignore[attr-defined]  # for the column of this list


TARGETS = Listing(
    name="registers.targets",
    title=_("检查对象"),
    unit=_("户"),
    noun="target",
    rows=_rows,
    fill=_count_visits,
    columns=(
        Column("name", _("名称"), sort="name"),
        Column("uscc", _("统一社会信用代码"), "object_id", Kind.CODE),
        Column("industry", _("行业"), lambda row: f"{row.industry_code} {row.industry_name}"),
        Column("address", _("地址")),
        Column(
            "risk",
            _("风险分类"),
            "credit_risk_class",
            template="desk/registers/risk_cell.html",
            sort="credit_risk_class",
        ),
        Column("visits", _("本年入企"), "visits_count", Kind.NUMBER),
        Column("latest", _("最近检查"), "latest_on", Kind.DATE),
        Column("status", _("登记状态"), template="desk/registers/status_cell.html", value="get_status_display"),
        Column("street", _("街道"), is_default=False),
        Column("region", _("区划"), "region_code", Kind.CODE, is_default=False),
    ),
    order=("object_id", "pk"),
    tabs=(
        Tab("active", _("在业"), Q(status=TargetStatus.ACTIVE)),
        Tab(
            "gone",
            _("停业、注销、吊销、迁出"),
            ~Q(status=TargetStatus.ACTIVE) & Q(merged_into__isnull=True),
        ),
        Tab("merged", _("已并入"), Q(merged_into__isnull=False)),
    ),
    form=TargetQuery,
    row_url=lambda row: f"/registers/targets/{row.pk}",
    empty=Empty(
        _("还没有检查对象"),
        _("导入检查对象名录后，企业、个体工商户和其他单位会出现在这里。"),
        "/registers/imports",
        _("去导入"),
        verb="import.upload",
    ),
)


@requires("target.see")
@require_GET
def target_list(request: ActorRequest) -> HttpResponse:
    """List the targets."""
    context = {
        "page": TARGETS.page(request),
        "section": _("检查对象"),
        "duplicates_url": "/registers/targets/duplicates",
    }
    return render(request, "desk/registers/list.html", context)


@requires("target.see")
@require_GET
def target_detail(request: ActorRequest, target_id: UUID) -> HttpResponse:
    """Show the archive of one target: burden, duties, licences, and its timeline since 2016."""
    target = get_object_or_404(InspectionTarget.objects.visible_to(request.actor), pk=target_id)
    return _archive_page(request, target=target)


@requires("target.contact")
@require_http_methods(["POST"])
def target_contact(request: ActorRequest, target_id: UUID) -> HttpResponse:
    """Show the contact in clear once; the reading is an entry of the ledger."""
    target = get_object_or_404(InspectionTarget.objects.visible_to(request.actor), pk=target_id)
    contact = services.read_contact(target=target, actor=request.actor, at=clock.now())
    return _archive_page(request, target=target, contact=contact)


def _archive_page(
    request: ActorRequest, *, target: InspectionTarget, contact: services.Contact | None = None
) -> HttpResponse:
    at, today = clock.now(), clock.today()
    tab = request.GET.get("tab", "timeline")
    if tab not in target_page.TABS:
        raise Http404
    archive = target_page.archive_of(target, on=today)
    problems = findings.of_target(target.pk)
    content = {
        "archive": archive,
        "target": target,
        "is_gone": target.status != TargetStatus.ACTIVE,
        "today": today,
        "soon": today + target_page.EXPIRING,
        "expiring_count": sum(_is_expiring(licence, today) for licence in archive.licences),
        "cap": _cap(today),
        "visited": archive.visits_this_year,
        "visited_by": archive.visited_this_year.most_common(),
        "coming": target_page.coming_to(target, archive, actor=request.actor, at=at),
        "problems": problems,
        "openable": findings.visible_ids(request.actor, problems),
        "FINDING": FINDING,
        "flags": target_page.flags(problems, on=today),
        "readers": target_page.readers_of(target),
        "contact": contact,
        "masked_name": services.masked(target.contact_name),
        "masked_phone": services.masked(target.contact_phone),
        "may_read_contact": request.actor.may("target.contact", target),
        "merges": merges.open_merges(target, at=clock.now()),
        "may_merge": request.actor.may("target.unmerge", target),
        "may_start": request.actor.may("campaign.start"),
        "may_send_letter": request.actor.may("letter.draft"),
        "tab": tab,
        **_beside(request, target),
    }
    content["planned_count"] = sum(bool(one.url) for one in content["coming"])  # type: ignore[attr-defined]  # a list
    content["tabs"] = target_page.tabs_of(content, here=tab, path=f"/registers/targets/{target.pk}")
    if tab == "timeline":
        content["history"] = target_page.history(archive, problems)
        content["entries"] = target_page.entries_of(target)
    return render(request, "desk/registers/target.html", content)


def _beside(request: ActorRequest, target: InspectionTarget) -> dict[str, object]:
    """Return what other departments and systems know of a target: complaints, supply, letters."""
    may_supply = request.actor.may("supply.register")
    return {
        "complaints": selectors.complaints_of(target_id=target.pk),
        "upstream": [row for row in selectors.supplies_of(target_id=target.pk) if row.buyer_id == target.pk],
        "downstream": [row for row in selectors.supplies_of(target_id=target.pk) if row.supplier_id == target.pk],
        "letters": selectors.letters_of(target_id=target.pk, actor=request.actor),
        "LETTER": LETTER,
        "may_complain": request.actor.may("complaint.register"),
        "may_supply": may_supply,
        "own_organs": dossier.own_organs(request) if may_supply else [],
    }


def _is_expiring(licence: Licence, today: date) -> bool:
    return licence.valid_to is not None and today <= licence.valid_to <= today + target_page.EXPIRING


def _cap(day: date) -> int:
    return deadlines.current(CAP_KEY, on=day).amount
