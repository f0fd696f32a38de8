"""An open draw (公开抽取): no keys, a value bound to T0 that two people type, a result that is public at once."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import office, public
from tests.journeys.conftest import City, running_city
from tests.journeys.desk import Office, press, until, working_day

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("open")]

DEPARTMENTS = ("lin", "wang", "zhou")
DECLINING = ("he", "su")
CLOSE = "3388.06"
AFTER_THE_CLOSE = timedelta(hours=16)


@pytest.fixture
def own_city(tmp_path: Path) -> Iterator[City]:
    """A demo city of its own: it sets the clock and stands on nobody else's draws."""
    with running_city(tmp_path) as city:
        yield city


@pytest.fixture
def desks(browser: Browser, own_city: City) -> Iterator[Office]:
    opened = Office(browser, own_city.url)
    yield opened
    opened.close()


def test_an_open_draw_is_public_as_soon_as_it_is_drawn(
    browser: Browser, own_city: City, desks: Office, tmp_path: Path
) -> None:
    now = desks.now().replace(tzinfo=None, second=0, microsecond=0)
    day = _trading_day(now + timedelta(days=9))
    offer = _settled_for_papers(desks, starts=working_day(day + timedelta(days=4)))
    draw = _prepare(desks, offer, t0=day + timedelta(hours=14, minutes=30))
    number = office.freeze_and_commit(desks, draw)
    page, evidence = desks.of("chen"), tmp_path / "value.jpg"
    evidence.write_bytes(b"\xff\xd8\xff\xe0 photo of what was read")
    _reload_until(page, draw, "已承诺", why="the commitment was not witnessed")
    office.type_value(desks, draw, evidence=evidence)
    reader = public.anybody(browser, own_city.url)
    reader.goto(f"/open/draws/{number}")
    expect(reader.locator("main")).to_contain_text("公开抽取")
    assert reader.request.get(f"/open/draws/{number}/files/receipt.json").status == 404

    desks.set_clock(day + AFTER_THE_CLOSE)
    _type_close(desks, draw, evidence=evidence)
    _draw_once_seen(page, draw)

    public.wait_until_open(reader, number)
    expect(reader.locator("main")).to_contain_text(CLOSE)
    expect(reader.locator("main")).to_contain_text("市司法局")
    said = public.verify_in_the_browser(reader, number)
    assert "不通过" not in said
    assert re.search("核验通过|重算一致", said), said
    whole = tmp_path / "whole.zip"
    whole.write_bytes(reader.request.get(f"/open/draws/{number}/bundle.zip").body())
    sound = public.verify_bundle(whole)
    said = sound.stdout + sound.stderr
    assert (sound.returncode, "not verified: V1 skipped" in said) == (4, True), said  # this city has no witnesses


def _trading_day(day: datetime) -> datetime:
    """Return the start of a day on which the exchange has a close: a working day, no weekend made into one."""
    found = working_day(day)
    while found.weekday() > 4:
        found = working_day(found + timedelta(days=1))
    return found


def _settled_for_papers(desks: Office, *, starts: datetime) -> str:
    """Three departments that look at papers: nobody goes there, so that the list may be known at once."""
    campaign = office.start_campaign(desks, starts=starts)
    office.write_plan(desks, campaign)
    office.approve_plan(desks, campaign)
    offer = office.send_offer(desks, campaign)
    office.answer_offer(desks, offer, declining=DECLINING)
    office.settle_offer(desks, offer)
    office.approve_parts(desks, offer, departments=DEPARTMENTS, method="documents")
    return offer


def _prepare(desks: Office, offer: str, *, t0: datetime) -> str:
    page = desks.of("chen")
    page.goto(f"/draws/new?offer={offer.rsplit('/', 1)[-1]}")
    page.locator("input[name=t0]").fill(f"{t0:%Y-%m-%dT%H:%M}")
    page.locator("input[name=mode][value=open]").check()
    page.locator("input[name=sources][value=sse-000001-close]").check()
    press(page, "编号并登记计划")
    expect(page).to_have_url(re.compile("/draws/[0-9a-f-]{36}"))
    expect(page.locator("main")).to_contain_text("公开抽取")
    return re.sub(r"^https?://[^/]+", "", page.url).rstrip("/")


def _type_close(desks: Office, draw: str, *, evidence: Path) -> None:
    """The organiser and an organ outside the draw type the close of the day; neither sees the other's figure."""
    for who in ("chen", "supervisor"):
        page = desks.of(who)
        page.goto(f"{draw}/type")
        page.locator("#digits").fill(CLOSE)
        page.locator("#evidence").set_input_files(str(evidence))
        press(page, "提交录入")


def _reload_until(page: Page, draw: str, words: str, *, why: str) -> None:
    def is_so() -> bool:
        page.goto(draw)
        return words in page.locator("main").inner_text()

    until(page, is_so, why=why)


def _draw_once_seen(page: Page, draw: str) -> None:
    """The published value waits for the log; until then the draw is refused and nothing is drawn."""
    button = page.get_by_role("button", name="抽取", exact=True)

    def is_drawn() -> bool:
        page.goto(draw)
        if button.count():
            with page.expect_navigation():
                button.click()
            page.goto(draw)
        return not button.count()

    until(page, is_drawn, why="the open draw was not drawn")
