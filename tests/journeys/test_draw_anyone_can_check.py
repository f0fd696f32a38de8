"""A draw with three departments' keys and two witnesses: sealed, opened after the visits, checked by anybody."""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import closing, office, public, watchers
from tests.journeys.conftest import City, running_city
from tests.journeys.desk import Office, until, working_day
from tests.journeys.phones import OtherPhone

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("witnessed")]

DEPARTMENTS = ("lin", "wang", "zhou")
DECLINING = ("he", "su")
NAMES = ("audit", "discipline")


@pytest.fixture
def witnessed(tmp_path: Path) -> Iterator[City]:
    """A demo city whose ledger waits for two witnesses."""
    with ExitStack() as stack:
        city = stack.enter_context(running_city(tmp_path))
        log = watchers.log_key(city)
        running = [stack.enter_context(watchers.running_witness(tmp_path / name, name=name, log=log)) for name in NAMES]
        watchers.adopt(city, running, folder=tmp_path)
        yield city


@pytest.fixture
def desks(browser: Browser, witnessed: City) -> Iterator[Office]:
    opened = Office(browser, witnessed.url)
    yield opened
    opened.close()


def test_anybody_checks_a_witnessed_draw(browser: Browser, witnessed: City, desks: Office, tmp_path: Path) -> None:
    now = desks.now().replace(tzinfo=None, second=0, microsecond=0)
    day = working_day(now + timedelta(days=13))
    offer = _settled_by_three(desks, starts=day)
    number = _sealed_draw(desks, offer, t0=now + timedelta(days=8), folder=tmp_path)

    reader = public.anybody(browser, witnessed.url)
    reader.goto(f"/open/draws/{number}")
    expect(reader.locator("main")).to_contain_text("封存")
    assert reader.request.get(f"/open/draws/{number}/files/receipt.json").status == 404

    _visit(witnessed, desks, number=number, day=day)
    closing.review_results(desks, departments=DEPARTMENTS)
    public.publish(desks)
    public.wait_until_open(reader, number)
    for name in NAMES:
        expect(reader.locator("main")).to_contain_text(name)
    assert "核验通过" in public.verify_in_the_browser(reader, number)
    _bundle(reader, number, folder=tmp_path)


def _settled_by_three(desks: Office, *, starts: datetime) -> str:
    campaign = office.start_campaign(desks, starts=starts)
    office.write_plan(desks, campaign)
    office.approve_plan(desks, campaign)
    offer = office.send_offer(desks, campaign)
    office.answer_offer(desks, offer, declining=DECLINING)
    office.settle_offer(desks, offer)
    office.approve_parts(desks, offer, departments=DEPARTMENTS)
    return offer


def _sealed_draw(desks: Office, offer: str, *, t0: datetime, folder: Path) -> str:
    draw = office.prepare_draw(desks, offer, t0=t0, departments=DEPARTMENTS)
    number = office.freeze_and_commit(desks, draw)
    page = desks.of("chen")

    def is_committed() -> bool:
        page.goto(draw)
        return "已承诺" in page.locator("main").inner_text()

    _wait(desks, is_committed)
    evidence = folder / "ceremony.jpg"
    evidence.write_bytes(b"\xff\xd8\xff\xe0 photo of the ceremony's protocol")
    office.type_value(desks, draw, evidence=evidence)
    desks.set_clock(t0 - timedelta(minutes=20))
    office.hand_keys(desks, draw, departments=DEPARTMENTS)
    desks.set_clock(t0 + timedelta(minutes=1))
    office.draw_lots(desks, draw)
    return number


def _visit(city: City, desks: Office, *, number: str, day: datetime) -> None:
    """Each department's officers inspect and hand in; the visit is closed by the last of them."""
    phones = []
    drawn = office.drawn_officers(city, number)
    for ordinal, who in enumerate(DEPARTMENTS, start=1):
        request = desks.of(drawn[who][0]).context.request
        phones.append(OtherPhone(request, city.url, device=f"00000000-0000-4000-8000-{ordinal:012d}"))
    _wait(desks, lambda: all(phone.tasks() for phone in phones))
    desks.set_clock(day.replace(hour=9, minute=35))
    for phone in phones:
        phone.inspect(at=desks.now())
    page = desks.of("chen")
    page.goto("/visits/")
    expect(page.locator("main")).to_contain_text(re.compile(r"3\s*/\s*3"))


def _wait(desks: Office, is_so: Callable[[], bool]) -> None:
    """The witnesses answer within seconds; what follows from their quorum within some more."""
    until(desks.of("chen"), is_so, why="nothing followed from the witnesses' quorum")


def _bundle(reader: Page, number: str, *, folder: Path) -> None:
    """The bundle passes with both cosignatures; with one byte of one list changed, the verifier names the list."""
    answer = reader.request.get(f"/open/draws/{number}/bundle.zip")
    whole = folder / "whole.zip"
    whole.write_bytes(answer.body())
    sound = public.verify_bundle(whole)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "V1 ok" in sound.stdout
    assert "lodged-1.note frames, roster and exclusions were lodged with audit" in sound.stdout
    assert (compared := watchers.compare(folder / NAMES[0], whole)).returncode == 0, compared.stdout + compared.stderr

    changed, frame = folder / "changed.zip", ""
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if not frame and re.fullmatch(r".*350200-\d+\.txt", name):
                frame, content = name.rsplit("/", 1)[-1], content.replace(b"1", b"2", 1)
            target.writestr(name, content)
    broken = public.verify_bundle(changed)
    assert broken.returncode == 1
    assert frame in broken.stdout + broken.stderr
    assert f"{frame}: DIFFERS at line" in watchers.compare(folder / NAMES[0], changed).stdout
