"""Why a draw may be given up, in the words of screens and of the public page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

ROWS_CHANGED = "REGISTERS_CHANGED"
VOID_REASONS: dict[str, str | Promise] = {
    "KEY_MISSING": gettext_lazy("部门密钥未在 T0 前 1 分钟交齐，或 T0 前未见证"),
    "SOURCE_MISSING": gettext_lazy("种子来源未能取得"),
    "BEACON_MISSING": gettext_lazy("drand 信标在 T0 后 30 日仍未取得"),
    "NOT_WITNESSED": gettext_lazy("承诺未在 T0 前 10 分钟见证"),
    "VALUES_UNSEEN": gettext_lazy("现场取值未在 T0 前 1 分钟见证"),
    "VALUES_CHANGED": gettext_lazy("取值与登记的不符，无法恢复"),
    ROWS_CHANGED: gettext_lazy("名录库与冻结时的不符，无法恢复"),
    "FRAME_DEFECT": gettext_lazy("抽取池确有错误"),
    "OFFICERS_SHORT": gettext_lazy("执法人员不足，没有派出检查"),
}


def label_of(reason: str) -> str:
    """Return the words of a reason code; a code that is none of these stands for itself."""
    return str(VOID_REASONS.get(reason, reason))
