"""S14 一次查: the list, the live board of one visit, missing evidence, and the few acts the desk has on it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Exists, F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.visits import selectors, services
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.selectors import Inspection, Submission, Visit, yearly
from onevisit.stages.visits.selectors.boards import is_sealed
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.views import swap_requests
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

LOOK = (
    ("", gettext_lazy("全部")),
    ("today", gettext_lazy("今天")),
    ("late", gettext_lazy("迟到")),
    ("missing", gettext_lazy("证据待补")),
    ("no_code", gettext_lazy("已入场未亮码")),
    ("short_stay", gettext_lazy("停留过短")),
)


class VisitQuery(QueryForm):
    """Filters of the list of visits; a sealed target cannot be found by its name."""

    q = forms.CharField(label=gettext_lazy("编号、任务或检查对象"))
    look = forms.ChoiceField(label=gettext_lazy("关注"), choices=LOOK)
    on = forms.DateField(label=gettext_lazy("日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def narrow(self, rows: Any, values: dict[str, Any]) -> Any:
        at = clock.now()
        if "q" in values:
            is_open = Q(address_opens_at__isnull=True) | Q(address_opens_at__lte=at)
            by_name = Q(target__name__icontains=values["q"]) & is_open
            rows = rows.filter(Q(number__icontains=values["q"]) | Q(title__icontains=values["q"]) | by_name)
        if "on" in values:
            rows = rows.filter(starts_at__date=values["on"])
        chosen = {
            "today": Q(starts_at__date=timezone.localtime(at).date()),
            "late": Q(starts_at__lt=at, entered_count__lt=F("parts_count"), state__in=("dispatched", "in_progress")),
            "missing": Q(missing_count__gt=0),
            "no_code": Q(entered_count__gt=0, code_shown_at__isnull=True),
            "short_stay": Exists(selectors.short_stays(on=timezone.localtime(at).date())),
        }
        return rows.filter(chosen[values["look"]]) if "look" in values else rows


def where(visit: Visit) -> str:
    """Return the target, or while its address is sealed only the street."""
    if is_sealed(visit, at=clock.now()):
        return _("封存中 · %s") % (visit.target.street or visit.target.region_code)
    return visit.target.name


VISITS = Listing(
    name="visits.visits",
    title=gettext_lazy("一次查"),
    unit=gettext_lazy("次"),
    noun="visits",
    rows=selectors.visits_for,
    columns=(
        Column("target", gettext_lazy("检查对象"), where),
        Column("number", gettext_lazy("编号"), kind=Kind.CODE, sort="number"),
        Column("title", gettext_lazy("任务"), sort="title"),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda row: VISIT.state(row.state).label,
            template="desk/visits/state_cell.html",
        ),
        Column("starts_at", gettext_lazy("开始"), kind=Kind.DATETIME, sort="starts_at"),
        Column("batch", gettext_lazy("批次"), kind=Kind.NUMBER, sort="batch", is_default=False),
        Column("entered", gettext_lazy("已入场 / 部门"), lambda row: f"{row.entered_count} / {row.parts_count}"),
        Column("code_shown_at", gettext_lazy("亮码"), kind=Kind.DATETIME),
        Column("missing", gettext_lazy("待传齐部门"), "missing_count", Kind.NUMBER),
    ),
    order=("starts_at", "pk"),
    tabs=tuple(Tab(state.value, state.label, Q(state=state.value)) for state in VISIT.states),
    form=VisitQuery,
    note_export=lambda rows, actor, at: services.note_sealed_export(visits=rows, actor=actor, at=at),
    row_url=lambda row: f"/visits/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有一次查任务"), gettext_lazy("抽取完成后，系统按抽中的对象和人员自动派发，会出现在这里。")
    ),
)


@requires("visit.see")
@require_GET
def visit_list(request: ActorRequest) -> HttpResponse:
    """List the visits of the actor's departments."""
    missing_count, page = len(selectors.missing_evidence(request.actor)), VISITS.page(request)
    services.note_sealed_reading(visits=page.records, actor=request.actor, at=clock.now())
    return render(request, "desk/visits/list.html", {"page": page, "missing_count": missing_count})


def _visit(request: ActorRequest, visit_id: UUID) -> Visit:
    rows = selectors.visits_for(request.actor).select_related("target", "draw__organiser", "report")
    return get_object_or_404(rows, pk=visit_id)


