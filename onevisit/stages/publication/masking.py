"""What the public may not read: numbers of persons, phones and homes are masked before anything is approved."""

import re
from dataclasses import dataclass
from enum import StrEnum


class SpotKind(StrEnum):
    """What a masked spot hides; the value is the word on the screen."""

    IDENTITY = "证件号"
    PHONE = "手机号"
    LANDLINE = "固定电话"
    HOME = "住址"
    CARD = "银行卡号"


@dataclass(frozen=True)
class Spot:
    """One masked spot: its number on the screen, what it hides, and what stands in its place."""

    number: int
    kind: SpotKind
    shown: str


@dataclass(frozen=True)
class Masked:
    """A text as the public reads it, and the spots that were masked in it."""

    text: str
    spots: tuple[Spot, ...]


# The order decides: an identity number is no bank card, a mobile number no landline. The codes of enterprises and the
# numbers of documents match none.
_PATTERNS: tuple[tuple[SpotKind, re.Pattern[str]], ...] = (
    (
        SpotKind.IDENTITY,
        re.compile(r"(?<![0-9A-Za-z])[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d\d{3}[\dXx](?![0-9A-Za-z])"),
    ),
    (SpotKind.PHONE, re.compile(r"(?<![0-9A-Za-z])1[3-9]\d(?:[ -]?\d{4}){2}(?![0-9A-Za-z])")),
    (SpotKind.CARD, re.compile(r"(?<![0-9A-Za-z])(?:62|4\d|5\d)\d{14,17}(?![0-9A-Za-z])")),
    (SpotKind.LANDLINE, re.compile(r"(?<![0-9A-Za-z])0\d{2,3}-\d{7,8}(?![0-9A-Za-z])")),
    (SpotKind.HOME, re.compile(r"(?<=住址)[：:]?\s*[^，。；,;\s]+|(?<=家住)[^，。；,;\s]+")),
)


def mask(*, text: str, first_number: int = 1) -> Masked:
    """Mask what the public may not read.

    Args:
        first_number: number of the first spot, so that numbers run on through a whole page.
    """
    spots: list[Spot] = []
    for kind, pattern in _PATTERNS:

        def cover(found: re.Match[str], kind: SpotKind = kind) -> str:
            shown = _shown(kind, found.group())
            spots.append(Spot(number=first_number + len(spots), kind=kind, shown=shown))
            return shown

        text = pattern.sub(cover, text)
    return Masked(text=text, spots=tuple(spots))


def _shown(kind: SpotKind, text: str) -> str:
    """Keep just enough to tell two of them apart where the law's own publications do so."""
    digits = re.sub(r"\D", "", text)
    if kind == SpotKind.IDENTITY:
        return f"{digits[:6]}********{text[-4:-2]}**"
    if kind == SpotKind.PHONE:
        return f"{digits[:3]}****{digits[-4:]}"
    return "（已遮盖）"
