"""What the registers refuse of a single record, with the words an officer reads."""

import re


class RecordRefused(Exception):
    """The entry or change of a record is refused; `field` names the input it concerns."""

    code = "record"

    def __init__(self, *, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


PERSONAL = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")


def words_of(text: str, *, message: str, field: str) -> str:
    """Return a text that must not be empty."""
    given = text.strip()
    if not given:
        raise RecordRefused(message=message, field=field)
    return given
