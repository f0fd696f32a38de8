"""Every screen of the field app at 390 x 844: axe clean, within a thumb's reach, no sideways scroll, no errors."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.field_phone import (
    AFTER_THE_GUARD,
    INSPECTION,
    SLOW_MS,
    VISIT,
    MockServer,
    Phone,
    at_rest,
    new_phone,
    running_mock,
)

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("field")]

PICTURES = os.environ.get("ONEVISIT_FIELD_PICTURES")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TOUCH_PX = 48

SMALL_TARGETS = """(least) => [...document.querySelectorAll("a[href], button, input, select, textarea, label.button")]
  .filter((one) => one.offsetParent !== null && !one.closest("[inert]") && !one.classList.contains("visually-hidden"))
  .map((one) => [one.textContent.trim() || one.getAttribute("aria-label") || one.tagName, one.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
  .map(([name, box]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with running_mock() as mock:
        yield mock


@pytest.fixture
def phone(browser: Browser, server: MockServer) -> Iterator[Phone]:
    context = new_phone(browser)
    server.tell(context, "reset")
    phone = Phone(context, server)
    complaints: list[str] = []
    phone.page.on("console", lambda entry: complaints.append(entry.text) if entry.type == "error" else None)
    yield phone
    context.close()
    assert phone.errors == []
    assert [text for text in complaints if not _is_told_refusal(text)] == []


def test_every_screen_is_accessible(phone: Phone) -> None:
    page = phone.page
    phone.open("/unlock")
    expect(page.get_by_role("link", name="去登录")).to_be_visible(timeout=SLOW_MS)
    look(page, "unlock-first")
    phone.enrol("lin")
    look(page, "today")
    phone.open(f"/visits/{VISIT}")
    phone.unlock()
    look(page, "briefing")
    page.get_by_text("全部依据（3 条）").click()
    expect(page.get_by_text("《计量法》第九条")).to_be_visible()
    look(page, "briefing-basis")
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="湖里某某加油站").first.click()
    page.get_by_role("button", name="有，申请回避").click()
    page.get_by_role("button", name="无", exact=True).click()
    page.get_by_role("link", name="去入场亮码").click()
    expect(page.get_by_text("距登记地")).to_be_visible(timeout=SLOW_MS)
    look(page, "entry")
    page.get_by_role("button", name="朗读文").click()
    look(page, "entry-speech")
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("link", name="无法检查").click()
    look(page, "unable")
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="返回").click()
    look_at_checklist(phone)
    look_at_the_end(phone)


def look_at_checklist(phone: Phone) -> None:
    page = phone.page
    phone.enter()
    look(page, "item")
    phone.answer("problem")
    look(page, "item-problem")
    page.get_by_role("button", name="下一项").click()
    page.get_by_role("button", name="未查").click()
    look(page, "item-skip")
    page.get_by_role("button", name="目录").click()
    look(page, "index")
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="全选无").click()
    look(page, "batch")
    page.get_by_role("button", name="关闭").click()
    phone.open(f"/visits/{VISIT}/evidence/00000000-0000-4000-8000-000000000111")
    phone.unlock()
    page.get_by_role("button", name="快门").click()
    expect(page.get_by_text("已拍 1")).to_be_visible(timeout=SLOW_MS)
    look(page, "evidence")
    page.get_by_role("button", name="查看第 1 张").click()
    look(page, "photo")
    page.get_by_role("button", name="关闭").click()


def look_at_the_end(phone: Phone) -> None:
    page = phone.page
    phone.open(f"/visits/{VISIT}/sign")
    phone.unlock()
    page.get_by_role("button", name="有异议").click()
    page.get_by_role("button", name="拒绝签名").click()
    look(page, "sign")
    page.locator("[data-sign-officer]").first.click()
    look(page, "signature-pad")
    page.get_by_role("button", name="关闭").click()
    phone.open("/outbox")
    phone.unlock()
    page.get_by_role("button", name="逐项查看").click()
    look(page, "outbox")
    page.get_by_role("link", name="检查", exact=True).click()
    look(page, "inspect")
    page.get_by_role("link", name="我的").click()
    look(page, "mine")
    page.get_by_role("button", name="修改 PIN").click()
    look(page, "mine-pin")
    page.get_by_role("switch", name="大字模式").click()
    look(page, "mine-large")
    page.get_by_role("link", name="今日").click()
    look(page, "today-large")
    page.get_by_role("link", name="我的").click()
    page.get_by_role("switch", name="大字模式").click()
    page.get_by_role("switch", name="强光模式").click()
    page.get_by_role("link", name="今日").click()
    look(page, "today-bright")
    phone.go_offline()
    expect(phone.net()).to_contain_text("离线")
    look(page, "today-offline")
    page.get_by_role("link", name="我的").click()
    page.get_by_role("button", name="锁定").click()
    look(page, "unlock-pin")


def test_a_conflict_and_a_refusal_are_accessible(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    phone.go_offline()
    phone.answer("ok")
    item = "00000000-0000-4000-8000-000000000101"
    held = {"inspection": INSPECTION, "item_id": item, "recorded_at": "2026-11-24T02:12:00+00:00", "version": 1}
    phone.server.tell(
        phone.context, "answer", {**held, "officer_id": "zhou", "answer": "problem", "note": "门牌已更换"}
    )
    refusal = {"code": "item_unknown", "message": "这一项已从检查表移出。", "fix": "重试"}
    phone.server.tell(phone.context, "trouble", {"refuse": {"opinion": refusal}})
    phone.page.get_by_role("button", name="目录").click()
    phone.page.locator(".sheet").get_by_role("link", name="核对并提交").click()
    phone.page.locator("[data-opinion-none]").click()
    phone.go_online()
    expect(phone.net()).to_have_attribute("data-state", "help", timeout=SLOW_MS)

    phone.page.get_by_role("link", name="返回").click()
    phone.page.get_by_role("link", name="另有一份记录，待选定").click()
    expect(phone.page.locator("[data-conflict]")).to_be_visible()
    look(phone.page, "conflict")
    phone.open("/outbox")
    phone.unlock()
    expect(phone.page.get_by_text("这一项已从检查表移出。")).to_be_visible()
    look(phone.page, "outbox-help")
    phone.page.get_by_role("button", name="求助", exact=True).click()
    look(phone.page, "outbox-ask")


def test_a_checklist_is_filled_by_keyboard_alone(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    page = phone.page

    page.keyboard.press("1")
    expect(page.locator(".item h2")).to_contain_text("实际经营地址")
    page.evaluate(AFTER_THE_GUARD)
    page.keyboard.press("3")
    expect(page.locator(".item h2")).to_contain_text("油品质量")
    page.keyboard.press("ArrowLeft")

    expect(page.locator("[data-answer=not_applicable]")).to_have_attribute("aria-pressed", "true")


def look(page: Page, name: str) -> None:
    """Judge the screen as it stands, and photograph it when pictures are wanted."""
    at_rest(page)
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))
    findings = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in findings] == [], name
    assert page.evaluate(SMALL_TARGETS, TOUCH_PX) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def _is_told_refusal(text: str) -> bool:
    """The browser reports every 4xx and every lost way; the app answers them with words."""
    return "Failed to load resource" in text
