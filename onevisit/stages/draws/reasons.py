"""The codes of reasons and their words: recusals, exclusions, replacements, rejected shares, lapsed rounds."""

from collections.abc import Mapping
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

RECUSAL_REASONS: dict[str, str | Promise] = {
    "RELATIVE": gettext_lazy("与对象负责人有亲属关系"),
    "FORMER_POST": gettext_lazy("曾在该对象任职"),
    "INTEREST": gettext_lazy("有其他利害关系"),
    "SAME_AS_LAST": gettext_lazy("上次检查过该对象"),
}
EXCLUSION_REASONS: dict[str, str | Promise] = {
    "STATUS": gettext_lazy("已注销或停业"),
    "QUIET_LIST": gettext_lazy("无事不扰"),
    "CAP": gettext_lazy("频次已满"),
    "CLERK": gettext_lazy("人工移出"),
    "MERGED": gettext_lazy("已并入其他对象"),
}
REPLACEMENT_REASONS: dict[str, str | Promise] = {
    "CLOSED": gettext_lazy("已停业，无法检查"),
    "DEREGISTERED": gettext_lazy("已注销或吊销"),
    "LAW_EXCLUDED": gettext_lazy("依法不应检查"),
    "MOVED": gettext_lazy("已迁出本辖区"),
    "NOT_FOUND": gettext_lazy("在登记住所找不到"),
}
REJECTIONS: dict[str, str | Promise] = {
    "UNREADABLE": gettext_lazy("打不开"),
    "DIGEST": gettext_lazy("与公布的指纹不符"),
    "COMMITMENT": gettext_lazy("合成后与密钥承诺不符"),
}
LAPSES: dict[str, str | Promise] = {
    "LOCAL_MISSING": gettext_lazy("没有按时取值"),
    "SOURCE_MISSING": gettext_lazy("没有按时取值"),
    "ORDER_UNWITNESSED": gettext_lazy("替换令未在 T0 前 10 分钟见证"),
    "VALUES_CHANGED": gettext_lazy("取值与公布的不符，无法恢复"),
    "VALUE_UNWITNESSED": gettext_lazy("现场取值未在 T0 前见证"),
}


def words_digest(*, salt: str, words: str) -> str:
    """Return what a public entry holds of a person's words, under the draw's salt; empty of none."""
    return sha256(f"{salt}|{words}".encode()).hexdigest() if words else ""


def words_of(code: str, among: Mapping[str, str | Promise]) -> str:
    """Return the words of a code; one of an older list stands for itself."""
    return str(among.get(code, code))
