"""The field app in flight mode, on a broken way, with a colleague: a real browser against the mock of its server."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.journeys.field_phone import INSPECTION, SLOW_MS, VISIT, MockServer, Phone, new_phone, running_mock

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("field")]

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARKET_ITEM = "00000000-0000-4000-8000-000000000101"
ANSWER_KEYS = {"officer_id": "00000000-0000-4000-8000-000000000003", "note": "门牌已更换", "answer": "problem"}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with running_mock() as mock:
        yield mock


@pytest.fixture
def phone(browser: Browser, server: MockServer) -> Iterator[Phone]:
    context = new_phone(browser)
    server.tell(context, "reset")
    phone = Phone(context, server)
    yield phone
    context.close()
    assert phone.errors == []


def kinds(state: dict[str, Any]) -> list[str]:
    return [row["kind"] for row in state["submissions"]]


def test_a_whole_visit_in_flight_mode_arrives_once_with_its_own_times(phone: Phone) -> None:
    phone.enrol("lin")
    phone.page.reload()
    phone.unlock()
    phone.wait_for_worker()
    phone.go_offline()
    phone.page.reload()
    phone.unlock()
    expect(phone.net()).to_contain_text("离线")

    phone.enter()
    phone.fill_checklist()
    phone.page.get_by_role("link", name="核对并提交").click()
    phone.sign_everything()
    phone.submit()

    expect(phone.submit_state()).to_have_attribute("data-submit-state", "local")
    expect(phone.page.get_by_text("已提交。")).to_have_count(0)
    assert phone.server.see(phone.context)["submissions"] == []

    phone.page.reload()
    phone.unlock()
    expect(phone.submit_state()).to_have_attribute("data-submit-state", "local")
    reconnected_at = phone.page.evaluate("new Date().toISOString()")
    phone.go_online()
    expect(phone.submit_state()).to_have_attribute("data-submit-state", "delivered", timeout=30_000)

    state = phone.server.see(phone.context)
    sent = state["submissions"]
    assert sorted(kinds(state)) == sorted(["entry", *["answer"] * 7, "opinion", *["signature"] * 3, "submit"])
    answered = [row["payload"]["item_id"] for row in sent if row["kind"] == "answer"]
    assert len(set(answered)) == 7
    assert [row["sequence"] for row in sent] == sorted(row["sequence"] for row in sent)
    assert all(_utc(row["recorded_at"]) < reconnected_at for row in sent)
    assert all(row["recorded_at"].endswith("+08:00") and row["place"]["accuracy_m"] == 12 for row in sent)
    assert [file["complete"] for file in state["files"]] == [True] * 4
    assert state["packages"][0]["inspection"]["state"] == "submitted"


def _send_all(phone: Phone) -> None:
    """Press 全部上传; the app tries again by itself, so that nothing may be left to press for."""
    with suppress(PlaywrightTimeout):
        phone.page.get_by_role("button", name="全部上传").click(timeout=3_000)


def test_a_photo_continues_where_it_was_interrupted(phone: Phone, tmp_path: Path) -> None:
    phone.enrol("lin")
    phone.enter()
    picture = _noisy_picture(phone, tmp_path)
    phone.server.tell(phone.context, "trouble", {"cut_after_patches": 3})
    phone.page.get_by_role("link", name="拍照").click()
    phone.page.locator("[data-gallery]").set_input_files(picture)
    expect(phone.page.get_by_text("已拍 1")).to_be_visible()
    expect(phone.net()).to_have_attribute("data-state", "weak", timeout=SLOW_MS)
    held = phone.server.see(phone.context)["files"][0]
    assert 0 < held["held"] < held["size"]
    assert not held["complete"]

    phone.server.tell(phone.context, "trouble", {"cut_after_patches": None})
    phone.page.get_by_role("link", name="返回").click()
    phone.open("/outbox")
    phone.unlock()
    _send_all(phone)
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)

    whole = phone.server.see(phone.context)["files"][0]
    assert whole["complete"]
    assert whole["source"] == "gallery"
    assert sum(length for _, length in whole["patches"]) == whole["size"]


def test_an_answer_lost_on_the_way_makes_no_second_record(phone: Phone) -> None:
    phone.enrol("lin")
    phone.server.tell(phone.context, "trouble", {"drop_answer": 1})

    phone.enter()

    phone.answer("ok")
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    state = phone.server.see(phone.context)
    assert sorted(kinds(state)) == ["answer", "entry"]
    entry = next(row["id"] for row in state["submissions"] if row["kind"] == "entry")
    assert state["log"].count(f"PUT submissions/{entry}") == 2


def test_a_refused_item_steps_aside_and_the_rest_arrives(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    refusal = {"code": "item_unknown", "message": "这一项已从检查表移出。", "fix": "重试"}
    phone.server.tell(phone.context, "trouble", {"refuse": {"answer": refusal}})
    phone.answer("ok")
    phone.page.get_by_role("button", name="目录").click()
    phone.page.locator(".sheet").get_by_role("link", name="核对并提交").click()
    phone.page.locator("[data-opinion-none]").click()
    expect(phone.net()).to_have_attribute("data-state", "help", timeout=SLOW_MS)

    phone.page.get_by_role("link", name="返回").click()
    phone.open("/outbox")
    phone.unlock()
    row = phone.page.locator("[data-state=help]", has_text="这一项已从检查表移出。")
    expect(row).to_be_visible()
    assert sorted(kinds(phone.server.see(phone.context))) == ["entry", "opinion"]
    phone.server.tell(phone.context, "trouble", {"refuse": {}})
    row.get_by_role("button", name="重试").click()
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)

    assert sorted(kinds(phone.server.see(phone.context))) == ["answer", "entry", "opinion"]


@pytest.mark.parametrize(("choice", "expected"), [("mine", ("ok", 2)), ("theirs", ("problem", 2))])
def test_two_answers_to_one_item_wait_for_the_leader(phone: Phone, choice: str, expected: tuple[str, int]) -> None:
    phone.enrol("lin")
    phone.enter()
    phone.go_offline()
    phone.answer("ok")
    held = {"inspection": INSPECTION, "item_id": MARKET_ITEM, "recorded_at": "2026-11-24T02:12:00+00:00", "version": 1}
    phone.server.tell(phone.context, "answer", {**ANSWER_KEYS, **held})
    phone.go_online()
    phone.open(f"/visits/{VISIT}/conflicts")
    phone.unlock()

    conflict = phone.page.locator(f"[data-conflict='{MARKET_ITEM}']")
    expect(conflict).to_contain_text("周 于 10:12 也填了这一项。两份记录都已保留，没有互相覆盖。", timeout=SLOW_MS)
    expect(conflict).to_contain_text("门牌已更换")
    conflict.locator(f"[data-take={choice}]").click()
    expect(conflict).to_have_count(0)
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)

    answers = phone.server.see(phone.context)["packages"][0]["inspection"]["answers"]
    row = next(one for one in answers if one["item_id"] == MARKET_ITEM)
    assert (row["answer"], row["version"]) == expected


def test_two_officers_share_a_phone_and_not_their_records(phone: Phone) -> None:
    phone.enrol("lin")
    _lock(phone)
    phone.enrol("wang", is_first=False)
    _lock(phone)
    phone.go_offline()
    phone.unlock("林")
    phone.enter()
    phone.answer("problem")
    phone.page.get_by_role("button", name="责令限期改正").click()
    phone.page.locator("[data-note]").fill("暗语七七四十九")
    phone.page.locator("[data-note]").blur()
    expect(phone.page.locator("[data-saved]")).to_contain_text("已存本机")
    expect(phone.net()).to_contain_text("2 项待传")
    assert "暗语七七四十九" not in phone.page.evaluate(DUMP_EVERYTHING)

    phone.page.get_by_role("link", name="返回").click()
    phone.page.get_by_role("link", name="返回").click()
    _lock(phone)
    expect(phone.page.locator(".person", has_text="林")).to_contain_text("2 项待传")
    phone.page.locator(".person", has_text="王").click()
    expect(phone.page.get_by_text("另有 1 名同事的 2 项待传（内容不可见）")).to_be_visible()
    phone.unlock()
    phone.go_online()
    phone.page.get_by_role("link", name="待传").click()
    expect(phone.page.get_by_text("没有待传的内容")).to_be_visible()
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    assert phone.server.see(phone.context)["submissions"] == []

    _lock(phone)
    phone.unlock("林")
    expect(phone.net()).to_have_attribute("data-state", "other_officer", timeout=SLOW_MS)
    assert phone.server.see(phone.context)["submissions"] == []
    phone.sign_in("lin")
    phone.page.get_by_role("link", name="待传").click()
    _send_all(phone)
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    lin = "00000000-0000-4000-8000-000000000001"
    assert {row["officer"] for row in phone.server.see(phone.context)["submissions"]} == {lin}


def test_a_newer_checklist_never_replaces_one_in_use(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    phone.answer("ok")
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    old = phone.server.see(phone.context)["packages"][0]["inspection"]["checklist"]
    newer = {"version": "2026.4", "sha256": "ff" * 32, "items": old["items"][:1]}
    phone.server.tell(phone.context, "package", {"inspection": INSPECTION, "checklist": newer})

    phone.open(f"/visits/{VISIT}")
    phone.unlock()

    expect(phone.page.get_by_text("检查表有新版 2026.4。本次已按原版开始，继续使用原版。")).to_be_visible()
    phone.page.get_by_role("link", name="继续检查").click()
    expect(phone.page.get_by_text("检查表 2026.3")).to_be_visible()


def test_a_day_of_the_demo_city_in_flight_mode_keeps_the_citys_time(phone: Phone) -> None:
    ahead = _to_ten_o_clock(days=13)
    day = (datetime.now(SHANGHAI) + ahead).strftime("%m-%d")
    phone.server.tell(phone.context, "demo", {"ahead_ms": ahead // timedelta(milliseconds=1)})
    phone.enrol("lin")
    expect(phone.demo_time()).to_have_text(re.compile(rf"演示时间 {day} \d\d:\d\d"), timeout=SLOW_MS)
    phone.wait_for_worker()
    phone.go_offline()
    phone.page.reload()
    phone.unlock()

    expect(phone.demo_time()).to_have_text(re.compile(rf"演示时间 {day} 10:\d\d"))
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text(f"今日 {day}")
    order = phone.page.locator("h2.section, [data-visit] strong").all_text_contents()
    assert order == ["湖里某某加油站", "禾山街道", "以后的检查", "中山路某某超市"]
    phone.page.get_by_role("link", name="我的").click()
    expect(phone.page.locator(".facts")).to_contain_text("演示时间")
    phone.page.get_by_role("link", name="今日").click()
    phone.enter()
    phone.answer("ok")
    expect(phone.page.locator(".net")).to_contain_text("离线")
    phone.go_online()
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)

    sent = phone.server.see(phone.context)["submissions"]
    assert [row["kind"] for row in sent] == ["entry", "answer"]
    moments = [row["recorded_at"] for row in sent] + [sent[0]["payload"]["code_shown_at"]]
    assert {datetime.fromisoformat(moment).strftime("%m-%d %H") for moment in moments} == {f"{day} 10"}
    assert {row["clock_offset_ms"] for row in sent} == {0}


def test_the_service_worker_leaves_the_api_alone(phone: Phone) -> None:
    phone.enrol("lin")
    phone.page.reload()
    phone.unlock()
    phone.wait_for_worker()
    seen: list[tuple[str, bool]] = []
    phone.page.on("response", lambda response: seen.append((response.url, response.from_service_worker)))

    phone.page.reload()
    phone.unlock()
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)

    assert {by_worker for url, by_worker in seen if "/field/api/" in url} == {False}
    assert {by_worker for url, by_worker in seen if url.endswith(".js") and "/assets/" in url} == {True}


def test_a_wrong_pin_opens_nothing_and_erases_nothing(phone: Phone) -> None:
    phone.enrol("lin")
    _lock(phone)
    for _ in range(5):
        for digit in "135790":
            phone.page.get_by_role("button", name=digit, exact=True).click()
        expect(phone.page.get_by_role("alert")).not_to_be_empty(timeout=SLOW_MS)
        expect(phone.page.get_by_role("button", name="1", exact=True)).to_be_enabled()

    expect(phone.page.get_by_role("alert")).to_contain_text("输入次数过多", timeout=SLOW_MS)
    assert phone.page.evaluate("indexedDB.databases().then((all) => all.length)") == 2


DUMP_EVERYTHING = """async () => {
  const seen = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => {
      const ask = indexedDB.open(name);
      ask.onsuccess = () => done(ask.result);
    });
    for (const table of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        const ask = db.transaction(table).objectStore(table).getAll();
        ask.onsuccess = () => done(ask.result);
      });
      seen.push(JSON.stringify(rows, (_, value) =>
        value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? new TextDecoder().decode(value) : value));
    }
    db.close();
  }
  return seen.join("\\n") + JSON.stringify(localStorage) + JSON.stringify(sessionStorage);
}"""

MAKE_NOISE = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 1600; canvas.height = 1200;
  const paint = canvas.getContext("2d");
  const image = paint.createImageData(1600, 1200);
  for (let at = 0; at < image.data.length; at += 65536) {
    crypto.getRandomValues(image.data.subarray(at, Math.min(at + 65536, image.data.length)));
  }
  for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
  paint.putImageData(image, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  return Array.from(new Uint8Array(await blob.arrayBuffer()));
}"""


def _noisy_picture(phone: Phone, folder: Path) -> Path:
    """A photo that needs many chunks: noise does not compress."""
    picture = folder / "noise.jpg"
    picture.write_bytes(bytes(phone.page.evaluate(MAKE_NOISE)))
    return picture


def _to_ten_o_clock(*, days: int) -> timedelta:
    """Say how far a demo clock runs ahead that shows ten in the morning some days from now."""
    now = datetime.now(SHANGHAI)
    return (now + timedelta(days=days)).replace(hour=10, minute=0, second=0) - now


def _lock(phone: Phone) -> None:
    phone.page.get_by_role("link", name="我的").click()
    phone.page.get_by_role("button", name="锁定").click()
    phone.page.wait_for_url("**/unlock")


def _utc(value: str) -> str:
    return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
