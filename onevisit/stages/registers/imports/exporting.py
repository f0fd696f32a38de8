"""Write what stands in the city back into the files of a pack: the same columns that the import reads."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.imports.templates import Column
from onevisit.stages.registers.imports.writing import csv_bytes
from onevisit.stages.registers.models import InspectionItem, LegalBasis
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.identity.models import Department, DepartmentName

Record = Mapping[str, Any]


def _fields_of(record: object, columns: Iterable[Column], **named: object) -> Record:
    return {column.key: named.get(column.key, getattr(record, column.key, "")) for column in columns}


def _rules(columns: tuple[Column, ...]) -> Iterable[Record]:
    for version in RuleVersion.objects.select_related("rule").order_by("rule_id", "version"):
        yield _fields_of(version, columns, rule=version.rule_id, label=version.rule.label)


def _organs(columns: tuple[Column, ...]) -> Iterable[Record]:
    for organ in Department.objects.select_related("parent", "host", "successor").order_by("level", "code"):
        yield _fields_of(
            organ,
            columns,
            parent=organ.parent.code if organ.parent else "",
            host=organ.host.code if organ.host else "",
            successor=organ.successor.code if organ.successor else "",
        )


def _organ_names(columns: tuple[Column, ...]) -> Iterable[Record]:
    for former in DepartmentName.objects.select_related("department").order_by("department__code", "valid_from"):
        yield _fields_of(former, columns, department=former.department.code)


def _items(columns: tuple[Column, ...]) -> Iterable[Record]:
    for item in InspectionItem.objects.select_related("department").order_by("code"):
        yield _fields_of(item, columns, department=item.department.code)


def _bases(columns: tuple[Column, ...]) -> Iterable[Record]:
    for basis in LegalBasis.objects.select_related("item").order_by("item__code", "words", "valid_from"):
        yield _fields_of(basis, columns, item=basis.item.code, article=basis.article_id or "")


# A configuration pack holds how a city works, never its people or businesses.
DUMPS: dict[str, Callable[[tuple[Column, ...]], Iterable[Record]]] = {
    "rules": _rules,
    "organs": _organs,
    "organ_names": _organ_names,
    "items": _items,
    "bases": _bases,
}


def csv_of(kind: str, dump: Callable[[tuple[Column, ...]], Iterable[Record]]) -> bytes:
    """Write the records of a kind as the file that its import reads; empty where there is none."""
    template = kinds()[kind].template
    rows = [
        [cell_text(record[column.key], column=column) for column in template.columns]
        for record in dump(template.columns)
    ]
    if not rows:
        return b""
    return csv_bytes(headings=template.titles, rows=rows)


def cell_text(value: object, *, column: Column) -> str:
    """Write a value the way an officer would type it."""
    if column.choices:
        return next((words for words, key in column.choices.items() if key == value), "")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return column.separators[0].join(str(part) for part in value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
