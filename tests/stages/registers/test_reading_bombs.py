"""Files made to fill the memory are refused in one sentence, and refusing them takes little of it."""

import io
import struct
import tracemalloc
import zipfile

import pytest

from onevisit.stages.registers.imports import reading

MEGABYTE = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"


def _packed(name: str, size: int) -> bytes:
    """Pack zeros: a thousandth of their size in the file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=False) as part:
        for _piece in range(size // MEGABYTE):
            part.write(b"0" * MEGABYTE)
    return out.getvalue()


def _understated(content: bytes) -> bytes:
    """Let the archive say that its part is one byte long."""
    directory = content.index(b"PK\x01\x02")
    return content[: directory + 24] + struct.pack("<I", 1) + content[directory + 28 :]


@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "anything.bin"])
@pytest.mark.parametrize("is_understated", [False, True])
def test_a_workbook_that_unpacks_to_too_much_is_refused_in_little_memory(
    name: str, is_understated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED_BYTES", 60 * MEGABYTE)
    content = _packed(name, 200 * MEGABYTE)
    content = _understated(content) if is_understated else content

    tracemalloc.start()
    with pytest.raises(reading.UnreadableFile, match="展开后过大，没有导入任何一行。请删去多余的行列"):
        reading.read(content=content, file_name="x.xlsx")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 16 * MEGABYTE


def test_one_cell_at_the_far_corner_does_not_lay_out_the_whole_sheet() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SHEET, sheet)

    with pytest.raises(reading.UnreadableFile, match="展开后过大"):
        reading.read(content=out.getvalue(), file_name="x.xlsx")


def test_a_file_above_the_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)

    with pytest.raises(reading.UnreadableFile, match="没有导入任何一行。请按区拆分后分次导入"):
        reading.read(content=b"0" * 11, file_name="x.csv")
