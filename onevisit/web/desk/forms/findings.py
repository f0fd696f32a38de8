"""Forms of 问题处置."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from onevisit.support import clock

PROOF_LIMIT, PROOF_MEGABYTES = 10, 25


class OrderForm(forms.Form):
    """What must be corrected, until when, and the words the public will read."""

    demand = forms.CharField(label=_("改正内容"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label=_("改正期限"), widget=forms.DateInput(attrs={"type": "date"}))
    public_words = forms.CharField(label=_("对外公示的表述"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        self.fields["due_on"].widget.attrs["min"] = (clock.today() + timedelta(days=1)).isoformat()


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CloseForm(forms.Form):
    """How the correction was checked."""

    words = forms.CharField(label=_("复查情况"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class RevisitForm(forms.Form):
    """When the follow-up on the spot takes place, and why the proof alone does not do."""

    on = forms.DateField(label=_("复查日期"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ProofForm(forms.Form):
    """Proof of correction: words and pictures."""

    words = forms.CharField(label=_("改正情况"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    pictures = forms.Field(
        label=_("改正后的照片"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        help_text=_("最多 10 个文件，一次合计不超过 25 MB。"),
    )
