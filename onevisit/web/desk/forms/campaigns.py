"""Forms of campaigns: the start, and one form for each section of the plan's task list."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from onevisit.stages.plans import quotas, readiness, services
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans.services import Changes
from onevisit.stages.registers.models import TargetKind
from onevisit.support.identity import regions
from onevisit.support.identity.models import Department

DAY = {"type": "date"}
RISKS = [("A", _("A 低")), ("B", _("B 一般")), ("C", _("C 较高")), ("D", _("D 高")), ("-", _("未分类"))]


class StartForm(forms.Form):
    """What a campaign is started with."""

    template = forms.ModelChoiceField(
        label=_("板块模板"), queryset=plans.templates(), required=False, empty_label=_("不用模板，自行填写领域")
    )
    title = forms.CharField(label=_("专项名称"), max_length=120)
    field = forms.CharField(label=_("领域"), max_length=40, required=False, help_text=_("选用模板的，以模板领域为准。"))
    initiator = forms.ModelChoiceField(
        label=_("发起部门"), queryset=Department.objects.none(), empty_label=_("请选择部门")
    )
    starts_on = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs=DAY))
    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs=DAY))
    region_codes = forms.MultipleChoiceField(
        label=_("区域"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("按问题和风险挑选；一个都不选即全市。"),
    )

    def __init__(self, *args: Any, initiators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["initiator"].queryset = initiators  # type: ignore[attr-defined]
        self.fields["region_codes"].choices = regions.districts()  # type: ignore[attr-defined]


class SectionForm(forms.Form):
    """Base of the section forms: says what the plan's `Changes` are."""

    def changes(self) -> Changes:
        return Changes(**self.cleaned_data)


