"""Whole numbers from an address or a form: ASCII digits only; `²` and a mile of digits are none."""

import re

_WHOLE = re.compile(r"[0-9]{1,9}")


def whole(text: str) -> int | None:
    """Return the number that the text is, or None where it is none."""
    return int(text) if _WHOLE.fullmatch(text) else None
