"""Lists of the desk as a declaration: rows, columns, tabs, query form; paged by keyset, columns chosen, exported.

A view writes `LISTING.page(request)` and its template `{% list_page page %}`; nothing else is needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html

from onevisit.support.identity.actors import Actor
from onevisit.web.ui import keyset, saved_filters
from onevisit.web.ui.columns import Cell, written
from onevisit.web.ui.columns import Column as Column  # views declare their lists from here
from onevisit.web.ui.columns import Kind as Kind
from onevisit.web.ui.numbers import whole
from onevisit.web.ui.templatetags.ui import CAPPED

SIZES = (20, 50, 100, 200)
SHOWN_FIELDS = 3


@dataclass(frozen=True)
class Tab:
    """One tab by state; its count is asked with the query form's conditions."""

    key: str
    label: str | Promise
    rows: Q


@dataclass(frozen=True)
class Empty:
    """What an empty list teaches: what will appear here, how it comes, and the button that does it."""

    title: str | Promise
    text: str | Promise = ""
    action_url: str = ""
    action_label: str | Promise = ""
    verb: str = ""


class QueryForm(forms.Form):
    """Base of the query forms: the first three fields are shown, the rest unfolds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for found in self.fields.values():
            found.required = False

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        """Return the rows that match `values` (the cleaned, non-empty ones); each list writes its own."""
        raise NotImplementedError

    @property
    def shown(self) -> list[forms.BoundField]:
        return self.visible_fields()[:SHOWN_FIELDS]

    @property
    def folded(self) -> list[forms.BoundField]:
        return self.visible_fields()[SHOWN_FIELDS:]

    @property
    def has_folded_value(self) -> bool:
        return any(found.value() for found in self.folded)


REGISTRY: dict[str, "Listing"] = {}


@dataclass(frozen=True)
class Listing:
    """A list of one noun; `name` (such as `registers.targets`) keys saved filters and exports."""

    name: str
    title: str | Promise
    rows: Callable[[Actor], QuerySet[Any]]
    columns: tuple[Column, ...]
    empty: Empty
    order: tuple[str, ...] = ("-pk",)
    form: type[QueryForm] | None = None
    tabs: tuple[Tab, ...] = ()
    row_url: Callable[[Any], str] | None = None
    noun: str = "inbox"
    is_exported: bool = True
    note_export: Callable[[QuerySet[Any], Actor, datetime], object] | None = None
    """Writes down, before an export of these rows is written, what of them must not be read without a trace."""
    unit: str | Promise = "条"
    fill: Callable[[Sequence[Any]], object] | None = None
    """Adds to the rows of one page, or one batch of an export, what one query tells of all of them."""

    def __post_init__(self) -> None:
        REGISTRY[self.name] = self

    def page(self, request: HttpRequest) -> "ListPage":
        return ListPage(listing=self, request=request)

    def matching(self, actor: Actor, query: "Any") -> QuerySet[Any]:
        """Return the rows of a saved query (a QueryDict), tab included: what an export writes."""
        rows = self.rows(actor)
        form = self.form(query) if self.form else None
        if form is not None:
            rows = narrowed(form, rows)
        tab = next((tab for tab in self.tabs if tab.key == query.get("tab", "")), None)
        return rows.filter(tab.rows) if tab else rows


def narrowed(form: QueryForm, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Apply the valid fields of a query form; a field with an error narrows nothing and says so beside itself."""
    form.is_valid()
    values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "", [], False)}
    return form.narrow(rows, values) if values else rows


