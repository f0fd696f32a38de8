"""规则与期限: every figure with its law and versions; a change makes a new version."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from onevisit.support import clock
from onevisit.support.deadlines import selectors, services
from onevisit.support.deadlines.models import Rule, RuleVersion, Unit
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors as ledger
from onevisit.web.ui.actors import ActorRequest


class RuleForm(forms.Form):
    """A new version of a rule."""

    amount = forms.IntegerField(label=gettext_lazy("数值"), min_value=1)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), choices=Unit.choices, required=False)
    law = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    alerts = forms.CharField(
        label=gettext_lazy("提醒时点（已过期限的百分比）"), required=False, help_text=gettext_lazy("如 50, 80, 100")
    )
    valid_from = forms.DateField(label=gettext_lazy("生效日期"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("变更依据和理由"), max_length=200)

    def clean_alerts(self) -> list[int]:
        """Read whole percentages between 1 and 200."""
        words = self.cleaned_data["alerts"].replace("，", ",").replace("、", ",").split(",")
        try:
            percents = [int(word.strip().rstrip("%")) for word in words if word.strip()]
        except ValueError as error:
            raise forms.ValidationError(_("请填写整数百分比，用逗号分开，如 50, 80, 100。")) from error
        if any(not 1 <= percent <= 200 for percent in percents):
            raise forms.ValidationError(_("百分比须在 1 至 200 之间。"))
        return percents


@requires("rule.see")
@require_GET
def rule_list(request: ActorRequest) -> HttpResponse:
    """List every rule with its figure of today, its law and how much runs under it."""
    today = clock.today()
    rows = []
    for rule in selectors.rules():
        versions = sorted(rule.versions.all(), key=lambda version: -version.version)
        valid = next((version for version in versions if version.valid_from <= today), None)
        coming = [version for version in versions if version.valid_from > today]
        rows.append(
            {
                "rule": rule,
                "version": valid,
                "figure": services.figure_in_force(valid) if valid else "",
                "coming": coming[-1] if coming else None,
                "coming_figure": services.figure_in_force(coming[-1]) if coming else "",
            }
        )
    return render(request, "desk/rules/rules.html", {"rows": rows})


@requires("rule.see")
@require_http_methods(["GET", "POST"])
def rule_detail(request: ActorRequest, key: str) -> HttpResponse:
    """Show the versions of a rule and, to those who may, the form for a new one."""
    rule = get_object_or_404(Rule, pk=key)
    versions = list(selectors.versions_of(key))
    form = RuleForm(request.POST if request.method == "POST" else None, initial=_initial(versions[0]))
    if not versions[0].unit:
        del form.fields["unit"], form.fields["alerts"]
    if request.method == "POST":
        request.actor.must("rule.change")
        if form.is_valid() and _change(request, key=key, form=form):
            messages.success(request, _("新版本已保存。此前开始的事项保持原规则。"))
            return redirect("rule_detail", key)
    context = {
        "rule": rule,
        "versions": versions,
        "form": form,
        "today": clock.today(),
        "may_change": request.actor.may("rule.change"),
        "timeline": ledger.timeline("rule", key)[:50],
    }
    return render(request, "desk/rules/rule.html", context, status=422 if form.errors else 200)


def _initial(version: RuleVersion) -> dict[str, object]:
    return {
        "amount": version.amount,
        "unit": version.unit,
        "law": version.law,
        "alerts": ", ".join(str(percent) for percent in version.alert_percent),
        "valid_from": clock.today(),
    }


def _change(request: ActorRequest, *, key: str, form: RuleForm) -> bool:
    words = form.cleaned_data
    try:
        services.change_rule(
            key=key,
            amount=words["amount"],
            unit=words.get("unit", ""),
            law=words["law"],
            alert_percent=words.get("alerts", []),
            valid_from=words["valid_from"],
            reason=words["reason"],
            actor=request.actor,
            at=clock.now(),
        )
    except services.RuleRefused as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return False
    return True
