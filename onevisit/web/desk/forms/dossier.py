"""Forms of what stands beside a target and an item: complaint, supply, letter, expert, wording of a checklist."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onevisit.stages.registers import letters
from onevisit.stages.registers.models import ComplaintChannel, Supply
from onevisit.support.identity.models import Department

DAY = {"type": "date"}


class OwnForm(forms.Form):
    """Base of the forms that act for one of the actor's own departments."""

    department = forms.ModelChoiceField(label=_("本部门"), queryset=Department.objects.none(), empty_label=None)

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["department"]
        chosen.queryset = departments
        if departments.count() == 1:
            chosen.initial = departments.first()
            chosen.widget = forms.HiddenInput()


class ComplaintForm(OwnForm):
    """One complaint of 12345 or 12315."""

    channel = forms.ChoiceField(label=_("渠道"), choices=ComplaintChannel.choices)
    number = forms.CharField(label=_("工单编号"), max_length=60)
    received_on = forms.DateField(label=_("受理日期"), widget=forms.DateInput(attrs=DAY))
    matter = forms.CharField(label=_("事由"), max_length=60)
    summary = forms.CharField(
        label=_("内容摘要"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不填投诉人的姓名、电话、住址。"),
    )
    field_order = ("channel", "number", "received_on", "matter", "summary", "department")


class SupplyForm(OwnForm):
    """One supply: the other end by its code, and which way the goods go."""

    direction = forms.ChoiceField(
        label=_("方向"),
        choices=[("from", _("对方供货给本对象（上游）")), ("to", _("本对象供货给对方（下游）"))],
        widget=forms.RadioSelect,
    )
    other = forms.CharField(label=_("对方统一社会信用代码"), max_length=96)
    goods = forms.CharField(label=_("商品"), max_length=80)
    valid_from = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs=DAY))
    source = forms.CharField(label=_("来源"), max_length=80, help_text=_("如进货台账、发票、许可申请材料。"))
    field_order = ("direction", "other", "goods", "valid_from", "source", "department")


class SupplyEndForm(OwnForm):
    """When a supply ended."""

    on = forms.DateField(label=_("终止日期"), widget=forms.DateInput(attrs=DAY))
    supply = forms.ModelChoiceField(queryset=Supply.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, supplies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supply"].queryset = supplies  # type: ignore[attr-defined]  # a ModelChoiceField


class LetterForm(OwnForm):
    """抄告: to whom, of what kind, what was found, and whether an answer is asked for."""

    receiver = forms.ModelChoiceField(
        label=_("抄告给"), queryset=Department.objects.none(), empty_label=_("请选择部门")
    )
    kind = forms.ChoiceField(label=_("类型"), choices=list(letters.KINDS.items()), widget=forms.RadioSelect)
    facts = forms.CharField(label=_("发现的事实和依据"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    needs_answer = forms.BooleanField(label=_("须反馈办理情况"), required=False, initial=True)
    field_order = ("receiver", "kind", "facts", "needs_answer", "department")

    def __init__(self, *args: Any, receivers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].queryset = receivers  # type: ignore[attr-defined]  # a ModelChoiceField


def lines(text: str) -> list[str]:
    """Return the lines of a text area that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class ExpertForm(OwnForm):
    """One expert, proposed by a department."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    organisation = forms.CharField(label=_("工作单位"), max_length=120)
    title = forms.CharField(label=_("职称或职务"), max_length=60, required=False)
    domains = forms.CharField(label=_("专业领域"), max_length=200, help_text=_("多个领域以顿号分隔。"))
    valid_to = forms.DateField(label=_("聘期至"), widget=forms.DateInput(attrs=DAY))
    field_order = ("name", "organisation", "title", "domains", "valid_to", "department")

    def clean_domains(self) -> list[str]:
        return [part.strip() for part in str(self.cleaned_data["domains"]).split("、") if part.strip()]


class ItemForm(forms.Form):
    """本部门扩展: how an item is checked, with which papers and in which words."""

    how = forms.CharField(label=_("检查内容与方法"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    papers = forms.CharField(
        label=_("需准备材料"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行写一份，每份 80 字以内。"),
    )
    phrases = forms.CharField(
        label=_("常用语"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行写一句，每句 120 字以内。"),
    )
    reason = forms.CharField(label=_("修改理由"), max_length=300)

    def clean_papers(self) -> list[str]:
        return _within(lines(str(self.cleaned_data["papers"])), most=80)

    def clean_phrases(self) -> list[str]:
        return _within(lines(str(self.cleaned_data["phrases"])), most=120)


def _within(texts: Iterable[str], *, most: int) -> list[str]:
    found = list(texts)
    if long := [text for text in found if len(text) > most]:
        raise forms.ValidationError(
            _("“%(text)s…”超过 %(most)s 字，请缩短。"), params={"text": long[0][:12], "most": most}
        )
    return found
