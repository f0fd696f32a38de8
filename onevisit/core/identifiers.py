"""Codes that others issue: 统一社会信用代码, region, industry, certificate and document numbers, with their checks.

A check never changes what a person typed beyond width and case. What is surely wrong is a problem; what is odd but may
be real (the trial codes of 2015, foreign certificate forms) is a warning that a person decides on.
"""

import re
import unicodedata
from dataclasses import dataclass

# GB 32100-2015: no I, O, S, V, Z.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, power, 31) for power in range(17))
# GB 11714-1997.
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_TRIAL_PREFIX = "M000"
_KINDS = {
    "11": "机关",
    "12": "事业单位",
    "13": "编办直接管理机构编制的群众团体",
    "19": "其他机构编制",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "59": "其他社会组织",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
}
# GB/T 4754-2017: the section letter and the two-digit divisions it holds.
_SECTIONS = (
    ("A", 1, 5),
    ("B", 6, 12),
    ("C", 13, 43),
    ("D", 44, 46),
    ("E", 47, 50),
    ("F", 51, 52),
    ("G", 53, 60),
    ("H", 61, 62),
    ("I", 63, 65),
    ("J", 66, 69),
    ("K", 70, 70),
    ("L", 71, 72),
    ("M", 73, 75),
    ("N", 76, 79),
    ("O", 80, 82),
    ("P", 83, 83),
    ("Q", 84, 85),
    ("R", 86, 90),
    ("S", 91, 96),
    ("T", 97, 97),
)
# GB/T 2260: the first two digits.
_PROVINCES = frozenset(
    str(code)
    for first, latest in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, latest + 1)
)
_INDUSTRY = re.compile(r"([A-T])?(\d{2,4})")
_CERTIFICATE = re.compile(r"[0-9A-Z]{6,20}")
_DOCUMENT_NUMBER = re.compile(r"(?P<prefix>[^〔〕\d\s]{1,20})〔(?P<year>\d{4})〕(?P<sequence>[1-9]\d{0,6})号")


