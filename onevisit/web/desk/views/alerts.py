"""S21 预警: the alerts, one alert with the rows that tripped its rule, the rules with their rates, 无主."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onevisit.support import clock
from onevisit.support.deadlines.selectors import running
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.support.ledger import selectors as ledger
from onevisit.watch.oversight import orphans, rulebook, selectors, services
from onevisit.watch.oversight.lifecycle import ALERT
from onevisit.watch.oversight.models import Alert, AlertRule
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

JUDGEMENTS = {"confirm": services.confirm, "reject": services.reject, "exclude": services.exclude}


class AlertQuery(QueryForm):
    """Filters of the list of alerts."""

    q = forms.CharField(label=gettext_lazy("编号或规则"))
    rule = forms.ChoiceField(
        label=gettext_lazy("规则"),
        choices=[("", gettext_lazy("全部")), *((kind.key, kind.key) for kind in rulebook.KINDS)],
    )
    department = forms.CharField(label=gettext_lazy("部门"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(AlertRule.objects.values_list("pk", "rule__label"))
        choices = [("", _("全部")), *sorted(labels.items())]
        self.fields["rule"] = forms.ChoiceField(label=_("规则"), choices=choices, required=False)

    def narrow(self, rows: Any, values: dict[str, Any]) -> Any:
        if "q" in values:
            rows = rows.filter(Q(number__icontains=values["q"]) | Q(words__icontains=values["q"]))
        if "rule" in values:
            rows = rows.filter(rule_id=values["rule"])
        if "department" in values:
            rows = rows.filter(department__short_name__icontains=values["department"])
        return rows


ALERTS = Listing(
    name="oversight.alerts",
    title=gettext_lazy("预警"),
    unit=gettext_lazy("件"),
    noun="oversight",
    rows=selectors.alerts_for,
    columns=(
        Column("words", gettext_lazy("规则"), "words"),
        Column("measured", gettext_lazy("实际"), "measured"),
        Column("department", gettext_lazy("部门"), lambda row: row.department.short_name),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda row: ALERT.state(row.state).label,
            template="desk/oversight/state_cell.html",
        ),
        Column("rows", gettext_lazy("涉及"), lambda row: len(row.rows), Kind.NUMBER),
        Column("raised_at", gettext_lazy("产生时间"), kind=Kind.DATETIME, sort="raised_at"),
        Column("number", gettext_lazy("编号"), kind=Kind.CODE, sort="number"),
    ),
    order=("-raised_at", "pk"),
    tabs=tuple(Tab(state.value, state.label, Q(state=state.value)) for state in ALERT.states),
    form=AlertQuery,
    row_url=lambda row: f"/oversight/alerts/{row.pk}",
    empty=Empty(
        gettext_lazy("没有预警"),
        gettext_lazy("系统每小时按规则核对入场、检查、公示、整改和抽取，触发的会列在这里。规则和数值见“预警规则”。"),
        "/oversight/alerts/rules",
        gettext_lazy("看预警规则"),
    ),
)


@requires("alert.see")
@require_GET
def alert_list(request: ActorRequest) -> HttpResponse:
    """List the alerts that the actor may know of, and for overseers the work without an owner."""
    at, actor = clock.now(), request.actor
    content: dict[str, object] = {"page": ALERTS.page(request), "may_look": actor.may("alert.look")}
    if actor.may("alert.ask"):
        content["orphans"] = orphans.orphans(at=at)
    return render(request, "desk/oversight/alerts.html", content)


def _alert(request: ActorRequest, alert_id: UUID) -> Alert:
    return get_object_or_404(selectors.alerts_for(request.actor), pk=alert_id)


@requires("alert.see")
@require_GET
def alert_detail(request: ActorRequest, alert_id: UUID) -> HttpResponse:
    """Show one alert: the rule in words, the rows that tripped it, the explanation and the finding."""
    alert = _alert(request, alert_id)
    verbs = ("ask", "explain", "confirm", "reject", "exclude")
    may = {
        verb: request.actor.may(f"alert.{verb}", alert) and ALERT.allows(state=alert.state, verb=f"alert.{verb}")
        for verb in verbs
    }
    term = running(subject_type="alert", subject=alert.pk).first()
    content = {
        "alert": alert,
        "may": may,
        "may_judge": may["reject"],
        "term": term,
        "now": clock.now(),
        "capacity": next((request.actor.must(f"alert.{verb}", alert) for verb in verbs if may[verb]), None),
        "waits_for": _waits_for(alert) if not any(may.values()) else "",
        "timeline": ledger.timeline("alert", alert.pk)[:50],
        "ALERT": ALERT,
    }
    return render(request, "desk/oversight/alert.html", content)


def _waits_for(alert: Alert) -> str:
    if alert.state == "asked":
        return _("此步由 %s 联络员或审批人说明。") % alert.department.short_name
    return "" if alert.judged_at else _("此步由执法监督（司法局）核查并定性。")


@requires("alert.look")
@require_POST
def alert_look(request: ActorRequest) -> HttpResponse:
    """Run the rules now instead of waiting for the hour."""
    made = services.look(actor=request.actor, at=clock.now())
    messages.success(request, _("已按全部规则核对，新产生预警 %s 件。") % len(made))
    return redirect("alert_list")


@requires("alert.ask")
@require_POST
def alert_ask(request: ActorRequest, alert_id: UUID) -> HttpResponse:
    alert = services.ask(alert=_alert(request, alert_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已请%s说明。") % alert.department.short_name)
    return redirect("alert_detail", alert_id)


@requires("alert.explain")
@require_POST
def alert_explain(request: ActorRequest, alert_id: UUID) -> HttpResponse:
    services.explain(
        alert=_alert(request, alert_id), words=request.POST.get("words", ""), actor=request.actor, at=clock.now()
    )
    messages.success(request, _("说明已提交，由执法监督定性。"))
    return redirect("alert_detail", alert_id)


def _judge(request: ActorRequest, alert_id: UUID, verb: str) -> HttpResponse:
    alert = JUDGEMENTS[verb](
        alert=_alert(request, alert_id), words=request.POST.get("words", ""), actor=request.actor, at=clock.now()
    )
    messages.success(
        request, _("预警 %(number)s：%(state)s。") % {"number": alert.number, "state": alert.state_now.label}
    )
    return redirect("alert_detail", alert_id)


@requires("alert.confirm")
@require_POST
def alert_confirm(request: ActorRequest, alert_id: UUID) -> HttpResponse:
    return _judge(request, alert_id, "confirm")


@requires("alert.reject")
@require_POST
def alert_reject(request: ActorRequest, alert_id: UUID) -> HttpResponse:
    return _judge(request, alert_id, "reject")


@requires("alert.exclude")
@require_POST
def alert_exclude(request: ActorRequest, alert_id: UUID) -> HttpResponse:
    return _judge(request, alert_id, "exclude")


class RenewForm(forms.Form):
    """Another last day and owner of a rule."""

    expires_on = forms.DateField(label=gettext_lazy("有效期至"), widget=forms.DateInput(attrs={"type": "date"}))
    owner = forms.ModelChoiceField(label=gettext_lazy("责任机构"), queryset=Department.objects.none())
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Department.objects.filter(posts__role__in=("supervisor", "coordinator"), valid_to__isnull=True)
        self.fields["owner"].queryset = owners.distinct()  # type: ignore[attr-defined]  # a ModelChoiceField has it
        self.fields["owner"].label_from_instance = lambda row: row.short_name  # type: ignore[attr-defined]


@requires("alert.see")
@require_GET
def rule_rates(request: ActorRequest) -> HttpResponse:
    """List the rules with their figure, law, owner, last day, hit rate and false-alarm rate."""
    rows = selectors.rule_rows(at=clock.now())
    may = {"may_renew": request.actor.may("alert_rule.renew"), "may_see_rules": request.actor.may("rule.see")}
    return render(request, "desk/oversight/rules.html", {"rows": rows, **may})


@requires("alert_rule.renew")
def alert_rule_renew(request: ActorRequest, key: str) -> HttpResponse:
    """Give a rule another last day and owner."""
    rule = get_object_or_404(AlertRule.objects.select_related("rule", "owner"), pk=key)
    form = RenewForm(request.POST or None, initial={"expires_on": rule.expires_on, "owner": rule.owner_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.renew(rule=rule, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except services.AlertRefused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("规则已续期。"))
            return redirect("alert_rules")
    content = {"rule": rule, "form": form, "timeline": ledger.timeline("alert_rule", key)[:50]}
    return render(request, "desk/oversight/renew.html", content, status=422 if form.errors else 200)
