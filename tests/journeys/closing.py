"""Step 6 of the path: review, order, correction, closure, publication and credit."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.desk import DEPARTMENTS, Office, confirm, follow, press

DEMAND = "补齐本月购销存台账"


def order_correction(office: Office, *, due: datetime) -> str:
    """The department orders the problem to be corrected, on the review page. Returns the problem's path."""
    page = office.of("lin")
    page.goto("/findings/")
    follow(page.locator("main tbody a").first)
    finding = re.sub(r"^https?://[^/]+", "", page.url)
    page.get_by_role("button", name="责令改正").first.click()
    box = page.locator("dialog[open]")
    box.locator("[name=demand]").fill(DEMAND)
    box.locator("[name=due_on]").fill(f"{due:%Y-%m-%d}")
    box.locator("[name=public_words]").fill("购销存台账不完整")
    with page.expect_navigation():
        box.get_by_role("button", name="责令改正").click()
    expect(page.locator("main")).to_contain_text("整改中")
    return finding


def review_results(office: Office, *, departments: Sequence[str] = DEPARTMENTS) -> None:
    """Each department's head passes the department's own result; the next one opens by itself."""
    for who in departments:
        page = office.of(f"{who}-head")
        page.goto("/findings/review")
        follow(page.locator("main tbody a").first)
        press(page, "审核通过")
        expect(page.locator("body")).to_contain_text("审核通过")


def correct_and_close(office: Office, finding: str, *, at: datetime) -> None:
    """Proof comes in, and the problem is closed on it."""
    office.set_clock(at)
    page = office.of("lin")
    page.goto(finding)
    assert page.get_by_role("button", name="销号").count() == 0, "closing without proof must be impossible"
    page.get_by_role("button", name="登记整改材料").first.click()
    box = page.locator("dialog[open]")
    box.locator("[name=words]").fill("台账已补齐，附照片。")
    with page.expect_navigation():
        box.get_by_role("button", name="登记").click()
    expect(page.locator("main")).to_contain_text("待复查")
    page.get_by_role("button", name="销号").first.click()
    box = page.locator("dialog[open]")
    box.locator("[name=words]").fill("现场复查，台账齐全。")
    with page.expect_navigation():
        box.get_by_role("button", name="销号").click()
    expect(page.locator("main")).to_contain_text("已销号")


__all__ = ["confirm", "correct_and_close", "order_correction", "review_results", "timedelta"]
