"""What the pattern page shows: each component with made-up values in every state it knows."""

from datetime import date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from onevisit.core.lifecycle import Lifecycle, Tone
from onevisit.web.ui.jobs import JobView
from onevisit.web.ui.steps import Progress, Step

TONES = tuple(
    (tone.value, label)
    for tone, label in zip(
        Tone,
        (_("草稿"), _("执行中"), _("已退回"), _("已逾期"), _("已冻结"), _("封存中"), _("已公示"), _("已作废")),
        strict=True,
    )
)
ICON_GROUPS = (_("名词"), _("操作"))


class SampleForm(forms.Form):
    """One field of every kind, with and without an error."""

    title = forms.CharField(label=_("专项名称"), max_length=60, help_text=_("公众看得到这个名称。"))
    starts_on = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}))
    count = forms.IntegerField(label=_("抽取数量"), min_value=1)
    district = forms.ChoiceField(label=_("区"), choices=[("350206", _("湖里区")), ("350203", _("思明区"))])
    organs = forms.MultipleChoiceField(
        label=_("配合部门"),
        choices=[("a", _("市市监局")), ("b", _("市应急局")), ("c", _("市消防支队"))],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("这里没有“全选”，请按问题和风险挑选。"),
    )
    reply = forms.ChoiceField(
        label=_("答复"), choices=[("accept", _("应约")), ("decline", _("不应约"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea, required=False)
    password = forms.CharField(label=_("密码"), widget=forms.PasswordInput, required=False)
    is_sealed = forms.BooleanField(label=_("本批采用封存抽取"), required=False)
    file = forms.FileField(label=_("附件"), required=False)


def form(*, is_bound: bool) -> SampleForm:
    """Return the sample form, empty or with errors."""
    if not is_bound:
        return SampleForm(prefix="plain")
    bound = SampleForm({"bad-title": "", "bad-count": "0", "bad-reason": "…"}, prefix="bad")
    bound.is_valid()
    bound.add_error(None, _("本次已有 5 个部门。增加第 6 个，请说明其不可替代的职责。"))
    return bound


def lifecycles() -> list[Lifecycle]:
    """Return every lifecycle of the stages, in the order of the life."""
    found: list[Lifecycle] = []
    for stage in settings.STAGES:
        try:
            module = import_module(f"onevisit.stages.{stage}.lifecycle")
        except ModuleNotFoundError as missing:
            if missing.name != f"onevisit.stages.{stage}.lifecycle":
                raise
            continue
        found += [value for value in vars(module).values() if isinstance(value, Lifecycle) and value not in found]
    return found


def clocks(now: datetime) -> list[dict[str, Any]]:
    """Return a term at its start, near its end, on its latest day and after it."""
    opened = now - timedelta(days=10)
    law = str(_("程序规定 §18"))
    return [
        {"due_at": now + timedelta(days=9), "opened_at": now - timedelta(days=1), "law": law},
        {"due_at": now + timedelta(days=2), "opened_at": opened, "law": law},
        {"due_at": now + timedelta(minutes=40), "opened_at": opened, "law": ""},
        {"due_at": now - timedelta(days=2), "opened_at": opened, "law": law},
    ]


def entries(now: datetime) -> list[SimpleNamespace]:
    """Return made-up ledger entries for the timeline."""

    def one(ordinal: int, event: str, name: str, capacity: str, sentence: str, hours: int) -> SimpleNamespace:
        return SimpleNamespace(
            pk=f"00000000-0000-0000-0000-{ordinal:012d}",
            event=event,
            at=now - timedelta(hours=hours),
            actor="officer:sample",
            actor_name=name,
            capacity=capacity,
            sentence=sentence,
        )

    return [
        one(1, "draw.frozen", "陈", "领导小组办公室 · 协调处", "冻结抽取池，38 户，指纹 9f3a 77c0。", 2),
        one(2, "offer.accepted", "周", "市消防支队 · 联络员", "应约，派出 2 人。", 26),
        one(3, "offer.sent", "林", "市商务局 · 联络员", "发出要约，请 4 个部门 11-13 前答复。", 30),
        one(4, "campaign.approved", "林局", "代 陈处 · 市商务局 · 审批人", "批准方案。", 52),
    ]


STEPS = (
    Step(str(_("选文件")), Progress.DONE, "#steps"),
    Step(str(_("对列")), Progress.SEEN, "#steps", str(_("林 11-12 看过，还有 2 列没有对应"))),
    Step(str(_("试运行")), Progress.CURRENT, "#steps"),
    Step(str(_("确认")), Progress.NOT_STARTED),
    Step(str(_("补充说明")), Progress.NOT_APPLICABLE),
)

ANSWERS = (
    (_("抽取池"), _("38 户，湖里、思明；成品油零售"), "#answers"),
    (_("数量"), _("12 户（A 1、B 5、C 3、D 3）"), "#answers"),
    (_("种子"), _("公开来源 1 项、部门密钥 4 份、公证录入 1 项"), ""),
)

JOBS = (
    JobView(id="1", title=str(_("导出检查对象")), state="running", done=121_300, total=500_000, cancel_url="#"),
    JobView(id="2", title=str(_("导出要约")), state="done", done=118, total=118, download_url="#"),
    JobView(id="3", title=str(_("导出抽取登记簿")), state="failed", done=0, total=40),
)
LAW = {
    "name": "危险化学品安全法",
    "article": "第二十条",
    "text": str(_("生产、储存危险化学品的单位，应当在作业场所设置明显的安全警示标志。（示例文本）")),
    "valid_from": date(2026, 5, 1),
}
HASH = "9f3a77c012de88b4a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778f"
TABS = (
    (_("待应约"), "#tabs", 12, True),
    (_("已成约"), "#tabs", 1284, False),
    (_("已撤回"), "#tabs", 0, False),
)
