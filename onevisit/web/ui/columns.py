"""Columns of a list: where a value comes from and how it is written, on the screen and in an export."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from onevisit.core.lifecycle import Lifecycle
from onevisit.support import clock
from onevisit.web.ui.templatetags.ui import badge


class Kind(StrEnum):
    """How a column is written and aligned."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    CODE = "code"


@dataclass(frozen=True)
class Column:
    """One column: `value` is an attribute path or a function of the row; `template` gets `row` and `value`.

    `sort` names a database field that is never null; with a `lifecycle` the value is a state, shown as its badge.
    """

    key: str
    label: str | Promise
    value: str | Callable[[Any], object] = ""
    kind: Kind = Kind.TEXT
    template: str = ""
    sort: str = ""
    is_default: bool = True
    lifecycle: Lifecycle | None = None

    def of(self, row: Any) -> object:
        if callable(self.value):
            return self.value(row)
        found = row
        for part in (self.value or self.key).split("."):
            found = getattr(found, part, None)
        return found() if callable(found) else found


@dataclass(frozen=True)
class Cell:
    """One cell as it is shown."""

    html: str | SafeString
    css: str
    label: str | Promise
    is_first: bool = False


def written(column: Column, row: Any) -> str | SafeString:
    """Return one cell as text or safe HTML."""
    value = column.of(row)
    if column.template:
        now = clock.now()
        content = {"row": row, "value": value, "LIFECYCLE": column.lifecycle, "now": now, "today": now.date()}
        return render_to_string(column.template, content)
    if column.lifecycle:
        return badge(column.lifecycle, str(value))
    return conditional_escape(plain(column.kind, value))


def plain(kind: Kind, value: Any) -> str:
    """Write a value the way the desk and an export write it."""
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        return (
            f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
            if kind != Kind.DATE
            else f"{timezone.localtime(value):%Y-%m-%d}"
        )
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if kind == Kind.NUMBER and isinstance(value, int):
        return f"{value:,}"
    return str(value)
