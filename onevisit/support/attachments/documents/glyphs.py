"""Which characters the fonts can set: in PDF/A one missing glyph refuses the whole document, rare surnames included."""

from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTCollection, TTFont

DEBIAN_FONTS = Path("/usr/share/fonts/opentype/noto")
_FALLBACKS = ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")


@cache
def folders() -> tuple[str, ...]:
    """Return the folders that hold fonts: those of the package, and the larger Noto CJK where it is installed."""
    own = str(pylopdf_fonts_zh_cn.serif_path().parent)
    return (own, str(DEBIAN_FONTS)) if has_fallback() else (own,)


@cache
def has_fallback() -> bool:
    return all((DEBIAN_FONTS / name).exists() for name in _FALLBACKS)


def _points(font: TTFont) -> frozenset[int]:
    return frozenset(font.getBestCmap())


@cache
def _covered() -> frozenset[int]:
    with TTFont(pylopdf_fonts_zh_cn.serif_path(), lazy=True) as font:
        points = _points(font)
    if has_fallback():
        with TTCollection(DEBIAN_FONTS / _FALLBACKS[0], lazy=True) as collection:
            points |= frozenset().union(*(_points(font) for font in collection.fonts))
    return points


def writable(text: str) -> str:
    """Return `text` with each character that no font can set written as its Unicode number, e.g. 〔U+2A6D6〕."""
    return "".join(
        character if ord(character) in _covered() or character in "\n\t" else f"〔U+{ord(character):04X}〕"
        for character in text
    )
