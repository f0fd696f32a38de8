"""Turn checked rows into what is to be written: new, changed and unchanged records, found by their key."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import CHANGED, MASKED_TITLES, NEW, Fault, Row, Sheet
from onevisit.stages.registers.imports.templates import Template
from onevisit.support.identity.actors import Actor

CHUNK = 5_000
_WRITTEN_AT_ONCE = 1_000
Found = TypeVar("Found", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Context:
    """For whom and when rows are written.

    Attributes:
        department_id: limits an organ's clerk to its own records (R3).
        decisions: what to do with suspected duplicates, by rule and by row number.
    """

    at: datetime
    actor: Actor
    department_id: UUID | None = None
    decisions: Mapping[str, str] = field(default_factory=dict)
    run_id: UUID | None = None

    @property
    def on(self) -> date:
        return self.at.date()


@dataclass(kw_only=True)
class Batch:
    """Records of one model to be written."""

    model: type[Model]
    new: list[Model] = field(default_factory=list)
    changed: list[Model] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    unchanged_count: int = 0
    is_counted: bool = True

    @property
    def size(self) -> int:
        return len(self.new) + (len(self.changed) if self.fields else 0)

    def save(self, tell: Callable[[int], None] = lambda _written: None) -> None:
        """Write the records in chunks and tell after each how many of this batch are written."""
        manager = self.model._default_manager
        for start in range(0, len(self.new), _WRITTEN_AT_ONCE):
            chunk = self.new[start : start + _WRITTEN_AT_ONCE]
            manager.bulk_create(chunk)
            tell(start + len(chunk))
        for start in range(0, len(self.changed) if self.fields else 0, _WRITTEN_AT_ONCE):
            chunk = self.changed[start : start + _WRITTEN_AT_ONCE]
            manager.bulk_update(chunk, self.fields)
            tell(len(self.new) + start + len(chunk))


Wanted = tuple[Row, Mapping[str, Any]]
Prepare = Callable[[Sheet, Template, Context], list[Batch]]


def merge(
    *,
    sheet: Sheet,
    template: Template,
    model: type[Model],
    key: Sequence[str],
    wanted: Iterable[Wanted],
    column: str,
    is_counted: bool = True,
    more: Mapping[Any, Model] | None = None,
) -> Batch:
    """Compare the wanted values with what stands in the database; a key twice in the file is a fault.

    Args:
        key: field names (`department_id`, not `department`) that find a record.
        column: key of the template's column that a duplicate is reported on.
        more: records that stand for a key though they do not have it yet.
    """
    rows = _without_duplicates(sheet=sheet, template=template, key=key, wanted=wanted, column=column)
    standing = _standing(model=model, key=key, first_values=[values[key[0]] for _row, values in rows.values()])
    standing.update(more or {})
    batch = Batch(model=model, is_counted=is_counted)
    names: dict[str, None] = {}
    for identity, (row, values) in rows.items():
        record = standing.get(identity)
        if record is None:
            batch.new.append(model(**values))
            if is_counted:
                sheet.show(NEW, row=row, name=_named(row, template))
            continue
        differing = [name for name, value in values.items() if getattr(record, name) != value]
        if not differing:
            batch.unchanged_count += 1
            continue
        if is_counted:
            differences = _differences(record, values, names=differing, template=template)
            sheet.show(CHANGED, row=row, name=_named(row, template), differences=differences)
        for name in differing:
            setattr(record, name, values[name])
            names[name.removesuffix("_id") if name.endswith("_id") and name != "object_id" else name] = None
        batch.changed.append(record)
    batch.fields = list(names)
    return batch


def _named(row: Row, template: Template) -> str:
    """Return what an officer knows the row by, read off the file: its record's relations may not stand yet."""
    readable = [column.key for column in template.columns if column.title not in MASKED_TITLES]
    named = [key for key in ("name", "title") if key in readable and row.text(key)]
    return " ".join(row.text(key) for key in (named or readable[:2]) if row.text(key))


def _differences(
    record: Model, values: Mapping[str, Any], *, names: Sequence[str], template: Template
) -> list[tuple[str, str, str]]:
    """Return (title, former value, new value) of what an officer can read of a change."""
    titles = {column.key: column.title for column in template.columns}
    found = []
    for name in names:
        title = titles.get(name) or titles.get(name.removesuffix("_id"))
        if title is None:
            continue
        is_hidden = title in MASKED_TITLES or name not in titles
        before, after = ("", "") if is_hidden else (_said(getattr(record, name)), _said(values[name]))
        found.append((title, before, after))
    return found


def _said(value: object) -> str:
    if isinstance(value, list):
        return "、".join(str(part) for part in value)[:60]
    return "" if value is None else str(value)[:60]


def _without_duplicates(
    *, sheet: Sheet, template: Template, key: Sequence[str], wanted: Iterable[Wanted], column: str
) -> dict[tuple[Any, ...], Wanted]:
    rows: dict[tuple[Any, ...], Wanted] = {}
    for row, values in wanted:
        identity = tuple(values[name] for name in key)
        if identity not in rows:
            rows[identity] = (row, values)
            continue
        first, first_values = rows[identity]
        reported = template.column(column)
        if first_values == values:
            words = _("与第 {row} 行完全相同，已去重。").format(row=first.number)
            sheet.notices.append(
                Fault(row=row.number, column=column, title=reported.title, value=row.text(column), words=words)
            )
        else:
            words = _("与第 {row} 行重复而内容不同，请保留一行。").format(row=first.number)
            sheet.refuse(row, reported, words)
    return rows


def _standing(*, model: type[Model], key: Sequence[str], first_values: Sequence[Any]) -> dict[tuple[Any, ...], Model]:
    distinct = list(dict.fromkeys(first_values))
    found: dict[tuple[Any, ...], Model] = {}
    for start in range(0, len(distinct), CHUNK):
        chunk = distinct[start : start + CHUNK]
        for record in model._default_manager.filter(**{f"{key[0]}__in": chunk}):
            found[tuple(getattr(record, name) for name in key)] = record
    return found


def references(
    *, sheet: Sheet, template: Template, column: str, model: type[Found], field_name: str, words: str
) -> dict[str, Found]:
    """Find the records that a column names, and refuse the rows that name unknown ones.

    Args:
        words: what an officer does about an unknown one, with `{value}`.
    """
    named = {text for row in sheet.rows if (text := row.text(column))}
    found: dict[str, Found] = {}
    ordered = sorted(named)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        for record in model._default_manager.filter(**{f"{field_name}__in": chunk}):
            found[str(getattr(record, field_name))] = record
    if len(found) < len(named):
        for row in sheet.rows:
            if (text := row.text(column)) and text not in found:
                sheet.refuse(row, template.column(column), words.format(value=text))
        sheet.rows = [row for row in sheet.rows if not row.text(column) or row.text(column) in found]
    return found


def own_only(*, sheet: Sheet, template: Template, column: str, ids: Mapping[str, UUID], context: Context) -> None:
    """Refuse rows of other organs where a clerk of one organ imports."""
    if context.department_id is None:
        return
    for row in sheet.rows:
        if ids.get(row.text(column)) != context.department_id:
            sheet.refuse(row, template.column(column), _("属于其他部门，只能导入本部门的记录。"))
    sheet.rows = [row for row in sheet.rows if ids.get(row.text(column)) == context.department_id]