@dataclass
class ListPage:
    """One page of a list for one request."""

    listing: Listing
    request: HttpRequest
    _remembered: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        key = f"list:{self.listing.name}"
        held = dict(self.request.session.get(key, {}))
        given = self.request.GET
        if (size := whole(given.get("size", ""))) in SIZES:
            held["size"] = size
        if "columns" in given:
            known = {column.key for column in self.listing.columns}
            held["columns"] = [name for name in given.getlist("columns") if name in known]
        if held != self.request.session.get(key, {}):
            self.request.session[key] = held
        self._remembered = held

    # What was asked

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined, no-any-return]  # set by ActorMiddleware

    @cached_property
    def form(self) -> QueryForm | None:
        return self.listing.form(self.request.GET) if self.listing.form else None

    @property
    def size(self) -> int:
        return int(self._remembered.get("size", SIZES[0]))

    @property
    def tab(self) -> str:
        asked = self.request.GET.get("tab", "")
        return asked if asked in {tab.key for tab in self.listing.tabs} else ""

    @property
    def columns(self) -> list[Column]:
        chosen = self._remembered.get("columns") or []
        if not chosen:
            return [column for column in self.listing.columns if column.is_default]
        first = self.listing.columns[0]
        return [column for column in self.listing.columns if column is first or column.key in chosen]

    @cached_property
    def order(self) -> tuple[str, ...]:
        asked = self.request.GET.get("sort", "")
        column = next((c for c in self.listing.columns if c.sort and c.key == asked.lstrip("-")), None)
        if column is None:
            return self.listing.order
        return ("-" if asked.startswith("-") else "") + column.sort, "pk"

    # What is found

    @cached_property
    def _narrowed(self) -> QuerySet[Any]:
        rows = self.listing.rows(self.actor)
        return narrowed(self.form, rows) if self.form is not None else rows

    @cached_property
    def _matching(self) -> QuerySet[Any]:
        tab = next((tab for tab in self.listing.tabs if tab.key == self.tab), None)
        return self._narrowed.filter(tab.rows) if tab else self._narrowed

    @cached_property
    def _cut(self) -> tuple[list[Any], bool, bool]:
        given = self.request.GET
        found = keyset.cut(
            self._matching,
            order=self.order,
            size=self.size,
            after=given.get("after", ""),
            before=given.get("before", ""),
        )
        if self.listing.fill is not None:
            self.listing.fill(found[0])
        return found

    @property
    def records(self) -> list[Any]:
        return self._cut[0]

    @property
    def rows(self) -> list[tuple[str, str, list[Cell]]]:
        """Return (id, address, cells) of each row."""
        address = self.listing.row_url
        return [(str(row.pk), address(row) if address else "", self._cells(row)) for row in self.records]

    def _cells(self, row: Any) -> list[Cell]:
        url = self.listing.row_url(row) if self.listing.row_url else ""
        cells = []
        for ordinal, column in enumerate(self.columns):
            html = written(column, row)
            if ordinal == 0 and url and "<a " not in html:
                html = format_html('<a class="row-title" href="{}" data-row-link>{}</a>', url, html)
            css = f"is-{column.kind.value}" + (" is-first" if ordinal == 0 else "")
            cells.append(Cell(html=html, css=css, label=column.label, is_first=ordinal == 0))
        return cells

    @cached_property
    def count(self) -> int:
        return _capped_count(self._matching)

    @cached_property
    def is_filtered(self) -> bool:
        return bool(self.conditions)

    @cached_property
    def conditions(self) -> list[tuple[str, str]]:
        """Return the filter in words: (field, value)."""
        if self.form is None:
            return []
        return [
            (str(found.label), _said_value(found))
            for found in self.form.visible_fields()
            if found.value() not in ("", None, [], False)
        ]

    @cached_property
    def tabs(self) -> list[tuple[str | Promise, str, int, bool]]:
        if not self.listing.tabs:
            return []
        every = ("全部", self.url(tab="", after="", before=""), _capped_count(self._narrowed), not self.tab)
        return [every] + [
            (
                tab.label,
                self.url(tab=tab.key, after="", before=""),
                _capped_count(self._narrowed.filter(tab.rows)),
                tab.key == self.tab,
            )
            for tab in self.listing.tabs
        ]

    # Addresses

    def url(self, **changes: str) -> str:
        """Return this page's address with some parameters changed; an empty value drops one."""
        query = self.request.GET.copy()
        query.pop("columns", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    @property
    def query(self) -> str:
        """Return the conditions as a query string without place and size: what a saved filter keeps."""
        kept = self.request.GET.copy()
        for name in ("after", "before", "size", "columns"):
            kept.pop(name, None)
        return kept.urlencode()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what the query form must carry along as hidden fields."""
        return [(name, self.request.GET[name]) for name in ("tab", "sort") if self.request.GET.get(name)]

    @property
    def next_url(self) -> str:
        records, _before, after = self._cut
        return self.url(after=keyset.token(records[-1], self.order), before="") if after and records else ""

    @property
    def previous_url(self) -> str:
        records, before, _after = self._cut
        return self.url(before=keyset.token(records[0], self.order), after="") if before and records else ""

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        return [(size, self.url(size=str(size), after="", before=""), size == self.size) for size in SIZES]

    @property
    def heads(self) -> list[tuple[Column, str, str]]:
        """Return (column, address that sorts by it, aria-sort) of each shown column."""
        asked = self.request.GET.get("sort", "")
        heads = []
        for column in self.columns:
            state = {column.key: "ascending", f"-{column.key}": "descending"}.get(asked, "none")
            turned = f"-{column.key}" if state == "ascending" else column.key
            heads.append((column, self.url(sort=turned, after="", before="") if column.sort else "", state))
        return heads

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        shown = {column.key for column in self.columns}
        return [(column, column.key in shown) for column in self.listing.columns[1:]]

    @property
    def may_export(self) -> bool:
        return self.listing.is_exported and self.actor.may("list.export")

    @property
    def saved(self) -> "QuerySet[Any]":
        return saved_filters.of(self.actor, self.listing.name)

    @property
    def may_add(self) -> bool:
        verb = self.listing.empty.verb
        return not verb or self.actor.may(verb)


def _capped_count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: CAPPED + 1].count()


def _said_value(found: forms.BoundField) -> str:
    value = found.value()
    choices = dict(getattr(found.field, "choices", []) or [])
    values = value if isinstance(value, list | tuple) else [value]
    said = {str(key): str(label) for key, label in choices.items()}
    return "、".join(said.get(str(one), str(one)) for one in values)
