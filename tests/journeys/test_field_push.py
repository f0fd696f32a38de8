"""A push arrives at the phone's own service worker: the notice is shown, and a tap on it opens the task."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from tests.journeys.field_phone import SLOW_MS, VISIT, MockServer, Phone, new_phone, running_mock

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("field")]

TITLE, BODY = "派给您一次检查", "11-19 09:30 湖里某某加油站"
# Asked until the notice is there, or until it is gone: the browser shows it in its own time.
SHOWN = """async (wanted) => {
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  let shown = await registration.getNotifications();
  for (let turn = 0; turn < 200 && shown.length !== wanted; turn += 1) {
    await new Promise((done) => setTimeout(done, 50));
    shown = await registration.getNotifications();
  }
  return shown.map((one) => ({ title: one.title, body: one.body, url: one.data.url }));
}"""
# No protocol taps a notice: the event is the browser's own kind, and a made one may not prolong the worker's life.
TAP = """async () => {
  const [notification] = await self.registration.getNotifications();
  try {
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
  }
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with running_mock() as mock:
        yield mock


@pytest.fixture
def phone(browser: Browser, server: MockServer) -> Iterator[Phone]:
    context = new_phone(browser)
    context.grant_permissions(["geolocation", "camera", "microphone", "notifications"], origin=server.url)
    server.tell(context, "reset")
    phone = Phone(context, server)
    yield phone
    context.close()
    assert phone.errors == []


def _registered(phone: Phone) -> tuple[CDPSession, str]:
    """Return the browser's own channel to the app's service worker, and the worker's registration."""
    channel = phone.context.new_cdp_session(phone.page)
    found: list[dict[str, Any]] = []
    channel.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    channel.send("ServiceWorker.enable")
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
    for _ in range(300):
        if own := [one for one in found if one["scopeURL"].endswith("/field/") and not one["isDeleted"]]:
            return channel, str(own[-1]["registrationId"])
        phone.page.wait_for_timeout(100)
    raise AssertionError(f"the browser names no registration of the app: {found}")


def _push(phone: Phone, words: dict[str, str] | str) -> None:
    channel, registration = _registered(phone)
    data = words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)
    told = {"origin": phone.server.url, "registrationId": registration, "data": data}
    channel.send("ServiceWorker.deliverPushMessage", told)


def _shown(phone: Phone, *, wanted: int = 1) -> list[dict[str, str]]:
    return list(phone.page.evaluate(SHOWN, wanted))


def _ready(phone: Phone) -> None:
    phone.enrol("lin")
    phone.page.reload()
    phone.unlock()
    phone.wait_for_worker()


def test_a_push_shows_the_notice_and_a_tap_opens_the_task(phone: Phone) -> None:
    _ready(phone)
    url = f"/field/visits/{VISIT}"

    _push(phone, {"title": TITLE, "body": BODY, "url": url})

    assert _shown(phone) == [{"title": TITLE, "body": BODY, "url": url}]
    workers = phone.context.service_workers or [phone.context.wait_for_event("serviceworker")]
    workers[0].evaluate(TAP)
    phone.page.wait_for_url(f"**{url}", timeout=SLOW_MS)
    expect(phone.page.get_by_text("湖里某某加油站").first).to_be_visible()
    assert _shown(phone, wanted=0) == []


def test_a_push_that_names_another_place_opens_the_day_of_the_app(phone: Phone) -> None:
    _ready(phone)

    _push(phone, {"title": TITLE, "url": "https://elsewhere.example/field/"})

    assert [one["url"] for one in _shown(phone)] == ["/field/today"]


def test_a_push_without_structure_is_still_a_notice(phone: Phone) -> None:
    _ready(phone)

    _push(phone, BODY)

    assert [(one["body"], one["url"]) for one in _shown(phone)] == [(BODY, "/field/today")]
