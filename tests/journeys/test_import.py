"""Job 5 of the measures of ease: a thousand rows with 37 wrong, mended in place, imported; nothing before 确认导入."""

import re
from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import register_files
from tests.journeys.conftest import City
from tests.journeys.desk import Office
from tests.journeys.ease.driver import within_budget

pytestmark = pytest.mark.journey

COUNT = "SELECT count(*) FROM registers_inspectiontarget WHERE name LIKE '湖里示例便利店%'"


def _in_register(city: City) -> int:
    with psycopg.connect(city.superuser_url()) as connection:
        row = connection.execute(COUNT).fetchone()
    assert row is not None
    return int(row[0])


def _mend_all(page: Page) -> int:
    """Type the right value beside each wrong cell, as the officer does with the licences at hand."""
    inputs = page.locator("input[name^='cell-']")
    for place in range(inputs.count()):
        name = inputs.nth(place).get_attribute("name") or ""
        _cell, row, column = name.split("-", 2)
        inputs.nth(place).fill(register_files.right_value(int(row), column))
    return inputs.count()


def test_a_file_with_wrong_rows_is_mended_and_imported(
    city: City, browser: Browser, picture: Callable[[Page, str], None]
) -> None:
    office = Office(browser=browser, url=city.url)
    page = office.of("chen")
    driver = office.drivers["chen"]
    page.goto("/registers/imports?kind=targets")
    file = {"name": "湖里便利店名录.csv", "mimeType": "text/csv", "buffer": register_files.content()}
    with driver.job() as cost:
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]  # playwright's own dictionary
        page.get_by_role("button", name="上传并试运行").click()
        with driver.waiting():
            expect(page.locator("main")).to_contain_text(
                "还有 37 行有误，先改或从文件中剔除。有误为 0 时才能确认导入。"
            )
        expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
        picture(page, "import-wrong")
        assert _in_register(city) == 0

        driver.read(page.locator(".import-words"))
        assert _mend_all(page) == register_files.WRONG
        page.get_by_role("button", name="保存修改并重新试运行").click()
        with driver.waiting():
            expect(page.locator("main")).to_contain_text("将新增 1,000")
        picture(page, "import-checked")
        assert _in_register(city) == 0

        page.get_by_role("button", name="确认导入…").click()
        page.locator("dialog[open]").get_by_role("button", name="确认导入").click()
        with driver.waiting():
            expect(page.locator(".page-title")).to_contain_text("已导入", timeout=60_000)
        picture(page, "import-done")
        assert _in_register(city) == register_files.ROWS
    within_budget("import_file", cost)

    page.goto("/inbox?box=notices")
    expect(page.locator("body")).to_contain_text(re.compile("已导入：检查对象名录库，新增 1,?000、更新 0"))
    office.close()
