"""What the field app does besides the checklist: passkey, badge, map, video, the party's own phone, taking back."""

import base64
import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.field_phone import (
    INSPECTION,
    PIN,
    SLOW_MS,
    MockServer,
    Phone,
    new_phone,
    running_mock,
)
from tests.journeys.test_field_screens import look

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("field")]

# A camera that looks at a picture: what the colleague's phone shows.
CAMERA = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 480;
  const paint = canvas.getContext("2d");
  setInterval(() => {
    paint.fillStyle = "#ffffff";
    paint.fillRect(0, 0, 480, 480);
    paint.drawImage(image, 40, 40, 400, 400);
  }, 60);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15);
}"""
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148"


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


def authenticator(page: Page, *, has_prf: bool) -> None:
    """Give the browser the phone's own authenticator, with or without the PRF extension."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "hasPrf": has_prf,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def turn_passkey_on(phone: Phone) -> None:
    phone.page.get_by_role("link", name="我的").click()
    phone.page.get_by_role("button", name="用指纹或面容解锁").click()
    phone.page.get_by_label("请输入 PIN").fill(PIN)
    phone.page.get_by_role("button", name="开启", exact=True).click()


def localhost(phone: Phone) -> None:
    """A passkey belongs to a name, never to an address of numbers."""
    object.__setattr__(phone.server, "url", phone.server.url.replace("127.0.0.1", "localhost"))


def test_a_passkey_opens_the_store_in_flight_mode(phone: Phone) -> None:
    localhost(phone)
    authenticator(phone.page, has_prf=True)
    phone.enrol("lin")
    phone.enter()
    phone.answer("ok")
    phone.open("/today")
    phone.unlock()
    phone.wait_for_worker()
    turn_passkey_on(phone)
    expect(phone.page.get_by_text("已开启。下次解锁可用指纹或面容。")).to_be_visible(timeout=SLOW_MS)
    look(phone.page, "mine-passkey")
    phone.go_offline()
    phone.page.get_by_role("button", name="锁定").click()

    phone.page.locator("[data-passkey-unlock]").click()

    expect(phone.page.locator("[data-visit]").first).to_be_visible(timeout=SLOW_MS)
    phone.page.get_by_role("link", name="检查", exact=True).click()
    expect(phone.page.get_by_text("1 / 7")).to_be_visible()
    phone.page.get_by_role("link", name="我的").click()
    phone.page.get_by_role("button", name="锁定").click()
    phone.unlock()
    expect(phone.page.locator("[data-visit]").first).to_be_visible()


def test_without_prf_the_pin_stays_the_way(phone: Phone) -> None:
    localhost(phone)
    authenticator(phone.page, has_prf=False)
    phone.enrol("lin")
    turn_passkey_on(phone)

    expect(phone.page.get_by_text("请继续用 PIN 解锁")).to_be_visible(timeout=SLOW_MS)
    phone.page.get_by_role("button", name="锁定").click()
    expect(phone.page.locator("[data-passkey-unlock]")).to_have_count(0)
    phone.unlock()


def test_a_colleagues_badge_is_scanned_and_checked_in_flight_mode(browser: Browser, phone: Phone) -> None:
    colleague = Phone(new_phone(browser), phone.server)
    colleague.enrol("wang")
    colleague.page.get_by_role("link", name="我的").click()
    shown = colleague.page.locator("[data-badge]")
    expect(shown).to_be_visible(timeout=SLOW_MS)
    expect(colleague.page.get_by_text("联网一次后")).to_have_count(0)
    picture = base64.b64encode(shown.screenshot(scale="css")).decode()
    colleague.context.close()
    phone.enrol("lin")
    phone.go_offline()
    phone.page.evaluate(CAMERA, picture)
    page = phone.page
    page.get_by_role("link", name="湖里某某加油站").first.click()
    page.get_by_role("button", name="无", exact=True).click()
    page.get_by_role("link", name="去入场亮码").click()
    page.get_by_role("button", name="已请当事人核验").click()

    page.get_by_role("button", name="同事确认").click()

    expect(page.get_by_text("已扫码确认")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="朗读文").click()
    page.get_by_role("button", name="已向当事人告知").click()
    page.get_by_role("button", name="开始检查").click()
    phone.go_online()
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    entry = phone.server.see(phone.context)["submissions"][0]["payload"]
    assert [(one["way"], one["badge"].split("|")[0]) for one in entry["confirmations"]] == [
        ("badge", "onevisit-badge:2")
    ]


def test_the_map_shows_the_same_tasks_and_plots_nothing_sealed(phone: Phone) -> None:
    phone.enrol("lin")
    page = phone.page

    page.locator("[data-map-open]").click()

    expect(page.locator("[data-pin]")).to_have_count(1)
    expect(page.locator("[data-sealed]")).to_contain_text("禾山街道")
    expect(page.locator("[data-sealed]")).to_contain_text("1 户")
    expect(page.locator("[data-map] a[href^='geo:']")).to_be_visible()
    look(page, "today-map")
    page.get_by_role("button", name="路线").click()
    expect(page.locator("[data-visit]").first).to_be_visible()


