"""A phone with the field app: the built app, the mock of its server, and the taps of one officer."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "onevisit" / "web" / "field" / "static" / "field" / "app"
MOCK = ROOT / "field" / "tests" / "mock" / "server.mjs"
SHOP = {"latitude": 24.5126, "longitude": 118.1456, "accuracy": 12}
PIN = "204816"
VISIT = "00000000-0000-4000-8000-000000001001"
INSPECTION = "00000000-0000-4000-8000-000000003001"
COLLEAGUE_CERTIFICATE = "35020600102"
SLOW_MS = 30_000
# The app takes no answer within 400 ms of its own clock after it moved on to the next item.
AFTER_THE_GUARD = "() => new Promise((done) => setTimeout(done, 450))"
AT_REST = """() => document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect?.getComputedTiming().endTime === Infinity)"""


def node() -> str:
    """Find node: the project's own first, then the machine's."""
    found = shutil.which("node", path=f"{ROOT / '.venv' / 'node' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    assert found is not None, "no node found: run `make setup`"
    return found


@dataclass(frozen=True)
class MockServer:
    """The mock of the server's half of the contract."""

    url: str

    def see(self, context: BrowserContext) -> dict[str, Any]:
        return dict(context.request.get(f"{self.url}/mock/state").json())

    def tell(self, context: BrowserContext, what: str, body: dict[str, Any] | None = None) -> None:
        context.request.post(f"{self.url}/mock/{what}", data=json.dumps(body or {}))


