"""Read a CSV (UTF-8, GB18030) or XLSX file into rows of text, within limits; a cell is never a formula."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

FORMULA_SIGNS = ("=", "+", "-", "@")
MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 600_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 4_000
MOST_UNPACKED_BYTES = 600 * 1024 * 1024
MOST_CELLS = 12_000_000
_CHUNK = 1024 * 1024
# Where a cell says that it stands: one cell at the far corner makes a reader lay out the whole sheet in memory.
_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")


class UnreadableFile(Exception):
    """The file as a whole cannot be read; nothing of it was imported."""

    code = "import_file"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Table:
    """The headings of a file and its rows, each with its number as the officer sees it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read(*, content: bytes, file_name: str) -> Table:
    """Read a file by its content, whatever its name says.

    Raises:
        UnreadableFile: encoding, format or size; the message says what to do.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            _("文件超过 {most} MB，没有导入任何一行。请按区拆分后分次导入。").format(most=MOST_BYTES // 1024 // 1024)
        )
    if content[:4] == b"PK\x03\x04":
        lines = _sheet_lines(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UnreadableFile(
            _("这是旧版 XLS 或加密的表格，没有导入任何一行。请另存为未加密的 XLSX 或“CSV UTF-8”后重传。")
        )
    else:
        lines = _text_lines(content)
    return _table(lines, file_name=file_name)


def _text_lines(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    text = _decoded(content)
    if "\x00" in text:
        raise UnreadableFile(_("文件不是文本表格，没有导入任何一行。请在表格软件中另存为“CSV UTF-8”后重传。"))
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        words = _("第 {line} 行引号不成对，没有导入任何一行。请在表格软件中重新保存后重传。")
        raise UnreadableFile(words.format(line=reader.line_num)) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return codecs.decode(content, encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(_("文件编码不是 UTF-8 或 GB18030，没有导入任何一行。请在表格软件中另存为“CSV UTF-8”后重传。"))


def _sheet_lines(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive, content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (zipfile.BadZipFile, zlib.error, CalamineError) as error:
        raise UnreadableFile(_("表格文件已损坏，没有导入任何一行。请重新保存为 XLSX 后重传。")) from error
    first_row = (sheet.start or (0, 0))[0] + 1
    for offset, cells in enumerate(sheet.iter_rows()):
        yield first_row + offset, [_cell(value) for value in cells]


def _check_size(archive: zipfile.ZipFile, content: bytes) -> None:
    """Refuse a workbook that would take too much memory, by unpacking it piece by piece and keeping none.

    What the archive says of its sizes is not believed.
    """
    unpacked = 0
    for entry in archive.infolist():
        columns: set[bytes] = set()
        rows: set[bytes] = set()
        tail = b""
        for piece in _pieces(content, entry):
            unpacked += len(piece)
            if unpacked > MOST_UNPACKED_BYTES:
                raise UnreadableFile(_too_large())
            if entry.filename.startswith("xl/worksheets/"):
                found = _PLACE.findall(tail + piece)
                columns.update(column for column, _row in found)
                rows.update(row for _column, row in found)
                tail = piece[-20:]
        if _area(columns, rows) > MOST_CELLS:
            raise UnreadableFile(_too_large())


def _pieces(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one part of an archive in pieces, to the true end of what was packed."""
    names = entry.header_offset + 26
    start = names + 4 + int.from_bytes(content[names : names + 2], "little")
    start += int.from_bytes(content[names + 2 : names + 4], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflating.eof:
        piece = inflating.decompress(packed, _CHUNK)
        if not piece:
            return
        yield piece
        packed = inflating.unconsumed_tail


def _too_large() -> str:
    return _("表格展开后过大，没有导入任何一行。请删去多余的行列，或拆分后分次导入。")


def _area(columns: set[bytes], rows: set[bytes]) -> int:
    """Return how many cells the rectangle has that holds every cell."""
    if not rows:
        return 0
    widest = max(_place_of(column) for column in columns)
    return widest * max(int(row) for row in rows)


def _place_of(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def _cell(value: object) -> str:
    """Turn a typed cell into the text an officer would have typed."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _table(lines: Iterator[tuple[int, Sequence[str]]], *, file_name: str) -> Table:
    headings: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in lines:
        clean = tuple(_plain(cell) for cell in cells)
        if not any(clean):
            continue
        if not headings:
            headings = _checked_headings(clean)
            continue
        _check_row(number, clean)
        rows.append((number, clean))
        if len(rows) > MOST_ROWS:
            words = _("文件超过 {most} 行，没有导入任何一行。请按区拆分后分次导入。")
            raise UnreadableFile(words.format(most=f"{MOST_ROWS:,}"))
    if not headings or not rows:
        raise UnreadableFile(_("“{file}”没有数据行，没有导入任何一行。请下载模板，填写后重传。").format(file=file_name))
    return Table(headings=headings, rows=tuple(rows))


def _plain(cell: str) -> str:
    """Strip blanks, and the mark that our own downloads set before a cell that looks like a formula."""
    text = cell.strip().strip("\u3000\ufeff")
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_SIGNS else text


def _checked_headings(cells: tuple[str, ...]) -> tuple[str, ...]:
    if len(cells) > MOST_COLUMNS:
        words = _("文件有 {count} 列，超过 {most} 列，没有导入任何一行。请按模板整理后重传。")
        raise UnreadableFile(words.format(count=len(cells), most=MOST_COLUMNS))
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _check_row(number: int, cells: tuple[str, ...]) -> None:
    for place, cell in enumerate(cells, start=1):
        if len(cell) > MOST_CHARACTERS:
            words = _("第 {row} 行第 {place} 列超过 {most} 字，没有导入任何一行。请删减后重传。")
            raise UnreadableFile(words.format(row=number, place=place, most=MOST_CHARACTERS))
