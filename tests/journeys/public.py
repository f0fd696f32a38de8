"""Steps 6 and 7 of the path as the public, the supervisor and a sceptic see them."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Office, follow, press, until

FILES = ("manifest.json", "sources.json", "receipt.json", "policy.txt", "manifest.tlog-proof", "result-0.tlog-proof")


def publish(office: Office) -> str:
    """All departments' results are published together; the credit record is collected. Returns the public path."""
    page = office.of("lin-head")
    page.goto("/publication/")
    follow(page.locator("main tbody a").first)
    press(page, "批准公示")
    expect(page.locator("main")).to_contain_text(re.compile("待公示|已公示"))
    link = page.get_by_role("link", name="公众页面")

    def is_linked() -> bool:
        page.reload()
        return link.count() > 0

    until(page, is_linked, why="the result was not released")
    return str(link.get_attribute("href"))


def credit_log(office: Office) -> str:
    """Return the log of outbound messages as the desk shows it."""
    page = office.of("lin-head")
    page.goto("/publication/credit")
    return page.locator("main").inner_text()


def anybody(browser: Browser, url: str) -> Page:
    """Return a browser page of somebody without an account, at phone width."""
    context = browser.new_context(
        base_url=url, viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    return context.new_page()


def wait_until_open(page: Page, number: str) -> None:
    """The last visit is closed: keys and receipt are published by the queue."""

    def is_open() -> bool:
        page.goto(f"/open/draws/{number}")
        return "已公开" in page.locator("main").inner_text()

    until(page, is_open, why="the draw was not opened")


def download(page: Page, number: str, folder: Path) -> None:
    """Download every public file of the draw."""
    manifest = page.request.get(f"/open/draws/{number}/files/manifest.json").json()
    names = [*FILES, *(f"{item['item']}.txt" for item in manifest["items"])]
    for name in names:
        answer = page.request.get(f"/open/draws/{number}/files/{name}")
        assert answer.ok, f"{name}: {answer.status}"
        (folder / name).write_bytes(answer.body())


def verify(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier on the downloaded files alone."""
    command = [sys.executable, "-m", "onevisit", "verify", str(folder / "receipt.json"), "--frames", str(folder)]
    return subprocess.run([*command, "--proofs", str(folder), *more], capture_output=True, text=True, check=False)


def verify_bundle(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier on the zip of a draw alone."""
    command = [sys.executable, "-m", "onevisit", "verify", "--bundle", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def verify_in_the_browser(page: Page, number: str) -> str:
    """Load the files, take the network away, press 在这台设备上重算 and return the sentence."""
    page.goto(f"/open/draws/{number}")
    page.get_by_role("button", name=re.compile("下载全部文件")).click()
    result = page.locator("[data-verify-result]")
    expect(result).to_contain_text("现在可以断网", timeout=60_000)
    page.context.set_offline(True)
    try:
        page.get_by_role("button", name=re.compile("重算")).click()
        expect(result).to_contain_text(re.compile("核验通过|核验不通过|重算一致"), timeout=60_000)
        return result.inner_text()
    finally:
        page.context.set_offline(False)
