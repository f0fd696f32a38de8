"""Files of tables for people: CSV and XLSX, in which no cell is ever a formula."""

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from openpyxl import Workbook  # type: ignore[attr-defined]  # the package ships no types
from openpyxl.cell import WriteOnlyCell  # type: ignore[attr-defined]  # the package ships no types
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# Cells that begin so would be run as formulas by table programs.
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_FIGURE = re.compile(r"-|-?[\d,.]+")
# What one worksheet holds, its heading included.
MOST_ROWS = 1_048_576
Value = str | int


class Sheet(Protocol):
    """A file that takes row after row and is whole when it is left without an error."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def write(self, cells: Sequence[Value]) -> None: ...


class CsvSheet:
    """A CSV that spreadsheets open in the right encoding."""

    def __init__(self, path: Path, _title: str) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, cells: Sequence[Value]) -> None:
        self._writer.writerow([text_cell(cell) for cell in cells])


class XlsxSheet:
    """A workbook with one sheet, written row by row: text stays text, whole numbers are numbers."""

    def __init__(self, path: Path, title: str) -> None:
        self._path = path
        self._book: Any = Workbook(write_only=True)  # type: ignore[no-untyped-call]
        self._sheet: Any = self._book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])  # type: ignore[no-untyped-call]
        self._sheet.freeze_panes = "A2"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._book.save(self._path)

    def write(self, cells: Sequence[Value]) -> None:
        self._sheet.append([cell if isinstance(cell, int) else self._text(cell) for cell in cells])

    def _text(self, text: str) -> Any:
        cell: Any = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("", text))  # type: ignore[no-untyped-call]
        cell.data_type = "s"  # else the program would take what begins with = for a formula
        return cell


FORMATS: dict[str, Callable[[Path, str], Sheet]] = {"csv": CsvSheet, "xlsx": XlsxSheet}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def text_cell(value: Value) -> str:
    """Return one cell as a table program may safely read it from a CSV."""
    text = f"{value:,}" if isinstance(value, int) else value
    return f"'{text}" if _FORMULA.match(text) and not _FIGURE.fullmatch(text) else text
