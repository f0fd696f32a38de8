"""The files of a draw as its public page lists them, each with what it is for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.draw import approval_entries, attested_entries, consent_entries, key_entries, lodging, room_values

_LABELS: dict[str, str | Promise] = {
    "manifest.json": gettext_lazy("冻结的清单：规则、数量、名单指纹"),
    "plan.json": gettext_lazy("抽取计划：至少提前 7 日登记的时间、比例、来源"),
    "sources.json": gettext_lazy("种子来源的取值"),
    "conditions.json": gettext_lazy("选取条件和分层规则"),
    "void.json": gettext_lazy("作废记录：阶段、原因、申请和同意的人、证明材料的指纹"),
    "receipt.json": gettext_lazy("抽取记录：种子、结果、人员分派"),
    "batches.txt": gettext_lazy("批次"),
    "groups.txt": gettext_lazy("名单中每一户的区、街道、主体类型、规模和监管所，供公平性统计使用"),
    "repeated.json": gettext_lazy("执法人员不足的那次抽取的结果，本次只重抽它的执法人员"),
    "repeated.tlog-proof": gettext_lazy("那次抽取的承诺的留痕证明"),
    "repeated-result.tlog-proof": gettext_lazy("那次抽取派不出人的结果的留痕证明"),
    "previous.json": gettext_lazy("上一次抽取的记录，本次清单接在它后面"),
    "policy.txt": gettext_lazy("信任谁的签名；谨慎的核验者用自己的一份"),
    "manifest.tlog-proof": gettext_lazy("承诺的留痕证明"),
    "sourced.tlog-proof": gettext_lazy("现场取值在交出密钥前登记的留痕证明"),
    "policy.tlog-proof": gettext_lazy("这份策略何时登记、指定谁寄存名单的留痕证明"),
    "plan.tlog-proof": gettext_lazy("抽取计划的留痕证明"),
    "conditions.tlog-proof": gettext_lazy("选取条件的留痕证明"),
    "batches.tlog-proof": gettext_lazy("批数的留痕证明"),
    "void.tlog-proof": gettext_lazy("作废的留痕证明"),
    "anchor.tlog-proof": gettext_lazy("承诺在盖了时间戳的检查点之内的证明"),
    "anchor.tsr": gettext_lazy("检查点的时间戳（RFC 3161）"),
    "anchor.body": gettext_lazy("盖了时间戳的检查点原文"),
}
_ROUND = re.compile(r"(order|result)-(\d+)\.tlog-proof")
_LODGED = re.compile(r"lodged-\d+\.tlog-proof")


@dataclass(frozen=True)
class PublicFile:
    """One file and its purpose in a citizen's words."""

    name: str
    label: str


def listed(names: Iterable[str], *, departments: Mapping[str, str], reasons: Mapping[str, str]) -> list[PublicFile]:
    """Label the public files of a draw; `departments` are named by their items, `reasons` of exclusions by code."""
    return [PublicFile(name=name, label=_label(name, departments, reasons)) for name in names]


def _label(name: str, departments: Mapping[str, str], reasons: Mapping[str, str]) -> str:
    if name in _LABELS:
        return str(_LABELS[name])
    if found := _ROUND.fullmatch(name):
        kind, number = found.groups()
        if kind == "order":
            return _("第 %(n)s 轮替换令的留痕证明") % {"n": number}
        return _("结果的留痕证明") if number == "0" else _("第 %(n)s 轮替换结果的留痕证明") % {"n": number}
    if lodging.is_receipt_name(name):
        return _("见证单位的寄存回执：抽取前它已存有名单、名册和排除名单")
    if _LODGED.fullmatch(name):
        return _("寄存回执的留痕证明")
    if label := _act_label(name, departments):
        return label
    if reason := approval_entries.reason_of(name):
        words = _("因“%(reason)s”排除的名单在承诺前经人批准的留痕证明")
        return words % {"reason": reasons.get(reason, reason)}
    if name.startswith("excluded-"):
        code = name.removeprefix("excluded-")[:-4]
        return _("因“%(reason)s”排除的对象，每行是编号和盐") % {"reason": reasons.get(code, code)}
    item = name.removesuffix(".txt")
    return _("%(department)s的名单") % {"department": departments[item]} if item in departments else _("名单")


def _act_label(name: str, departments: Mapping[str, str]) -> str:
    """Label the proof of an entry that people made: a value, a key, a consent; empty for another file."""
    if found_value := room_values.value_of_name(name):
        if found_value[0]:
            return _("第 %(n)s 轮替换的取值在抽取前公布的留痕证明") % {"n": found_value[0]}
        return _("来源取值在抽取前公布的留痕证明")
    if party := key_entries.party_of(name):
        words = _("%(department)s的密钥在取值之后、T0 以前交出的留痕证明")
        return words % {"department": departments.get(party, party)}
    if attested_entries.is_attested(name):
        return _("参加单位对清单指纹签认或不签认的留痕证明")
    if consent_entries.places_number(name):
        return _("第二机关同意了哪些小层、小池")
    if consent_entries.is_consent(name):
        return _("第二机关在承诺前同意小层、小池的留痕证明")
    return ""
