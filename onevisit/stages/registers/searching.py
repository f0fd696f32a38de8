"""Search words of the register: bigrams of name, code, address and initials, so that two characters find a row."""

import re
from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin

_LETTER = re.compile(r"[0-9a-z\u4e00-\u9fff]")


def initials(words: str) -> str:
    """Return the pinyin initials of a text in lower case: 厦门加油 -> xmjy."""
    letters = lazy_pinyin(words, style=Style.FIRST_LETTER)
    return "".join(char for char in "".join(letters).lower() if char.isascii() and char.isalnum())


def spelled(words: str) -> str:
    """Return the pinyin of a text in lower case, the key by which Chinese names are sorted."""
    return " ".join(lazy_pinyin(words)).lower()


def fold(words: str) -> str:
    """Bring a text to the one form in which it is searched: lower case, only letters, digits and Chinese characters."""
    return "".join(_LETTER.findall(words.lower()))


def grams(words: str) -> list[str]:
    """Return the pairs of neighbouring characters of a text."""
    folded = fold(words)
    return [folded[place : place + 2] for place in range(len(folded) - 1)]


def gram_set(texts: Iterable[str]) -> list[str]:
    """Return the distinct pairs of several texts, sorted, as they are stored in the array column."""
    return sorted({gram for text in texts for gram in grams(text)})
