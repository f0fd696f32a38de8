"""Every cell is checked against its template; each fault names row, column, value and remedy."""

import pytest

from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.imports.reading import UnreadableFile
from tests.stages.registers import files


def sheet_of(*rows: dict[str, str], **more: object) -> Sheet:
    kind = kinds()["targets"]
    return kind.sheet(content=files.csv_bytes(*rows), file_name="名录.csv", **more)  # type: ignore[arg-type]


def test_a_wrong_check_digit_names_row_column_place_and_remedy() -> None:
    sheet = sheet_of(files.TARGET, {**files.TARGET, "统一社会信用代码": "91350200XMDM00012X"})

    assert sheet.faults[0].sentence == (
        "第 3 行“统一社会信用代码”第 18 位校验不符，应为 9，现为 X。请核对执照后修改；属历史试点码的，可保留并注明。"
    )
    assert sheet.faults[0].value == "91350200XMDM00012X"
    assert len(sheet.rows) == 1


def test_a_historical_trial_code_warns_and_never_fails() -> None:
    sheet = sheet_of({**files.TARGET, "统一社会信用代码": files.TRIAL})

    assert sheet.faults == []
    assert sheet.rows[0].values["uscc"] == files.TRIAL
    assert "历史试点码" in sheet.notices[0].words


def test_a_code_declared_historical_is_kept() -> None:
    sheet = sheet_of({**files.TARGET, "统一社会信用代码": "91350200XMDM00012X", "历史试点码": "是"})

    assert sheet.faults == []


def test_an_unknown_industry_offers_the_likely_one() -> None:
    sheet = sheet_of({**files.TARGET, "行业代码": "5256"})

    assert "不在 GB/T 4754-2017" in sheet.faults[0].words
    assert sheet.faults[0].suggestion == "5265"


@pytest.mark.parametrize(
    ("title", "value", "words"),
    [
        ("名称", "", "不能为空，请填写。"),
        ("信用风险分类", "E", "不能填“E”，应为：A、B、C、D、未分类。"),
        ("区划代码", "3502", "不能填“3502”，应为六位数字，如 350203。"),
    ],
)
def test_each_kind_of_column_says_what_it_takes(title: str, value: str, words: str) -> None:
    sheet = sheet_of({**files.TARGET, title: value})

    assert [(fault.title, fault.words) for fault in sheet.faults] == [(title, words)]


def test_swapped_coordinates_are_noticed() -> None:
    sheet = sheet_of({**files.TARGET, "纬度": "118.1", "经度": "24.5"})

    assert all("请核对经纬度是否填反" in fault.words for fault in sheet.faults)


def test_headings_that_differ_from_the_template_import_nothing_and_say_which() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        sheet_of({"名称": "某站", "住址": "湖里"})

    assert "缺少列：区划代码、地址、行业代码" in refusal.value.message
    assert "模板中没有的列：住址" in refusal.value.message
    assert "没有导入任何一行" in refusal.value.message


def test_a_correction_in_place_replaces_the_cell_and_a_dropped_row_is_left_out() -> None:
    wrong = {**files.TARGET, "统一社会信用代码": "91350200XMDM00012X"}
    sheet = sheet_of(wrong, {**wrong, "名称": ""}, corrections={"2": {"uscc": files.GOOD}}, dropped=(3,))

    assert sheet.faults == []
    assert [row.values["uscc"] for row in sheet.rows] == [files.GOOD]
    assert sheet.rows_count == 1


def test_a_contact_never_stands_in_the_list_of_faults() -> None:
    sheet = sheet_of({**files.TARGET, "联系电话": "1" * 50})

    assert sheet.faults[0].value == ""
