"""Job 8: an all-clear visit of 40 items, two officers, signatures, in flight mode from the list to the submission."""

import pytest
from playwright.sync_api import expect

from tests.journeys.ease.conftest import MeasuredPhone, go_into_the_field
from tests.journeys.ease.driver import within_budget
from tests.journeys.field_phone import COLLEAGUE_CERTIFICATE, SLOW_MS

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("field")]

ITEMS = 40
SEEN = "各柜台和库房逐一看过，未见异常"


def enter(phone: MeasuredPhone) -> None:
    """The dearest way in: the colleague has no phone along, so the certificate's number is typed."""
    page, driver = phone.page, phone.driver
    page.get_by_role("link", name="湖里某某加油站").first.click()
    page.locator("fieldset legend").first.wait_for()
    driver.read(page.locator("fieldset legend"))
    page.get_by_role("button", name="无", exact=True).click()
    page.get_by_role("link", name="去入场亮码").click()
    page.get_by_role("button", name="已请当事人核验").click()
    page.get_by_role("button", name="同事确认").click()
    page.get_by_role("button", name="同事填写执法证号").click()
    page.get_by_label("执法证号").click()
    page.keyboard.type(COLLEAGUE_CERTIFICATE)
    page.get_by_role("button", name="确认到场").click()
    page.get_by_role("button", name="朗读文").click()
    page.locator(".speech").first.wait_for()
    driver.read(page.locator(".speech"))
    page.get_by_role("button", name="已向当事人告知").click()
    page.get_by_role("button", name="开始检查").click()
    page.wait_for_url("**/checklist**")


# The row of the index names the item that the page is to show.
ITEM_SHOWN = """(row) => {
  const title = document.querySelector(".item h2 .number")?.nextSibling?.textContent.trim();
  return Boolean(title) && row.split("·")[0].trim() === title;
}"""
# The app moves on by itself after an all-clear, however long it takes to keep the answer.
MOVED_ON = f"(row) => !({ITEM_SHOWN})(row)"


def answer_priority_items(phone: MeasuredPhone) -> int:
    """Every priority item by itself, after its words were read; the index leads from one to the next."""
    page, driver = phone.page, phone.driver
    answered = 0
    page.get_by_role("button", name="目录").click()
    rows = page.locator(".sheet [data-priority=true]")
    rows.first.wait_for()
    total = rows.count()
    for number in range(total):
        if number:
            page.get_by_role("button", name="目录").click()
        wanted = rows.nth(number).inner_text()
        rows.nth(number).click()
        page.wait_for_function(ITEM_SHOWN, arg=wanted, timeout=SLOW_MS)
        driver.read(page.locator(".item h2"), page.locator(".item .how"))
        page.locator("[data-answer=ok]").click()
        answered += 1
        with driver.waiting():
            page.wait_for_function(MOVED_ON, arg=wanted, timeout=SLOW_MS)
    return answered


def batch_the_rest(phone: MeasuredPhone) -> None:
    page, driver = phone.page, phone.driver
    page.get_by_role("button", name="全选无").click()
    page.locator(".batch .list li").first.wait_for()
    driver.read(page.locator(".batch .list li"))
    page.locator(".batch .list").evaluate("(list) => list.scrollTo(0, list.scrollHeight)")
    note = page.locator(".batch textarea")
    expect(note).to_be_enabled()
    note.click()
    page.keyboard.insert_text(SEEN)
    page.get_by_role("button", name="记为未发现问题").click()


def sign(phone: MeasuredPhone) -> None:
    page, driver = phone.page, phone.driver
    page.get_by_role("button", name="目录").click()
    page.locator(".sheet").get_by_role("link", name="核对并提交").click()
    words = page.locator("section.card", has_text="读给当事人").locator("p")
    words.first.wait_for()
    driver.read(words)
    page.locator("[data-opinion-none]").click()
    page.locator("[data-sign-party]").click()
    phone.draw_signature()
    for _ in range(2):
        page.locator("[data-sign-officer]").first.click()
        phone.draw_signature()
    phone.submit()


def test_all_clear_visit(measured: MeasuredPhone) -> None:
    measured.server.tell(measured.context, "long", {"items": ITEMS})
    go_into_the_field(measured)

    with measured.driver.job() as cost:
        enter(measured)
        priority = answer_priority_items(measured)
        batch_the_rest(measured)
        sign(measured)

    expect(measured.submit_state()).to_have_attribute("data-submit-state", "local")
    assert cost.drags == 3
    within_budget("all_clear_visit", cost)
    measured.go_online()
    expect(measured.submit_state()).to_have_attribute("data-submit-state", "delivered", timeout=60_000)
    answers = [
        row["payload"] for row in measured.server.see(measured.context)["submissions"] if row["kind"] == "answer"
    ]
    assert len(answers) == ITEMS
    assert priority == 8
    assert sum(answer["is_batch"] for answer in answers) == ITEMS - priority