class IdentifierRefused(Exception):
    """A code is surely wrong; `code` says in which way, `message` what to do."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Remark:
    """One thing found in a code: a stable code and a sentence for the person who typed it."""

    code: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """What a check says: the code in its one written form, what is wrong and what is only odd."""

    value: str
    problems: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()

    @property
    def is_acceptable(self) -> bool:
        return not self.problems


def written_form(text: str) -> str:
    """Return `text` in half width, upper case and without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def uscc_check_digit(first_17: str) -> str:
    """Return the eighteenth character that GB 32100-2015 asks for.

    Raises:
        ValueError: a character is outside the alphabet, or there are not seventeen.
    """
    if len(first_17) != 17:
        raise ValueError("seventeen characters are needed")
    total = sum(
        USCC_ALPHABET.index(character) * weight for character, weight in zip(first_17, _USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_digit(first_8: str) -> str:
    """Return the ninth character that GB 11714 asks for.

    Raises:
        ValueError: a character is no digit or letter, or there are not eight.
    """
    if len(first_8) != 8:
        raise ValueError("eight characters are needed")
    total = sum(
        _ORGANISATION_ALPHABET.index(character) * weight
        for character, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def check_uscc(text: str) -> Verdict:
    """Check a 统一社会信用代码: form, region, organisation digit and check digit.

    Trial codes of 2015 with the organisation prefix M000 are real but fail the check digit: they are warned about and
    never refused.
    """
    value = written_form(text)
    if len(value) != 18:
        return Verdict(value, (Remark("length", f"统一社会信用代码须为 18 位，现为 {len(value)} 位。"),))
    if odd := sorted({character for character in value if character not in USCC_ALPHABET}):
        return Verdict(value, (Remark("alphabet", f"统一社会信用代码不含字符 {'、'.join(odd)}，请核对原证照。"),))
    problems: list[Remark] = []
    warnings: list[Remark] = []
    if value[2:4] not in _PROVINCES and value[2:8] != "100000":
        problems.append(Remark("region", f"第 3 至 8 位 {value[2:8]} 不是行政区划代码。"))
    if value[:2] not in _KINDS:
        warnings.append(Remark("kind", f"机构类别 {value[:2]} 少见，请核对原证照。"))
    is_trial = value[8:12] == _TRIAL_PREFIX
    expected = uscc_check_digit(value[:17])
    if is_trial:
        warnings.append(Remark("trial_code", "历史试点码（M000 开头的主体标识），校验码不适用，请核对原证照。"))
    else:
        if value[16] != organisation_check_digit(value[8:16]):
            problems.append(Remark("organisation_digit", "第 17 位（主体标识码校验位）不符，请核对第 9 至 17 位。"))
        if value[17] != expected:
            problems.append(Remark("check_digit", f"末位校验码应为 {expected}，现为 {value[17]}，请核对各位。"))
    return Verdict(value, tuple(problems), tuple(warnings))


def uscc_kind(value: str) -> str:
    """Return the kind of body in words, empty when the prefix is unknown."""
    return _KINDS.get(value[:2], "")


def check_region(text: str) -> Verdict:
    """Check a six-digit region code of GB/T 2260."""
    value = written_form(text)
    if not re.fullmatch(r"\d{6}", value):
        return Verdict(value, (Remark("form", "行政区划代码须为 6 位数字。"),))
    if value[:2] not in _PROVINCES:
        return Verdict(value, (Remark("province", f"行政区划代码前两位 {value[:2]} 不是省级代码。"),))
    return Verdict(value)


def region_parents(code: str) -> tuple[str, ...]:
    """Return the regions above `code`, nearest first: a district's city and province."""
    above = (f"{code[:4]}00", f"{code[:2]}0000")
    return tuple(dict.fromkeys(parent for parent in above if parent != code))


def industry_section(code: str) -> str:
    """Return the section letter of an industry code, empty when its division does not exist."""
    match = _INDUSTRY.fullmatch(code)
    if not match:
        return ""
    division = int(match[2][:2])
    return next((letter for letter, first, latest in _SECTIONS if first <= division <= latest), "")


def check_industry(text: str) -> Verdict:
    """Check the form of a GB/T 4754-2017 code: two to four digits, a leading section letter allowed."""
    value = written_form(text)
    match = _INDUSTRY.fullmatch(value)
    if not match:
        return Verdict(value, (Remark("form", "行业代码须为 2 至 4 位数字，可带门类字母，如 F5265。"),))
    section = industry_section(value)
    if not section:
        return Verdict(value, (Remark("division", f"行业大类 {match[2][:2]} 不存在（GB/T 4754-2017）。"),))
    if match[1] and match[1] != section:
        return Verdict(value, (Remark("section", f"行业代码 {match[2]} 属于门类 {section}，不是 {match[1]}。"),))
    return Verdict(value)


def check_certificate(text: str, *, pattern: str = "") -> Verdict:
    """Check the number of an enforcement certificate (执法证号), by the issuer's own pattern where one is given.

    No national form was found, so that without a pattern an unusual length only warns.
    """
    value = written_form(text)
    if not _CERTIFICATE.fullmatch(value):
        return Verdict(value, (Remark("form", "执法证号须为 6 至 20 位数字或字母。"),))
    if pattern and not re.fullmatch(pattern, value):
        return Verdict(value, (Remark("issuer_form", "执法证号不符合发证机关的编号规则，请核对证件。"),))
    if not pattern and len(value) != 11:
        return Verdict(value, (), (Remark("length", f"执法证号为 {len(value)} 位，多数为 11 位，请核对证件。"),))
    return Verdict(value)


@dataclass(frozen=True, order=True)
class DocumentNumber:
    """A number of an official document: 发文机关代字〔年〕序号."""

    prefix: str
    year: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.sequence}号"


def parse_document_number(text: str) -> DocumentNumber:
    """Read a document number such as 厦市监罚〔2025〕1号.

    Raises:
        IdentifierRefused: the brackets, the year or the sequence are not as GB/T 9704 asks.
    """
    value = unicodedata.normalize("NFC", text.strip())
    match = _DOCUMENT_NUMBER.fullmatch(value)
    if not match:
        raise IdentifierRefused(
            code="document_number",
            message=f"文号“{value}”不合规范：年份用六角括号，序号不编虚位，如 厦市监罚〔2025〕1号。",
        )
    return DocumentNumber(prefix=match["prefix"], year=int(match["year"]), sequence=int(match["sequence"]))
