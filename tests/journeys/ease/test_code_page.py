"""Job 15: is this code real? After the scan nothing to tap, three seconds on 4G, sixty kilobytes, scripts off."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from onevisit.stages.visits.models import TeamMember
from onevisit.support import clock
from tests import scenes, voice_scenes
from tests.cast import Cast
from tests.journeys.ease import driver as ease
from tests.stages.publication import scene
from tests.web.browser import BrowserThread

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# 4G as the browsers' own tools simulate it: 9 Mbit/s down, 170 ms there and back.
SLOW = {"offline": False, "latency": 170, "downloadThroughput": 9_000_000 / 8, "uploadThroughput": 9_000_000 / 8}
TEAMS = {"市商务局": ("林一", "林二"), "市市监局": ("王一", "王二"), "市消防支队": ("周一", "周二")}
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def thread() -> Iterator[BrowserThread]:
    """A browser in a thread of its own, so that this one may ask the database."""
    running = BrowserThread()
    yield running
    running.stop()


def _code(people: Cast) -> str:
    """Three departments, two officers each, and a checklist as long as they come."""
    visit = scene.visit(people)
    for part in visit.inspections.select_related("department"):
        items = [
            {
                "title": f"第 {number} 项：证照、台账与现场是否一致",
                "basis": [{"text": f"成品油流通管理办法第 {number} 条"}],
                "papers": [f"第 {number} 号台账"],
            }
            for number in range(1, 41)
        ]
        part.checklist = {"items": items}
        part.save(update_fields=["checklist"])
        for name in TEAMS[part.department.short_name]:
            TeamMember.objects.create(inspection=part, inspector=scenes.inspector(people=people, name=name))
    return voice_scenes.code(visit).code


def test_a_code_is_known_to_be_real_in_three_seconds(
    people: Cast, live_server: LiveServer, thread: BrowserThread
) -> None:
    clock.forget()
    url = f"{live_server.url}/c/{_code(people)}"

    def scan(browser: Browser) -> tuple[float, int, float]:
        """Return the seconds until the words are there, the bytes that came, and where the words end."""
        context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")  # type: ignore[arg-type]
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", SLOW)
        came: list[int] = []
        network.on("Network.loadingFinished", lambda told: came.append(int(told["encodedDataLength"])))
        started = time.monotonic()
        page.goto(url)
        words = page.get_by_role("heading", name="检查码有效")
        words.wait_for()
        seconds = time.monotonic() - started
        box = words.bounding_box()
        context.close()
        assert box is not None
        return seconds, sum(came), box["y"] + box["height"]

    seconds, weight, bottom = thread.run(scan)

    assert bottom <= PHONE["height"]
    ease.within_budget("code_page", ease.Cost(), seconds=seconds, kilobytes=weight / 1000)
