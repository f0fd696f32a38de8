"""What the public may not read: numbers of persons, phones and homes are masked before anything is approved."""

import re
from dataclasses import dataclass
from enum import StrEnum


class SpotKind(StrEnum):
    """What a masked spot hides; the value is the word on the screen."""

    IDENTITY = "证件号"
    PHONE = "手机号"
    CARD = "银行卡号"
    LANDLINE = "固定电话"
    HOME = "住址"


@dataclass(frozen=True)
class Spot:
    """One masked spot: its number on the screen, what it hides, and what stands in its place."""

    number: int
    kind: SpotKind
    shown: str

    @property
    def label(self) -> str:
        return f"{self.number} {self.kind.value}"


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: plain words, or a masked spot with what it hides."""

    text: str
    spot: Spot | None = None


@dataclass(frozen=True)
class Masked:
    """A text in pieces: `text` is what the public reads."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.spot.shown if piece.spot else piece.text for piece in self.pieces)

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(piece.spot for piece in self.pieces if piece.spot)


# The order decides: an identity number is no bank card, a mobile number no landline. The codes of enterprises and the
# numbers of documents match none.
_PATTERN = re.compile(
    r"(?P<IDENTITY>(?<![0-9A-Za-z])[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d\d{3}[\dXx](?![0-9A-Za-z]))"
    r"|(?P<PHONE>(?<![0-9A-Za-z])1[3-9]\d(?:[ -]?\d{4}){2}(?![0-9A-Za-z]))"
    r"|(?P<CARD>(?<![0-9A-Za-z])(?:62|4\d|5\d)\d{14,17}(?![0-9A-Za-z]))"
    r"|(?P<LANDLINE>(?<![0-9A-Za-z])0\d{2,3}-\d{7,8}(?![0-9A-Za-z]))"
    r"|(?P<HOME>(?:(?<=住址)|(?<=家住))[：:]?\s*[^，。；,;\s]+)"
)


def mask(*, text: str, first_number: int = 1) -> Masked:
    """Mask what the public may not read; masking a masked text changes nothing.

    Args:
        first_number: number of the first spot, so that numbers run on through a whole page.
    """
    pieces: list[Piece] = []
    end, number = 0, first_number
    for found in _PATTERN.finditer(text):
        kind = SpotKind[str(found.lastgroup)]
        shown = _shown(kind, found.group())
        if shown == found.group():
            continue
        pieces += [Piece(text[end : found.start()]), Piece(found.group(), Spot(number=number, kind=kind, shown=shown))]
        end, number = found.end(), number + 1
    return Masked(pieces=tuple(piece for piece in (*pieces, Piece(text[end:])) if piece.text))


def _shown(kind: SpotKind, text: str) -> str:
    """Keep just enough to tell two of them apart where the law's own publications do so."""
    digits = re.sub(r"\D", "", text)
    if kind == SpotKind.IDENTITY:
        return f"{digits[:6]}********{text[-4:-2]}**"
    if kind == SpotKind.PHONE:
        return f"{digits[:3]}****{digits[-4:]}"
    return "（已遮盖）"
