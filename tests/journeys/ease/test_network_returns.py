"""Job 10: the network returns on a 4G profile, and five photos are receipted to the last byte without a tap."""

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.ease.conftest import MeasuredPhone, go_into_the_field
from tests.journeys.ease.driver import within_budget
from tests.journeys.field_phone import SLOW_MS, VISIT

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("field")]

PHOTOS = 5
FOUR_G = {
    "offline": False,
    "latency": 60,
    "downloadThroughput": 9_000_000 // 8,
    "uploadThroughput": 3_000_000 // 8,
}


def test_network_returns(measured: MeasuredPhone) -> None:
    go_into_the_field(measured)
    measured.enter()
    page = measured.page
    page.get_by_role("link", name="拍照").click()
    shutter = page.get_by_role("button", name="快门")
    expect(shutter).to_have_attribute("aria-disabled", "false", timeout=SLOW_MS)
    for number in range(PHOTOS):
        shutter.click()
        expect(page.get_by_text(f"已拍 {number + 1}")).to_be_visible()
    network = measured.context.new_cdp_session(page)
    network.send("Network.enable")

    with measured.driver.job() as cost:
        started = time.monotonic()
        measured.go_online()
        network.send("Network.emulateNetworkConditions", FOUR_G)
        expect(measured.net()).to_have_attribute("data-state", "ok", timeout=60_000)
        seconds = time.monotonic() - started

    within_budget("network_returns", cost, seconds=seconds)
    files = measured.server.see(measured.context)["files"]
    assert [file["complete"] for file in files] == [True] * PHOTOS
    assert all(file["held"] == file["size"] for file in files)
    assert VISIT in page.url
