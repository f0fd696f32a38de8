"""Check a table against its template: headings, then every cell, and name row, column, value and remedy."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from onevisit.stages.registers import codes, industries
from onevisit.stages.registers.imports import matching
from onevisit.stages.registers.imports.progress import CHECKING, Tell, silent
from onevisit.stages.registers.imports.reading import Table, UnreadableFile
from onevisit.stages.registers.imports.templates import Column, Template

MASKED_TITLES = frozenset({"联系电话", "联系人"})
_TOLD = 500
NEW, CHANGED = "new", "changed"
MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with one cell (or one row), in the words of the error list.

    Attributes:
        suggestion: a value that would be right, offered as a button; empty if there is none.
    """

    row: int
    column: str
    title: str
    value: str
    words: str
    suggestion: str = ""
    is_historical_code: bool = False

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    @property
    def sentence(self) -> str:
        if not self.title:
            return _("第 {row} 行：{words}").format(row=self.row, words=self.words)
        return _("第 {row} 行“{title}”{words}").format(row=self.row, title=self.title, words=self.words)


@dataclass
class Row:
    """One row with its values by column key, as typed values."""

    number: int
    values: dict[str, object] = field(default_factory=dict)

    def text(self, key: str) -> str:
        return str(self.values.get(key) or "")


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A row that may be about a record that stands already under another name or code.

    Attributes:
        decision: what will be done: update, keep, merge or new.
        pairs: (title, value of the row, value of the record), side by side.
    """

    row: int
    rule: str
    record: str
    name: str
    decision: str
    pairs: list[tuple[str, str, str]]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass
class Sheet:
    """All rows of a file that hold, all faults, and notices that stop nothing."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    rows_count: int = 0
    shown: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    suspects: list[Suspect] = field(default_factory=list)

    def show(self, kind: str, *, row: Row, name: str, differences: Sequence[tuple[str, str, str]] = ()) -> None:
        """Keep the first rows that will be new or changed, for the eye."""
        kept = self.shown.setdefault(kind, [])
        if len(kept) < MOST_SHOWN:
            kept.append({"row": row.number, "name": name, "differences": list(differences)})

    def refuse(self, row: Row, column: Column, words: str, *, suggestion: str = "") -> None:
        """Add a fault to a row that was read."""
        value = "" if column.title in MASKED_TITLES else row.text(column.key)
        self.faults.append(
            Fault(
                row=row.number, column=column.key, title=column.title, value=value, words=words, suggestion=suggestion
            )
        )


