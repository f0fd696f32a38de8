"""The words of the past, as data."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("words.toml")


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def words_of(story: str) -> dict[str, Any]:
    """Return the words of one story."""
    found: dict[str, Any] = _all()[story]
    return found