@requires("visit.see")
@never_cache
@require_GET
def visit_detail(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Show one visit: is everyone there, is everything done, is everything here, what is disputed."""
    return render(request, "desk/visits/visit.html", _content(request, _visit(request, visit_id)))


@requires("visit.see")
@never_cache
@require_GET
def visit_board(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Answer with the live part alone, every ten seconds."""
    return render(request, "desk/visits/board.html", _content(request, _visit(request, visit_id)))


def _content(request: ActorRequest, visit: Visit) -> dict[str, object]:
    actor, at = request.actor, clock.now()
    rows = selectors.board(visit, at=at)
    sealed = is_sealed(visit, at=at)
    services.note_sealed_reading(visits=[visit], actor=actor, at=at)
    parts = [("inspection", row.inspection.pk) for row in rows]
    return {
        "visit": visit,
        "rows": rows,
        "where": where(visit),
        "is_sealed": sealed,
        "days_count": len(yearly.days_of_year(visit, at=at)),
        "here": sum(row.inspection.entered_at is not None for row in rows),
        "conflicts": [] if sealed else selectors.conflicts_of(visit),
        "shared": selectors.shared_facts_of(visit),
        "recusals": selectors.open_recusals(actor).filter(inspection__visit=visit),
        "kept_apart": selectors.quarantined(actor).filter(inspection__visit=visit),
        "people_count": len({officer for row in rows for officer in row.inspection.confirmed_by}),
        "leaders": [member for row in rows for member in row.team if member.is_leader],
        "may_remind": actor.may("visit.remind", visit) and bool(services.waited_for(visit, at=at)),
        "may_follow_up": {
            row.inspection.pk
            for row in rows
            if row.is_follow_up_due and actor.may("inspection.follow_up", row.inspection)
        },
        **swap_requests.shown_on(visit, rows, actor=actor),
        "may_report": actor.may("visit.report", visit),
        "lacking": [row for row in rows if row.files_here < row.files_expected],
        "timeline": ledger.timeline_of([("visit", visit.pk), *parts])[:80],
        "VISIT": VISIT,
        "INSPECTION": INSPECTION,
        "updated_at": at,
    }


@requires("visit.see")
@require_GET
def visit_missing(request: ActorRequest) -> HttpResponse:
    """List the files that are named and not here yet, and whose phone they are on."""
    return render(request, "desk/visits/missing.html", {"files": selectors.missing_evidence(request.actor)})


@requires("visit.report")
@require_POST
def visit_report(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Make the combined report anew."""
    visit = _visit(request, visit_id)
    services.make_report(visit_id=visit.pk, actor=request.actor, at=clock.now())
    messages.success(request, _("综合报告已生成。"))
    return redirect("visit_detail", visit.pk)


@requires("visit.remind")
@require_POST
def visit_remind(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Remind the teams that keep the visit waiting."""
    parts = services.remind(visit=_visit(request, visit_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已催：%s。") % "、".join(part.department.short_name for part in parts))
    return redirect("visit_detail", visit_id)


@requires("inspection.follow_up")
@require_POST
def inspection_follow_up(request: ActorRequest, inspection_id: UUID) -> HttpResponse:
    """Note what was done after a team could not inspect."""
    visits = selectors.visits_for(request.actor)
    part = get_object_or_404(Inspection.objects.filter(visit__in=visits.values("pk")), pk=inspection_id)
    services.follow_up(inspection=part, words=request.POST.get("words", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("后续处理已登记。"))
    return redirect("visit_detail", part.visit_id)


def _submission(request: ActorRequest, submission_id: UUID) -> Submission:
    visits = selectors.visits_for(request.actor)
    rows = Submission.objects.filter(inspection__visit__in=visits.values("pk")).select_related("inspection")
    return get_object_or_404(rows, pk=submission_id)


@requires("submission.adopt")
@require_POST
def submission_adopt(request: ActorRequest, submission_id: UUID) -> HttpResponse:
    """Adopt a message that was kept apart."""
    kept = _submission(request, submission_id)
    services.adopt(submission=kept, actor=request.actor, at=clock.now())
    messages.success(request, _("已核定并入。"))
    return redirect("visit_detail", kept.inspection.visit_id)


@requires("submission.dismiss")
@require_POST
def submission_dismiss(request: ActorRequest, submission_id: UUID) -> HttpResponse:
    """Leave a message that was kept apart out of the record."""
    kept = _submission(request, submission_id)
    services.dismiss(submission=kept, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("未并入，原记录留存备查。"))
    return redirect("visit_detail", kept.inspection.visit_id)
