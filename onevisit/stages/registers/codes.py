"""统一社会信用代码 (GB 32100-2015) as the register needs it: what is wrong with a code, in words with the remedy."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGAN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# Codes of the city's pilot before the standard: legal, but their last digit does not check (never refuse them).
_PILOT = re.compile(r"[0-9A-Z]{8}M000")


@dataclass(frozen=True, kw_only=True)
class CodeFault:
    """What is wrong with a code. `is_pilot` says that it is one of the historical codes and must only warn."""

    words: str
    expected: str = ""
    is_pilot: bool = False


def check_digit(first_17: str) -> str:
    """Return the eighteenth character for the first seventeen."""
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_17))
    return _ALPHABET[(31 - total % 31) % 31]


def organ_digit(body: str) -> str:
    """Return the check character of the eight characters of the organisation code (GB 11714)."""
    total = sum(int(char, 36) * weight for char, weight in zip(body, _ORGAN_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def fault_of(code: str) -> CodeFault | None:
    """Say what is wrong with a code, or None if both check digits hold."""
    if len(code) != 18:
        return CodeFault(words=_("应为 18 位，现为 {count} 位。请核对执照后修改").format(count=len(code)))
    for place, char in enumerate(code, start=1):
        if char not in _ALPHABET:
            words = _("第 {place} 位“{char}”不是可用字符（不使用 I、O、S、V、Z 和小写字母）。请核对执照后修改")
            return CodeFault(words=words.format(place=place, char=char))
    for place, expected in ((17, organ_digit(code[8:16])), (18, check_digit(code[:17]))):
        if code[place - 1] != expected:
            words = _(
                "第 {place} 位校验不符，应为 {expected}，现为 {found}。请核对执照后修改；属历史试点码的，可保留并注明"
            ).format(place=place, expected=expected, found=code[place - 1])
            repaired = code[: place - 1] + expected + code[place:]
            return CodeFault(words=words, expected=repaired, is_pilot=bool(_PILOT.match(code)))
    return None
