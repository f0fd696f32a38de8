"""Files that leave the import: the empty template and the wrong rows with their reasons."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports import matching
from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.imports.reading import FORMULA_SIGNS, Table, UnreadableFile, read
from onevisit.stages.registers.models import ImportRun

ROW_TITLE = "行号"
REASON_TITLE = "问题与改法"
_ROW_NUMBER = re.compile(r"[0-9]{1,9}")


def safe(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell[:1] in FORMULA_SIGNS else cell


def csv_bytes(*, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a CSV that spreadsheets open in the right encoding."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def template_csv(kind: str) -> bytes:
    """Return the empty file of a kind: required headings carry a star."""
    template = kinds()[kind].template
    headings = [column.title + "*" * column.required for column in template.columns]
    return csv_bytes(headings=[*headings, matching.version_title(template)], rows=())


def wrong_rows_csv(run: ImportRun) -> bytes:
    """Return the wrong rows of a file as they were sent, with their number and what to mend."""
    table = read(content=bytes(run.content), file_name=run.file_name)
    reasons: dict[int, list[str]] = {}
    for fault in run.errors:
        words = _("“{title}”{words}").format(title=fault["title"], words=fault["words"])
        reasons.setdefault(int(fault["row"]), []).append(words)
    headings, places = _sent_columns(run, table)
    rows = [
        [str(number), *(cells[place] if place < len(cells) else "" for place in places), "；".join(reasons[number])]
        for number, cells in table.rows
        if number in reasons
    ]
    return csv_bytes(headings=[ROW_TITLE, *headings, REASON_TITLE], rows=rows)


def _sent_columns(run: ImportRun, table: Table) -> tuple[list[str], list[int]]:
    """Return the headings and places that go out: where columns were matched by hand, under our titles."""
    if not run.columns:
        return list(table.headings), list(range(len(table.headings)))
    template = kinds()[run.kind].template
    matched = sorted(run.columns.items(), key=lambda pair: pair[1])
    return [template.column(key).title for key, _place in matched], [place for _key, place in matched]


def mended_cells(*, run: ImportRun, content: bytes, file_name: str) -> dict[int, dict[str, str]]:
    """Read mended wrong rows back: row number -> column key -> text, for the columns that the template knows.

    Raises:
        UnreadableFile: the file is not one that `wrong_rows_csv` made.
    """
    table = read(content=content, file_name=file_name)
    if ROW_TITLE not in table.headings:
        raise UnreadableFile(_("文件中没有“行号”列。请上传“下载有误行”得到的文件，改好后保留行号。"))
    keys = {column.title: column.key for column in kinds()[run.kind].template.columns}
    place = table.headings.index(ROW_TITLE)
    answer: dict[int, dict[str, str]] = {}
    for _number, cells in table.rows:
        if place < len(cells) and _ROW_NUMBER.fullmatch(cells[place]):
            answer[int(cells[place])] = {
                keys[title.rstrip("*")]: cells[spot] if spot < len(cells) else ""
                for spot, title in enumerate(table.headings)
                if title.rstrip("*") in keys
            }
    return answer