class ProblemForm(SectionForm):
    """问题来源."""

    problem_source = forms.CharField(
        label=_("问题来源"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写明投诉、事故、数据或以往结果，例如：近三月 12345 投诉 41 件，上年问题率 18%。"),
    )


class GoalForm(SectionForm):
    """目标与成效."""

    goal = forms.CharField(label=_("目标"), widget=forms.Textarea(attrs={"rows": 3}))
    goal_measure = forms.CharField(
        label=_("成效指标"), max_length=200, help_text=_("可以衡量，例如：整改率 95% 以上。")
    )


class TargetsForm(SectionForm):
    """对象与条件."""

    is_directed = forms.TypedChoiceField(
        label=_("定向方式"),
        choices=[
            ("1", _("定向：按区域、许可、风险等条件，条件和理由随抽取公布")),
            ("0", _("不定向：领域内全部对象同等抽取，不设条件")),
        ],
        coerce=lambda value: value in ("1", "True", True),
        widget=forms.RadioSelect,
    )
    region_codes = forms.MultipleChoiceField(label=_("区域"), required=False, widget=forms.CheckboxSelectMultiple)
    risk_classes = forms.MultipleChoiceField(
        label=_("信用风险分类"), choices=RISKS, required=False, widget=forms.CheckboxSelectMultiple
    )
    required_licence = forms.CharField(label=_("须持有的许可"), max_length=60, required=False)
    streets = forms.CharField(
        label=_("街道"), max_length=200, required=False, help_text=_("多个街道以顿号分隔；不填即不限。")
    )

    industries = forms.CharField(
        label=_("行业代码"),
        max_length=200,
        required=False,
        help_text=_("国民经济行业四位代码，以顿号分隔；不填按模板。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("对象种类"),
        choices=TargetKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("场所、产品等与企业分开抽取；一个都不选即不限。"),
    )
    problem = forms.CharField(
        label=_("以往问题"),
        max_length=60,
        required=False,
        help_text=_("只选检查记录的结果里有这几个字的；不填即不限。"),
    )
    unvisited_months = forms.IntegerField(
        label=_("近几个月内没有查过"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("按检查历史挑选；不填即不限。"),
    )
    directed_reason = forms.CharField(
        label=_("按这些条件选取的理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("设了条件的必填，随抽取公布。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_codes"].choices = regions.districts()  # type: ignore[attr-defined]

    def changes(self) -> Changes:
        given = self.cleaned_data
        conditions = {
            "risk_classes": given["risk_classes"],
            "required_licence": given["required_licence"].strip(),
            "unvisited_months": given["unvisited_months"] or 0,
            "streets": _listed(given["streets"]),
            "industries": _listed(given["industries"]),
            "kinds": given["kinds"],
            "problem": given["problem"].strip(),
        }
        return Changes(
            is_directed=given["is_directed"],
            directed_reason=given["directed_reason"].strip(),
            region_codes=given["region_codes"],
            conditions={key: value for key, value in conditions.items() if value},
        )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split("、") if part.strip()]


class QuotaForm(SectionForm):
    """比例数量."""

    rule = forms.ChoiceField(
        label=_("抽取方式"),
        choices=[("rate", _("按信用风险分类的比例")), ("total", _("按总户数"))],
        widget=forms.RadioSelect,
    )
    total = forms.IntegerField(label=_("总户数"), min_value=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in RISKS:
            self.fields[f"rate_{key}"] = forms.DecimalField(
                label=_("%(label)s 类比例（%%）") % {"label": label},
                min_value=0,
                max_value=100,
                decimal_places=2,
                required=False,
            )

    def changes(self) -> Changes:
        given = self.cleaned_data
        quota = {
            "rule": given["rule"],
            "total": given["total"],
            "strata": {key: int((given[f"rate_{key}"] or 0) * 100) for key, _label in RISKS},
        }
        return Changes(quota=quotas.checked(quota))


class TimeForm(SectionForm):
    """时间与阶段."""

    starts_on = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs=DAY))
    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs=DAY))
    rest_day_reason = forms.CharField(
        label=_("在休息日检查的理由"),
        max_length=200,
        required=False,
        help_text=_("起止日期内全是休息日、节假日的，须写明理由；其余情形不必填。"),
    )


class NecessityForm(SectionForm):
    """必要性四问 (AI-06)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in readiness.FOUR_QUESTIONS.items():
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
            )

    def changes(self) -> Changes:
        return Changes(necessity={key: value.strip() for key, value in self.cleaned_data.items()})


class FieldForm(SectionForm):
    """领域四项评分 (R77)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in readiness.FIELD_CRITERIA.items():
            self.fields[key] = forms.TypedChoiceField(
                label=label,
                choices=[(score, score) for score in range(1, 6)],
                coerce=int,
                widget=forms.RadioSelect,
                help_text=_("1 最低，5 最高"),
            )

    def changes(self) -> Changes:
        return Changes(field_scores=dict(self.cleaned_data))


SECTION_FORMS: dict[str, type[SectionForm]] = {
    "problem": ProblemForm,
    "goal": GoalForm,
    "targets": TargetsForm,
    "quota": QuotaForm,
    "time": TimeForm,
    "necessity": NecessityForm,
    "field": FieldForm,
}


class ReturnForm(forms.Form):
    """Why a plan is returned."""

    reason_code = forms.ChoiceField(
        label=_("退回原因"), choices=list(services.RETURN_CODES.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("意见"), widget=forms.Textarea(attrs={"rows": 3}), max_length=400)


class MinutesForm(forms.Form):
    """The minutes of the meeting that agreed the plan."""

    title = forms.CharField(label=_("会议名称"), max_length=120)
    met_on = forms.DateField(label=_("会议日期"), widget=forms.DateInput(attrs=DAY))
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    chair = forms.CharField(label=_("主持人"), max_length=60)
    department_ids = forms.TypedMultipleChoiceField(
        label=_("参会部门"), coerce=UUID, widget=forms.CheckboxSelectMultiple, help_text=_("逐个勾选到会的部门。")
    )
    agreed = forms.CharField(
        label=_("议定事项"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}), help_text=_("一行写一件。")
    )

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.department_id), row.department.short_name) for row in departments]
        self.fields["department_ids"].choices = choices  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=400)


def initial_of(campaign: Any, section: str) -> dict[str, Any]:
    """Return what a section's form shows before it is changed."""
    conditions = campaign.conditions
    quota = campaign.quota
    values: dict[str, dict[str, Any]] = {
        "problem": {"problem_source": campaign.problem_source},
        "goal": {"goal": campaign.goal, "goal_measure": campaign.goal_measure},
        "targets": {
            "is_directed": "1" if campaign.is_directed else "0",
            "region_codes": campaign.region_codes,
            "risk_classes": conditions.get("risk_classes", []),
            "required_licence": conditions.get("required_licence", ""),
            "unvisited_months": conditions.get("unvisited_months"),
            "streets": "、".join(conditions.get("streets", [])),
            "industries": "、".join(conditions.get("industries", [])),
            "kinds": conditions.get("kinds", []),
            "problem": conditions.get("problem", ""),
            "directed_reason": campaign.directed_reason,
        },
        "quota": {
            "rule": quota.get("rule", "rate"),
            "total": quota.get("total"),
            **{f"rate_{key}": bp / 100 for key, bp in quota.get("strata", {}).items()},
        },
        "time": {
            "starts_on": campaign.starts_on,
            "ends_on": campaign.ends_on,
            "rest_day_reason": campaign.rest_day_reason,
        },
        "necessity": campaign.necessity,
        "field": campaign.field_scores,
    }
    return values[section]