def test_a_video_is_kept_with_its_fingerprint_and_sent_in_pieces(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    page = phone.page
    page.get_by_role("link", name="拍照").click()
    expect(page.get_by_role("button", name="快门")).to_have_attribute("aria-disabled", "false", timeout=SLOW_MS)

    page.locator("[data-video]").click()
    expect(page.get_by_text(re.compile(r"停止（[1-9]\d* / 60 秒）"))).to_be_visible(timeout=SLOW_MS)
    page.locator("[data-video]").click()

    expect(page.get_by_text("已录 1 段")).to_be_visible(timeout=SLOW_MS)
    look(page, "evidence-video")
    page.get_by_role("button", name="查看第 1 段录像").click()
    expect(page.locator("video.large")).to_be_visible()
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    file = phone.server.see(phone.context)["files"][0]
    assert (file["source"], file["complete"]) == ("video", True)
    assert file["mime"] in {"video/mp4", "video/webm"}


def test_a_refused_camera_is_told_how_to_be_allowed(browser: Browser, server: MockServer) -> None:
    context = new_phone(browser)
    server.tell(context, "reset")
    phone = Phone(context, server)
    refuse = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); }"
    context.add_init_script(refuse)
    phone.enrol("lin")
    phone.enter()

    phone.page.get_by_role("link", name="拍照").click()

    expect(phone.page.locator("[data-allow] li")).to_have_count(3)
    look(phone.page, "evidence-denied")
    phone.page.get_by_role("link", name="返回").click()
    phone.page.get_by_role("button", name="备注").click()
    expect(phone.page.locator("[data-note]")).to_be_visible()
    context.close()


def test_the_party_signs_on_its_own_phone_and_the_officers_sees_it(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    phone.fill_checklist()
    page = phone.page
    page.get_by_role("link", name="核对并提交").click()
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("湖市监检录〔2026〕1号").last).to_be_visible()
    look(page, "document-preview")
    page.get_by_role("button", name="关闭").click()
    page.locator("[data-own-phone-open]").click()
    expect(page.locator("[data-own-phone='https://example.test/c/KX7P2M1/sign']")).to_be_visible()
    look(page, "own-phone")

    signature = {"id": "s1", "name": "陈某", "signed_at": "2026-11-24T03:00:00+00:00"}
    phone.server.tell(phone.context, "package", {"inspection": INSPECTION, "party_signature": signature})

    expect(page.locator("[data-own-signed]")).to_contain_text("陈某 已用本人手机签名", timeout=SLOW_MS)
    page.locator("[data-opinion-none]").click()
    for _ in range(2):
        page.locator("[data-sign-officer]").first.click()
        phone.draw_signature()
    phone.submit()
    expect(phone.submit_state()).to_have_attribute("data-submit-state", "delivered", timeout=60_000)


def test_an_item_taken_back_leaves_a_trace_and_its_question_open(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    phone.go_offline()
    phone.answer("ok")
    phone.page.get_by_role("link", name="返回").click()
    phone.page.get_by_role("link", name="返回").click()
    phone.page.get_by_role("link", name="待传").click()
    phone.page.get_by_role("button", name="逐项查看").click()
    row = phone.page.locator("[data-outbox]", has_text="检查项")

    row.locator("[data-withdraw]").click()
    phone.page.locator(".sheet").get_by_role("button", name="撤回").click()

    expect(row).to_have_attribute("data-state", "withdrawn")
    expect(row.get_by_text("记录留在本机备查")).to_be_visible()
    phone.page.get_by_role("link", name="检查", exact=True).click()
    phone.page.get_by_role("link", name="湖里某某加油站").click()
    expect(phone.page.locator("[data-answer=ok]")).to_have_attribute("aria-pressed", "false")


def test_a_remote_sign_out_destroys_nothing(phone: Phone) -> None:
    phone.enrol("lin")
    phone.enter()
    phone.go_offline()
    phone.answer("ok")
    phone.server.tell(phone.context, "trouble", {"signed_out": True})
    phone.go_online()
    expect(phone.net()).to_have_attribute("data-state", "signed_out", timeout=SLOW_MS)
    phone.page.reload()
    phone.unlock()

    expect(phone.net()).to_contain_text("待传")
    phone.server.tell(phone.context, "trouble", {"signed_out": False})
    phone.page.reload()
    phone.unlock()
    expect(phone.net()).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    assert [row["kind"] for row in phone.server.see(phone.context)["submissions"]].count("answer") == 1


def test_an_iphone_is_shown_how_to_install(browser: Browser, server: MockServer) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, user_agent=IPHONE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{server.url}/field/unlock")

    expect(page.locator("[data-ios-steps] svg")).to_have_count(3)
    look(page, "unlock-ios")
    context.close()


def test_the_keys_of_the_package_are_public_halves_only(phone: Phone) -> None:
    phone.enrol("lin")
    phone.page.get_by_role("link", name="我的").click()
    expect(phone.page.locator("[data-badge]")).to_be_visible(timeout=SLOW_MS)

    packages = phone.server.see(phone.context)["packages"]

    key = next(one["badge_keys"][0] for one in packages[0]["visit"]["team"] if one["name"] == "林")
    # The DER head of a P-256 public key.
    assert base64.urlsafe_b64decode(key + "==").startswith(bytes.fromhex("3059301306072a8648ce3d0201"))
    assert "private" not in json.dumps(packages)