@contextmanager
def running_mock() -> Iterator[MockServer]:
    """Start the mock over the built app on a free port."""
    assert (BUILD / "index.html").exists(), "the field app is not built: run `npm ci && npm run build` in field/"
    process = subprocess.Popen([node(), str(MOCK), "0", str(BUILD)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "mock server on " in line, line
        yield MockServer(url=line.split("mock server on ")[1].strip().removesuffix("/field/"))
    finally:
        process.terminate()
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


def new_phone(browser: Browser) -> BrowserContext:
    """A fresh phone of 390 x 844 that stands in front of the shop."""
    return browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation=SHOP,  # type: ignore[arg-type]
        permissions=["geolocation", "camera", "microphone"],
    )


def at_rest(page: Page) -> None:
    """Wait until nothing moves any more: a sheet comes up from below."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function(AT_REST)


class Phone:
    """What an officer does on the phone, in the officer's words."""

    def __init__(self, context: BrowserContext, server: MockServer) -> None:
        self.context = context
        self.server = server
        self.page: Page = context.new_page()
        self.page.set_default_timeout(SLOW_MS)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sign_in(self, who: str) -> None:
        self.context.request.get(f"{self.server.url}/mock/sign-in/{who}")

    def enrol(self, who: str, *, is_first: bool = True) -> None:
        """Sign in at the desk and set a PIN on this phone."""
        self.sign_in(who)
        self.page.goto(f"{self.server.url}/field/unlock{'' if is_first else '?add=1'}")
        for _ in range(2):
            self.type_pin()
        self.page.wait_for_url("**/today")
        expect(self.page.locator("[data-visit]").first).to_be_visible()

    def type_pin(self) -> None:
        heading = self.page.locator(".pin h2")
        before = heading.text_content()
        for digit in PIN:
            self.page.get_by_role("button", name=digit, exact=True).click()
        # The pad may be gone by then: a phone that was quick is not a phone that failed.
        changed = "(before) => document.querySelector('.pin h2')?.textContent !== before"
        self.page.wait_for_function(changed, arg=before or "", timeout=SLOW_MS)

    def unlock(self, name: str | None = None) -> None:
        if name is not None:
            self.page.locator(".person", has_text=name).click()
        for digit in PIN:
            self.page.get_by_role("button", name=digit, exact=True).click()
        expect(self.page.locator(".pin-pad")).to_have_count(0, timeout=SLOW_MS)

    def wait_for_worker(self) -> None:
        """The service worker controls the page from its second load on."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def demo_time(self) -> Locator:
        return self.page.locator("[data-demo-time]")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.server.url}/field{path}")

    def enter(self, *, target: str = "湖里某某加油站", certificate: str = COLLEAGUE_CERTIFICATE) -> None:
        """F3 and F4: no interest, code shown, colleague confirmed, rights told."""
        page = self.page
        page.get_by_role("link", name=target).first.click()
        page.get_by_role("button", name="无", exact=True).click()
        page.get_by_role("link", name="去入场亮码").click()
        page.get_by_role("button", name="已请当事人核验").click()
        page.get_by_role("button", name="同事确认").click()
        page.get_by_role("button", name="同事填写执法证号").click()
        page.get_by_label("执法证号").fill(certificate)
        page.get_by_role("button", name="确认到场").click()
        page.get_by_role("button", name="朗读文").click()
        page.get_by_role("button", name="已向当事人告知").click()
        page.get_by_role("button", name="开始检查").click()
        page.wait_for_url("**/checklist**")

    def answer(self, value: str) -> None:
        """Tap an answer of the item on the screen; an all-clear moves on by itself."""
        button = self.page.locator(f"[data-answer={value}]")
        self.page.evaluate(AFTER_THE_GUARD)
        title = self.title()
        button.click()
        if value == "ok" and self.page.get_by_role("button", name="下一项").count() > 0:
            expect(self.page.locator(".item h2")).not_to_have_text(title)
        else:
            expect(button).to_have_attribute("aria-pressed", "true")

    def title(self) -> str:
        return self.page.locator(".item h2").text_content() or ""

    def describe_problem(self) -> None:
        self.page.get_by_role("button", name="责令限期改正").click()
        self.page.get_by_role("button", name="现场未见相关台账").click()

    def photograph(self) -> None:
        self.page.get_by_role("link", name="拍照").click()
        shutter = self.page.get_by_role("button", name="快门")
        expect(shutter).to_have_attribute("aria-disabled", "false", timeout=SLOW_MS)
        shutter.click()
        expect(self.page.get_by_text("已拍 1")).to_be_visible()
        self.page.get_by_role("link", name="返回").click()

    def fill_checklist(self) -> None:
        """Seven items: all clear but the fourth, which is a problem with a photo."""
        for number in range(7):
            if number == 3:
                self.answer("problem")
                self.describe_problem()
                self.photograph()
                self.page.get_by_role("button", name="下一项").click()
            else:
                self.answer("ok")

    def sign_everything(self) -> None:
        self.page.locator("[data-opinion-none]").click()
        self.page.get_by_label("签名人姓名").fill("陈某")
        self.page.locator("[data-sign-party]").click()
        self.draw_signature()
        for _ in range(2):
            self.page.locator("[data-sign-officer]").first.click()
            self.draw_signature()

    def draw_signature(self) -> None:
        pad = self.page.locator("[data-pad]")
        expect(pad).to_be_visible()
        at_rest(self.page)
        box = pad.bounding_box()
        assert box is not None
        left, middle = box["x"] + 40, box["y"] + 100
        self.page.mouse.move(left, middle)
        self.page.mouse.down()
        for step in range(30):
            self.page.mouse.move(left + step * 8, middle + (40 if step % 2 else -40))
        self.page.mouse.up()
        self.page.locator("[data-pad-done]").click()
        expect(pad).to_have_count(0)

    def submit(self) -> None:
        self.page.locator("[data-submit]").click()
        expect(self.page.locator("[data-submit-state]")).to_be_visible()

    def submit_state(self) -> Locator:
        return self.page.locator("[data-submit-state]")

    def net(self) -> Locator:
        return self.page.locator("[data-net]")

    def go_offline(self) -> None:
        self.context.set_offline(True)

    def go_online(self) -> None:
        self.context.set_offline(False)