class CellFault(Exception):
    """The cell does not hold what its column takes."""

    def __init__(self, words: str, *, suggestion: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.suggestion = suggestion


class UnmatchedColumns(UnreadableFile):
    """The headings are not those of the template; the columns can be matched by hand."""

    def __init__(self, message: str, *, match: matching.Match, headings: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.match = match
        self.headings = headings


Corrections = Mapping[str, Mapping[str, str]]


def check(
    *,
    table: Table,
    template: Template,
    corrections: Corrections | None = None,
    dropped: Sequence[int] = (),
    columns: Mapping[str, int] | None = None,
    tell: Tell = silent,
) -> Sheet:
    """Check a table.

    Args:
        corrections: replace cells, by row number and column key.
        dropped: rows that are left out.
        columns: places of our columns in the file where somebody matched them; else the headings decide.
    """
    places = columns or _places(table=table, template=template)
    sheet = Sheet()
    left_out = set(dropped)
    total = len(table.rows)
    for ordinal, (number, cells) in enumerate(table.rows):
        if ordinal % _TOLD == 0:
            tell(CHECKING, ordinal, total)
        if number in left_out:
            continue
        sheet.rows_count += 1
        mended = (corrections or {}).get(str(number), {})
        raw = {column.key: mended.get(column.key, _at(cells, places.get(column.key))) for column in template.columns}
        _read_row(sheet=sheet, number=number, raw=raw, template=template)
    return sheet


def _at(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _places(*, table: Table, template: Template) -> dict[str, int]:
    """Return where each column stands in the file.

    Raises:
        UnmatchedColumns: a required column is missing, one is unknown or stands twice, or the template is an old one.
    """
    found = matching.exact(table.headings, template)
    if found.is_exact:
        return found.places
    words = _("列名与“{label}”现行模板不一致（{faults}），没有导入任何一行。请下载现行模板，对列后重传。")
    first = table.rows[0][1]
    raise UnmatchedColumns(
        words.format(label=template.label, faults="；".join(found.faults)),
        match=found,
        headings=[(heading, _at(first, place)[:60]) for place, heading in enumerate(table.headings)],
    )


def _read_row(*, sheet: Sheet, number: int, raw: Mapping[str, str], template: Template) -> None:
    row = Row(number=number)
    is_sound = True
    for column in template.columns:
        value = raw[column.key] or column.default
        try:
            row.values[column.key] = cell(value, column=column)
        except CellFault as fault:
            if column.type == "uscc" and _keeps_code(sheet, row, column, value, raw):
                continue
            is_sound = False
            sheet.faults.append(
                Fault(
                    row=number,
                    column=column.key,
                    title=column.title,
                    value="" if column.title in MASKED_TITLES else value[:120],
                    words=fault.words + "。" * (not fault.words.endswith(("。", "？"))),
                    suggestion=fault.suggestion,
                    is_historical_code=column.type == "uscc" and len(value) == 18,
                )
            )
    if is_sound:
        sheet.rows.append(row)


def _keeps_code(sheet: Sheet, row: Row, column: Column, value: str, raw: Mapping[str, str]) -> bool:
    """Keep a code that does not check where it is a historical one: it warns and never fails (content.md 4.7)."""
    found = codes.fault_of(value)
    is_declared = raw.get("is_historical_code", "") in ("是", "true", "1") and len(value) == 18
    if found is None or not (found.is_trial or is_declared):
        return False
    row.values[column.key] = value
    row.values["is_kept_code"] = True
    words = _("历史试点码，校验位不符，按原码保留。")
    sheet.notices.append(
        Fault(row=row.number, column=column.key, title=column.title, value=value, words=words, is_historical_code=True)
    )
    return True


def cell(value: str, *, column: Column) -> object:
    """Turn the text of a cell into the value its column takes.

    Raises:
        CellFault: it does not fit; the words say how to mend it.
    """
    if not value:
        if column.required:
            raise CellFault(_("不能为空，请填写"))
        return _EMPTY.get(column.type, "")
    if column.choices:
        return _choice(value, column)
    return _READERS[column.type](value, column)


_EMPTY: dict[str, object] = {
    "date": None,
    "whole": None,
    "decimal": None,
    "list": [],
    "whole_list": [],
    "yes_no": False,
}


def _choice(value: str, column: Column) -> str:
    if value in column.choices:
        return column.choices[value]
    if value in column.choices.values():
        return value
    raise CellFault(_("不能填“{value}”，应为：{choices}").format(value=value, choices="、".join(column.choices)))


def _text(value: str, column: Column) -> str:
    if len(value) > column.max:
        raise CellFault(_("共 {count} 字，超过 {most} 字，请删减").format(count=len(value), most=column.max))
    if column.pattern and not re.fullmatch(column.pattern, value):
        raise CellFault(_("不能填“{value}”，应为{words}").format(value=value, words=column.pattern_words))
    return value


def _date(value: str, _column: Column) -> date:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"):
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007  # a calendar day has no time zone
        except ValueError:
            continue
    raise CellFault(_("“{value}”不是日期，请写成 2026-11-24 的样式").format(value=value))


def _yes_no(value: str, _column: Column) -> bool:
    answers = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}
    if value.lower() not in answers:
        raise CellFault(_("不能填“{value}”，应为是或否").format(value=value))
    return answers[value.lower()]


def _list(value: str, column: Column) -> list[str]:
    signs = re.compile(f"[{re.escape(column.separators)}]")
    parts = [part.strip() for part in signs.split(value) if part.strip()]
    for part in parts:
        if len(part) > column.max:
            raise CellFault(_("“{part}”超过 {most} 字，请删减").format(part=part[:20], most=column.max))
    return list(dict.fromkeys(parts))


def _whole(value: str, _column: Column) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise CellFault(_("“{value}”不是整数").format(value=value))
    return int(value)


def _whole_list(value: str, column: Column) -> list[int]:
    return [_whole(part, column) for part in _list(value, column)]


def _decimal(value: str, column: Column) -> Decimal:
    try:
        number = round(Decimal(value), 6)
    except InvalidOperation:
        raise CellFault(_("“{value}”不是数字").format(value=value)) from None
    if column.low is not None and column.high is not None and not column.low <= number <= column.high:
        words = _("“{value}”不在 {low} 至 {high} 之间，请核对经纬度是否填反")
        raise CellFault(words.format(value=value, low=column.low, high=column.high))
    return number


def _industry(value: str, _column: Column) -> str:
    if industries.name_of(value):
        return value
    likely = industries.nearest(value)
    words = _("“{value}”不在 GB/T 4754-2017").format(value=value)
    if likely:
        words += _("。是否 {code} {name}？").format(code=likely, name=industries.name_of(likely))
    raise CellFault(words, suggestion=likely)


def _uscc(value: str, _column: Column) -> str:
    found = codes.fault_of(value)
    if found:
        raise CellFault(found.words)
    return value


_READERS: dict[str, Callable[[str, Column], object]] = {
    "text": _text,
    "date": _date,
    "yes_no": _yes_no,
    "list": _list,
    "whole": _whole,
    "whole_list": _whole_list,
    "decimal": _decimal,
    "industry": _industry,
    "uscc": _uscc,
}
