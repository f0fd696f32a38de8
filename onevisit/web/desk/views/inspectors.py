"""执法人员 (S5): certificate state first, then domains; no column of checks or fines."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onevisit.core.lifecycle import Tone
from onevisit.stages.registers import selectors as registers
from onevisit.stages.registers.models import Inspector, InspectorStatus, Leave
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm

WARNING = timedelta(days=60)


def state_of(inspector: Inspector) -> tuple[str, str]:
    """Say in which tone and word a certificate stands today."""
    today = clock.today()
    if inspector.status != InspectorStatus.ACTIVE:
        return Tone.REST, str(inspector.get_status_display())
    if inspector.certificate_valid_to < today:
        return Tone.LATE, str(_("已到期，不进抽取库"))
    if getattr(inspector, "is_away", False):
        return Tone.REST, str(_("休假，不进抽取库"))
    if inspector.certificate_valid_to <= today + WARNING:
        return Tone.WARN, str(_("60 日内到期"))
    return Tone.OK, str(_("有效"))


class InspectorQuery(QueryForm):
    """Filters of the list of inspectors."""

    q = forms.CharField(label=_("姓名、机构或执法证号"))
    domain = forms.CharField(label=_("专业领域"))
    state = forms.ChoiceField(
        label=_("证件"),
        choices=[("", _("全部")), ("valid", _("有效")), ("soon", _("60 日内到期")), ("expired", _("已到期"))],
    )
    special = forms.CharField(label=_("特殊资格"))
    away = forms.BooleanField(label=_("正在休假"))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        today = clock.today()
        if "q" in values:
            words = values["q"]
            rows = rows.filter(
                Q(officer__name__icontains=words)
                | Q(officer__initials=words.lower())
                | Q(department__name__icontains=words)
                | Q(department__short_name__icontains=words)
                | Q(certificate_no__startswith=words)
            )
        if "domain" in values:
            rows = rows.filter(domains__icontains=values["domain"])
        if "special" in values:
            rows = rows.filter(special_qualifications__icontains=values["special"])
        states = {
            "valid": Q(certificate_valid_to__gte=today),
            "soon": Q(certificate_valid_to__range=(today, today + WARNING)),
            "expired": Q(certificate_valid_to__lt=today),
        }
        if "state" in values:
            rows = rows.filter(states[values["state"]])
        return rows.filter(is_away=True) if "away" in values else rows


def _rows(actor: Actor) -> QuerySet[Inspector]:
    today = clock.today()
    away = Leave.objects.filter(inspector=OuterRef("pk"), from_on__lte=today, to_on__gte=today)
    return Inspector.objects.visible_to(actor).select_related("officer", "department").annotate(is_away=Exists(away))


INSPECTORS = Listing(
    name="registers.inspectors",
    title=_("执法人员"),
    unit=_("人"),
    noun="inspector",
    rows=_rows,
    columns=(
        Column("name", _("姓名"), "officer.name"),
        Column("state", _("证件"), template="desk/registers/certificate_cell.html", value=state_of),
        Column("department", _("机构"), "department.short_name", sort="department__code"),
        Column("domains", _("专业领域"), lambda row: "、".join(row.domains)),
        Column("station", _("所属所"), lambda row: row.station or str(_("局机关")), is_default=False),
        Column("number", _("执法证号"), "certificate_no", Kind.CODE, sort="certificate_no"),
        Column("until", _("有效期止"), "certificate_valid_to", Kind.DATE, sort="certificate_valid_to"),
        Column("special", _("特殊资格"), lambda row: "、".join(row.special_qualifications)),
        Column("second", _("第二证号"), "second_certificate_no", Kind.CODE, is_default=False),
    ),
    order=("certificate_no", "pk"),
    form=InspectorQuery,
    row_url=lambda row: f"/registers/inspectors/{row.pk}",
    empty=Empty(
        _("还没有执法人员"),
        _("导入执法检查人员名录库后，持证人员会出现在这里；证件过期的不进入抽取库。"),
        "/registers/imports?kind=inspectors",
        _("去导入"),
        verb="import.upload",
    ),
)


@requires("inspector.see")
@require_GET
def inspector_list(request: ActorRequest) -> HttpResponse:
    """List the inspectors that the actor may see."""
    return render(request, "desk/registers/list.html", {"page": INSPECTORS.page(request), "section": _("执法人员")})


@requires("inspector.see")
@require_GET
def inspector_detail(request: ActorRequest, inspector_id: UUID) -> HttpResponse:
    """Show the card of one inspector: both certificates, leave, declared interests."""
    inspector = get_object_or_404(_rows(request.actor), pk=inspector_id)
    tone, word = state_of(inspector)
    region = inspector.region_code or inspector.department.region_code
    context = {
        "inspector": inspector,
        "region": registers.region_names().get(region, region),
        "is_whole_city": region.endswith("00"),
        "tone": tone,
        "word": word,
        "leaves": inspector.leaves.order_by("-from_on")[:20],
        "interests": inspector.interests.select_related("target").order_by("-declared_at"),
        "entries": ledger.timeline("inspector", inspector.pk)[:50],
    }
    return render(request, "desk/registers/inspector.html", context)
