"""Forms of offers, replies and parts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onevisit.stages.offers import services
from onevisit.stages.offers.models import Offer
from onevisit.stages.registers.availability import Nominee

DAY = {"type": "date"}


class EditForm(forms.Form):
    """The words and dates of a draft."""

    reason = forms.CharField(label=_("事由"), widget=forms.Textarea(attrs={"rows": 4}))
    basis = forms.CharField(label=_("依据"), widget=forms.Textarea(attrs={"rows": 4}))
    message = forms.CharField(label=_("附言"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    starts_on = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs=DAY))
    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs=DAY))

    @staticmethod
    def initial_of(offer: Offer) -> dict[str, Any]:
        return {name: getattr(offer, name) for name in ("reason", "basis", "message", "starts_on", "ends_on")}


class DeclineForm(forms.Form):
    """One of four coded reasons, and words."""

    reason_code = forms.ChoiceField(
        label=_("不应约的理由（发起部门可见）"),
        choices=list(services.DECLINE_REASONS.items()),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("说明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class CounterForm(forms.Form):
    """Other dates."""

    starts_on = forms.DateField(label=_("建议开始日期"), widget=forms.DateInput(attrs=DAY))
    ends_on = forms.DateField(label=_("建议结束日期"), widget=forms.DateInput(attrs=DAY))
    words = forms.CharField(label=_("说明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class PartForm(forms.Form):
    """A department's own items, inspectors and method; every one is picked by itself, there is no select-all."""

    item_ids = forms.TypedMultipleChoiceField(
        label=_("检查事项"),
        widget=forms.CheckboxSelectMultiple,
        coerce=str,
        error_messages={"required": _("请至少选择 1 项检查事项。")},
    )
    inspector_ids = forms.TypedMultipleChoiceField(
        label=_("提名执法人员（2 名以上；抽取须有人备选，每户去 2 人的请提名 3 名以上）"),
        widget=forms.CheckboxSelectMultiple,
        coerce=str,
        error_messages={"required": _("请提名 2 名以上持证执法人员入库。")},
    )
    method = forms.ChoiceField(label=_("检查方式"), choices=list(services.METHODS.items()), widget=forms.RadioSelect)
    assistants_count = forms.IntegerField(label=_("协助人员数"), min_value=0, max_value=50, initial=0)
    opinion = forms.CharField(label=_("承办意见"), widget=forms.Textarea(attrs={"rows": 3}), max_length=400)

    def __init__(self, *args: Any, items: list[Any], nominees: list[Nominee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item_ids"].choices = [  # type: ignore[attr-defined]
            (str(item.item_id), f"{item.code} {item.title}") for item in items
        ]
        self.fields["inspector_ids"].choices = [  # type: ignore[attr-defined]
            (str(nominee.id), _said(nominee)) for nominee in nominees if not nominee.barred
        ]
        self.barred = [nominee for nominee in nominees if nominee.barred]


def _said(nominee: Nominee) -> str:
    parts = [nominee.name, nominee.certificate_no, f"有效至 {nominee.certificate_valid_to}"]
    if nominee.leave:
        parts.append(f"休假 {nominee.leave}")
    return " · ".join(parts)
