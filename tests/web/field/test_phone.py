"""The field app against the real server: one officer's whole visit, filled in without a network, arrives once."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Route, expect
from pytest_django import Settings

from onevisit.stages.visits.models import Inspection, TeamMember, Visit
from onevisit.support import clock
from onevisit.support.jobs import services as jobs
from tests import visit_scenes
from tests.cast import Cast
from tests.journeys.field_phone import SHOP, MockServer, Phone
from tests.web.browser import ORIGIN, Answer, BrowserThread, _static

BUILD = Path(__file__).resolve().parents[3] / "onevisit" / "web" / "field" / "static" / "field" / "app" / "index.html"
DEPARTMENT = "市商务局"
WAIT_MS = 40_000

SHIFT_CLOCK = """(() => {
  const Real = Date, shift = %d - Real.now();
  globalThis.Date = class extends Real {
    constructor(...parts) { if (parts.length) super(...parts); else super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
})()"""

MAKE_PHOTO = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 640; canvas.height = 480;
  canvas.getContext("2d").fillRect(40, 40, 200, 200);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
  return Array.from(new Uint8Array(await blob.arrayBuffer()));
}"""


@pytest.fixture
def visit(people: Cast, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """A dispatched visit, and a clock that stands at its start."""
    settings.FILES, settings.KEYS = tmp_path / "files", tmp_path / "keys"
    made = visit_scenes.dispatched(people)
    monkeypatch.setattr(clock, "now", lambda: made.starts_at)
    return made


class Way:
    """The phone's way to the site: open or in flight mode; answers come from the test's own transaction."""

    def __init__(self, thread: BrowserThread, client: Client) -> None:
        self.is_open = True
        self._thread = thread
        self._client = client

    def __call__(self, route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        if parts.path.startswith("/static/"):
            status, headers, body = _static(parts.path)
        elif not self.is_open and parts.path.startswith("/field/api/"):
            route.abort("internetdisconnected")
            return
        else:
            status, headers, body = self._thread.ask(lambda: self._answer(route))
        route.fulfill(status=status, headers=headers, body=body)

    def _answer(self, route: Route) -> Answer:
        request = route.request
        if request.url.endswith("/receipts"):
            jobs.run_now(at=clock.now())  # the worker's part: what follows from the last byte
        headers = {name: value for name, value in request.headers.items() if name not in {"cookie", "content-length"}}
        kind = headers.pop("content-type", "application/octet-stream")
        answer = self._client.generic(
            request.method, urlsplit(request.url).path, request.post_data_buffer or b"", kind, headers=headers
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        return answer.status_code, kept, answer.content


def new_phone(browser: Browser, at: datetime) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation=SHOP,  # type: ignore[arg-type]
        permissions=["geolocation"],
        service_workers="block",
    )
    context.add_init_script(SHIFT_CLOCK % int(at.timestamp() * 1000))
    return context


@pytest.mark.skipif(not BUILD.exists(), reason="the field app is not built: `make setup` builds it")
@pytest.mark.requirement("R7")
@pytest.mark.requirement("R48")
def test_a_visit_filled_in_without_a_network_arrives_once_and_is_submitted(
    people: Cast, visit: Visit, browser: BrowserThread, tmp_path: Path
) -> None:
    client = Client()
    user = people.officers["林一"].user
    assert user is not None
    client.force_login(user)
    part = Inspection.objects.get(visit=visit, department__short_name=DEPARTMENT)
    colleague = TeamMember.objects.filter(inspection=part).exclude(inspector__officer__name="林一").get()
    walk = _walk(Way(browser, client), visit, visit.target.name, colleague.inspector.certificate_no, tmp_path)

    browser.run(walk)

    part.refresh_from_db()
    sent = list(part.submissions.order_by("sequence"))
    answers = [row.body["payload"]["item_id"] for row in sent if row.kind == "answer"]
    assert part.state == "submitted"
    assert [row.kind for row in sent if row.kind != "answer"] == ["entry", "opinion", *["signature"] * 3, "submit"]
    assert sorted(answers) == sorted(visit_scenes.items_of(part))
    assert not any(row.is_quarantined for row in sent)
    assert all(row.recorded_at >= visit.starts_at and row.body["place"]["accuracy_m"] == 12 for row in sent)
    assert [row.recorded_at for row in sent] == sorted(row.recorded_at for row in sent)


def _walk(way: Way, visit: Visit, target: str, certificate: str, folder: Path) -> Callable[[Browser], None]:
    starts_at = visit.starts_at

    def act(browser: Browser) -> None:
        context = new_phone(browser, starts_at)
        phone = Phone(context, MockServer(url=ORIGIN))
        phone.page.route("**/*", way)
        phone.open("/unlock")
        for _ in range(2):
            phone.type_pin()
        expect(phone.page.locator("[data-visit]")).to_have_count(1)
        way.is_open = False
        phone.enter(target=target, certificate=certificate)
        _fill(phone, folder)
        phone.page.get_by_role("link", name="核对并提交").click()
        phone.sign_everything()
        phone.submit()
        expect(phone.submit_state()).to_have_attribute("data-submit-state", "local")
        way.is_open = True
        phone.page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(phone.submit_state()).to_have_attribute("data-submit-state", "delivered", timeout=WAIT_MS)
        assert phone.errors == []
        context.close()

    return act


def _fill(phone: Phone, folder: Path) -> None:
    """Five items: the first a problem with a photo, the others all clear."""
    picture = folder / "photo.jpg"
    picture.write_bytes(bytes(phone.page.evaluate(MAKE_PHOTO)))
    phone.answer("problem")
    phone.page.get_by_role("group", name="结果类型").get_by_role("button").first.click()
    phone.page.locator("[data-note]").fill("现场未见执照原件")
    phone.page.locator("[data-note]").blur()
    phone.page.get_by_role("link", name="拍照").click()
    phone.page.locator("[data-gallery]").set_input_files(picture)
    expect(phone.page.get_by_text("已拍 1")).to_be_visible()
    phone.page.get_by_role("link", name="返回").click()
    phone.page.get_by_role("button", name="下一项").click()
    for _ in range(4):
        phone.answer("ok")
