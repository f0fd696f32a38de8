"""Forms of requests to come along (并入) and of going apart."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from onevisit.stages.registers.models import InspectionItem
from onevisit.support.identity.models import Department

WORDS = forms.Textarea(attrs={"rows": 3})


class JoinForm(forms.Form):
    """Which of one's own items come along, and why; nothing is ticked beforehand."""

    department = forms.ChoiceField(label=_("本部门"))
    items = forms.MultipleChoiceField(
        label=_("并入的检查事项"), widget=forms.CheckboxSelectMultiple, help_text=_("只列当日有有效依据的本部门事项。")
    )
    reason = forms.CharField(label=_("申请事由（发起部门可见）"), max_length=400, widget=WORDS)

    def __init__(
        self, *args: object, departments: Iterable[Department], items: Iterable[InspectionItem], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        choices = [(str(department.pk), department.short_name) for department in departments]
        self.fields["department"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["items"].choices = [(str(item.pk), item.title) for item in items]  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["department"].widget = forms.HiddenInput()
            self.fields["department"].initial = choices[0][0]


class ApartForm(forms.Form):
    """Why one's own department comes on its own all the same."""

    reason = forms.CharField(
        label=_("分别开展的理由"),
        max_length=400,
        widget=WORDS,
        help_text=_("请写明：因何事、依据什么、影响谁。理由记入留痕，发起部门、协调处和监督机关可见。"),
    )


class RefuseForm(forms.Form):
    """Why a department is not taken in."""

    reason = forms.CharField(label=_("不同意并入的理由（申请部门可见）"), max_length=400, widget=WORDS)
