"""Forms of draws."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from onevisit.stages.draws import modes
from onevisit.stages.draws.pool import given
from onevisit.stages.draws.sources import declaring


class ModeSelect(forms.RadioSelect):
    """封存抽取 or 公开抽取; what an offer leaves no choice for is shown and cannot be chosen."""

    closed = False

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if self.closed and value == modes.OPEN:
            option["attrs"]["disabled"] = True
        return option


class PrepareForm(forms.Form):
    """When the seed comes, how long the ceremony's value is, and whether the result is sealed."""

    t0 = forms.DateTimeField(
        label=gettext_lazy("抽取时刻（T0）"),
        help_text=gettext_lazy("到此时刻产生种子。至少 7 日以后，不晚于检查开始日；此前 10 分钟须完成见证。"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("抽取方式"),
        help_text=gettext_lazy(
            "封存抽取：部门密钥参与种子，结果封存到全部检查办结。公开抽取：没有部门密钥，抽出后经见证即向社会公开，"
            "对象当时就能看到；须有 drand 或上证收盘，只用于书面核查、网络监测。"
        ),
        choices=list(modes.LABELS.items()),
        initial=modes.SEALED,
        widget=ModeSelect,
    )
    given_basis = forms.ChoiceField(
        label=gettext_lazy("抽取内容"),
        help_text=gettext_lazy(
            "对象已由投诉举报、复查等确定的，只抽执法人员：名单上的每个对象都检查，公开前名单不公布。"
        ),
        choices=[
            ("", gettext_lazy("抽检查对象和执法人员")),
            *(
                (key, format_lazy("{}{}", gettext_lazy("只抽执法人员，对象已定："), label))
                for key, label in given.BASES.items()
            ),
        ],
        required=False,
    )
    given_words = forms.CharField(
        label=gettext_lazy("对象由何而定"),
        help_text=gettext_lazy("只抽人员时必填：任务来源、文号或线索编号。不对外公布。"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("种子来源"),
        help_text=gettext_lazy(
            "公开来源在 T0 之后取值。有 drand 或上证收盘的，可以替换；只有公证摇号、彩票的，不设替换轮次。"
        ),
        choices=list(declaring.LABELS.items()),
        initial=[declaring.CEREMONY],
        widget=forms.CheckboxSelectMultiple,
    )
    length = forms.IntegerField(label=gettext_lazy("公证摇号位数"), min_value=6, max_value=60, initial=12)
    kl8 = forms.RegexField(label=gettext_lazy("快乐8 期号（T0 之后开奖的一期）"), regex=r"^[0-9]{7}$", required=False)
    ssq = forms.RegexField(label=gettext_lazy("双色球期号（T0 之后开奖的一期）"), regex=r"^[0-9]{7}$", required=False)
    slots = forms.IntegerField(label=gettext_lazy("每部门每个对象人数"), min_value=2, max_value=6, initial=2)
    cap = forms.IntegerField(
        label=gettext_lazy("每人最多检查对象数"),
        help_text=gettext_lazy("填 0 不限。设了上限，人数不够时会在冻结前提示。"),
        min_value=0,
        max_value=999,
        initial=0,
    )
    rounds = forms.IntegerField(
        label=gettext_lazy("替换轮次上限"),
        help_text=gettext_lazy(
            "对象无法检查、人员不能前往时，用新的种子重抽的轮数，写入承诺并公开。只有现场来源的抽取不设替换轮次。"
        ),
        min_value=0,
        max_value=declaring.MOST_ROUNDS,
        initial=declaring.USUAL_ROUNDS,
        required=False,
    )

    def close_mode(self, words: str) -> None:
        """Show that only a sealed draw is left, and why."""
        field = self.fields["mode"]
        assert isinstance(field.widget, ModeSelect)
        field.widget.closed, field.help_text = True, words
