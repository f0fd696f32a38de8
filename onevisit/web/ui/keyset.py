"""Keyset paging: the place of a row in an order, as a token, and the rows after or before it."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _


class BadCursor(Exception):
    """The place named in the address cannot be read."""

    code = "bad_cursor"

    def __init__(self) -> None:
        self.message = _("翻页地址不完整，请从第一页重新查询。")
        super().__init__(self.message)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, int | float | str | bool) else str(value)


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def token(row: Any, order: Sequence[str]) -> str:
    """Write the place of a row; the fields of an order are never null and the latest is unique."""
    values = [_plain(_value(row, name.lstrip("-"))) for name in order]
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _values(text: str, order: Sequence[str]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error
    if not isinstance(values, list) or len(values) != len(order):
        raise BadCursor
    return values


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that stand after the place, in lexicographic order."""
    condition, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        operator = "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{field}__{operator}": value})
        equal &= Q(**{field: value})
    return condition


def reverse(order: Sequence[str]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def cut(
    rows: QuerySet[Any], *, order: Sequence[str], size: int, after: str = "", before: str = ""
) -> tuple[list[Any], bool, bool]:
    """Return one page and whether there are rows before and after it.

    Raises:
        BadCursor: `after` or `before` cannot be read.
    """
    if before:
        turned = reverse(order)
        found = list(rows.filter(_beyond(turned, _values(before, order))).order_by(*turned)[: size + 1])
        return found[:size][::-1], len(found) > size, True
    if after:
        rows = rows.filter(_beyond(order, _values(after, order)))
    found = list(rows.order_by(*order)[: size + 1])
    return found[:size], bool(after), len(found) > size
