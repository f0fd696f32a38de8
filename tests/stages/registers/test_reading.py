"""A file is read by its content; what cannot be read says so in one sentence with the remedy."""

import io
import zipfile
from datetime import date

import pytest

from onevisit.stages.registers.imports import reading
from tests.stages.registers import files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_offices_use(encoding: str) -> None:
    content = files.csv_bytes({"名称": "厦门㐂安加油站", "地址": "湖里"}, encoding=encoding)

    table = reading.read(content=content, file_name="名录.csv")

    assert table.headings == ("名称", "地址")
    assert table.rows == ((2, ("厦门㐂安加油站", "湖里")),)


def test_another_encoding_is_refused_with_the_words_of_the_screens() -> None:
    content = "名称\n厦门".encode("utf-16")

    with pytest.raises(reading.UnreadableFile) as refusal:
        reading.read(content=content, file_name="名录.csv")

    assert refusal.value.message == (
        "文件编码不是 UTF-8 或 GB18030，没有导入任何一行。请在表格软件中另存为“CSV UTF-8”后重传。"
    )


def test_xlsx_cells_become_the_text_an_officer_would_type() -> None:
    content = files.xlsx_bytes(["名称", "成立日期", "历史试点码", "行业代码"], ["某站", date(2020, 5, 1), True, 5265])

    table = reading.read(content=content, file_name="名录.xlsx")

    assert table.rows == ((2, ("某站", "2020-05-01", "是", "5265")),)


def test_a_cell_that_looks_like_a_formula_stays_text() -> None:
    content = files.csv_bytes({"名称": "=1+1", "地址": "@湖里", "备注": "-3", "电话": "+86"})

    table = reading.read(content=content, file_name="名录.csv")

    assert table.rows[0][1] == ("=1+1", "@湖里", "-3", "+86")


def test_row_numbers_are_those_of_the_file_when_blank_rows_stand_between() -> None:
    table = reading.read(content="名称\n甲\n\n乙\n".encode(), file_name="x.csv")

    assert [number for number, _cells in table.rows] == [2, 4]


def test_an_empty_file_asks_for_the_template() -> None:
    with pytest.raises(reading.UnreadableFile, match="没有数据行"):
        reading.read(content="名称,地址\n".encode(), file_name="x.csv")


def test_an_old_or_encrypted_workbook_is_named() -> None:
    with pytest.raises(reading.UnreadableFile, match="旧版 XLS 或加密"):
        reading.read(content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, file_name="x.xls")


def test_a_broken_workbook_is_named() -> None:
    with pytest.raises(reading.UnreadableFile, match="已损坏"):
        reading.read(content=b"PK\x03\x04broken", file_name="x.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 100_000)
    monkeypatch.setattr(reading, "MOST_UNPACKED_BYTES", 50_000)

    with pytest.raises(reading.UnreadableFile, match="展开后过大"):
        reading.read(content=packed.getvalue(), file_name="x.xlsx")


def test_a_file_over_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 1)

    with pytest.raises(reading.UnreadableFile, match="超过 1 行"):
        reading.read(content="名称\n甲\n乙\n".encode(), file_name="x.csv")
