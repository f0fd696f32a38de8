"""国民经济行业分类 (GB/T 4754-2017): the four-digit codes and their names, and what a mistyped code may have meant."""

import csv
from difflib import get_close_matches
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("industries.csv")


@cache
def names() -> dict[str, str]:
    """Return the name of every four-digit code."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def name_of(code: str) -> str:
    return names().get(code, "")


def nearest(code: str) -> str:
    """Return the known code that `code` most likely was meant to be, or an empty text."""
    if sorted(code) and len(code) == 4:
        swapped = [known for known in names() if sorted(known) == sorted(code) and known[:2] == code[:2]]
        if swapped:
            return swapped[0]
    close = get_close_matches(code, names(), n=1, cutoff=0.7)
    return close[0] if close else ""
