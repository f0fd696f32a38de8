"""Job 9: one problem with its kind, clause, words and photo; the median tap is on the phone within 50 ms."""

import pytest
from playwright.sync_api import expect

from tests.journeys.ease.conftest import MeasuredPhone, go_into_the_field
from tests.journeys.ease.driver import within_budget
from tests.journeys.field_phone import SLOW_MS

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("field")]

# The time from the tap to the end of the transaction that keeps what was tapped, as the browser itself measures it.
WATCH = """() => {
  window.__saves = [];
  let tapped = null;
  addEventListener("pointerup", () => (tapped = performance.now()), true);
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    const since = tapped;
    if (since !== null && this.name === "drafts") {
      this.transaction.addEventListener("complete", () => window.__saves.push(performance.now() - since));
      tapped = null;
    }
    return put.apply(this, given);
  };
}"""


def test_one_problem(measured: MeasuredPhone) -> None:
    go_into_the_field(measured)
    measured.enter()
    page, driver = measured.page, measured.driver
    page.evaluate(WATCH)

    with driver.job() as cost:
        driver.read(page.locator(".item h2"), page.locator(".item .how"))
        page.locator("[data-answer=problem]").click()
        page.get_by_role("button", name="责令限期改正").click()
        page.get_by_role("button", name="现场未见相关台账").click()
        page.locator("[data-clause]").select_option(index=1)
        page.get_by_role("link", name="拍照").click()
        shutter = page.get_by_role("button", name="快门")
        with driver.waiting():
            expect(shutter).to_have_attribute("aria-disabled", "false", timeout=SLOW_MS)
        shutter.click()
        expect(page.get_by_text("已拍 1")).to_be_visible()
        page.get_by_role("link", name="返回").click()
        expect(page.locator("[data-saved]")).to_contain_text("已存本机")

    saves = sorted(page.evaluate("window.__saves"))
    assert len(saves) >= 3
    within_budget("one_problem", cost, save_seconds=saves[len(saves) // 2] / 1000)
    measured.go_online()
    expect(measured.net()).to_have_attribute("data-state", "ok", timeout=60_000)
    state = measured.server.see(measured.context)
    problem = next(row["payload"] for row in state["submissions"] if row["kind"] == "answer")
    assert (problem["answer"], len(problem["files"])) == ("problem", 1)
    assert "依据" in problem["note"]
