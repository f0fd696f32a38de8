"""What is wrong with a 统一社会信用代码, in the words of the error list, with the place and the remedy."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.core import identifiers


@dataclass(frozen=True, kw_only=True)
class CodeFault:
    """What is wrong with a code. `is_trial` says that it is one of the historical codes and must only warn."""

    words: str
    is_trial: bool = False


def fault_of(code: str) -> CodeFault | None:
    """Say what is wrong with a code, or None if the form and both check digits hold."""
    if len(code) != 18:
        return CodeFault(words=_("应为 18 位，现为 {count} 位。请核对执照后修改").format(count=len(code)))
    for place, char in enumerate(code, start=1):
        if char not in identifiers.USCC_ALPHABET:
            words = _("第 {place} 位“{char}”不是可用字符（不使用 I、O、S、V、Z 和小写字母）。请核对执照后修改")
            return CodeFault(words=words.format(place=place, char=char))
    expected = {
        17: identifiers.organisation_check_digit(code[8:16]),
        18: identifiers.uscc_check_digit(code[:17]),
    }
    is_trial = any(warning.code == "trial_code" for warning in identifiers.check_uscc(code).warnings)
    for place, right in expected.items():
        if code[place - 1] != right:
            words = _(
                "第 {place} 位校验不符，应为 {right}，现为 {found}。请核对执照后修改；属历史试点码的，可保留并注明"
            )
            return CodeFault(words=words.format(place=place, right=right, found=code[place - 1]), is_trial=is_trial)
    return None
