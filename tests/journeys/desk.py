"""People at their desks: each of the cast in a browser of their own, doing what an officer does."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError, expect

from onevisit.core.workdays import CHINA
from tests.journeys.ease.driver import Driver

CAST = {
    "chen": "陈慎言",
    "chen-head": "陈惟实",
    "lin": "林克勤",
    "lin-head": "林以恒",
    "wang": "王揽月",
    "wang-head": "王怀瑾",
    "he": "何克勤",
    "he-head": "何晏如",
    "su": "苏致远",
    "su-head": "苏拾穗",
    "zhou": "周怀瑾",
    "zhou-head": "周思齐",
    "lin-one": "林嘉言",
    "wang-one": "王存真",
    "he-one": "何润泽",
    "su-one": "苏克勤",
    "zhou-one": "周若水",
    "lin-two": "林若谷",
    "wang-two": "王同舟",
    "he-two": "何清和",
    "su-two": "苏时雨",
    "zhou-two": "周临川",
    "notary": "江宁远",
    "supervisor": "方晏如",
    "operator": "余允中",
}
DEPARTMENTS = ("lin", "wang", "he", "su", "zhou")
PARTICIPANTS = DEPARTMENTS[1:]
OFFICERS = tuple(f"{who}-{which}" for who in DEPARTMENTS for which in ("one", "two"))


def working_day(day: datetime) -> datetime:
    """Return the start of a day, or of the next working day: visits are made on no other, whenever a test runs."""
    return datetime.combine(CHINA.working_day_from(day.date()), datetime.min.time())


@dataclass
class Office:
    """The desks of the cast over one running city."""

    browser: Browser
    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)
    drivers: dict[str, Driver] = field(default_factory=dict)

    def of(self, who: str) -> Page:
        """Return the browser page of one of the cast, signed in by one click."""
        if who not in self.pages:
            context = self.browser.new_context(
                base_url=self.url,
                viewport={"width": 1440, "height": 900},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                accept_downloads=True,
            )
            self.contexts.append(context)
            self.drivers[who] = Driver(context)
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.goto("/accounts/login/")
            page.get_by_role("button", name=re.compile(CAST[who])).first.click()
            expect(page).to_have_url(re.compile("/inbox"))
            self.pages[who] = page
        return self.pages[who]

    def driver(self, who: str) -> Driver:
        """Return what counts the clicks, keys and pages of one of the cast."""
        self.of(who)
        return self.drivers[who]

    def set_clock(self, until: datetime) -> None:
        """Set the demo clock forward to a moment, as the operator does on the screen."""
        page = self.of("operator")
        page.goto("/demo/clock")
        page.locator("#until").fill(f"{until:%Y-%m-%dT%H:%M}")
        page.get_by_role("button", name="拨到此时").click()
        expect(page.locator("body")).to_contain_text("演示时间已拨到")

    def now(self) -> datetime:
        """Read the demo clock off the screen."""
        page = self.of("operator")
        page.goto("/demo/clock")
        stamp = page.locator("main time").first.get_attribute("datetime")
        assert stamp
        return datetime.fromisoformat(stamp)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def until(page: Page, is_so: Callable[[], bool], *, why: str, seconds: int = 120) -> None:
    """Look twice a second until the server shows what must follow; a background job may need a while."""
    for _ in range(2 * seconds):
        if is_so():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{why}:\n{page.locator('body').inner_text()}")


def press(page: Page, name: str, *, exact: bool = False) -> None:
    """Press a button that posts, and wait for the page that answers; where it is missing, say what the page shows."""
    button = page.get_by_role("button", name=name, exact=exact).first
    try:
        button.wait_for()
    except TimeoutError as missing:
        raise AssertionError(f"no button {name} on {page.url}:\n{page.locator('main').inner_text()}") from missing
    with page.expect_navigation():
        button.click()


def follow(link: Locator) -> None:
    """Follow a link, and wait for the page that it leads to: what is read next is read there."""
    with link.page.expect_navigation():
        link.click()


def confirm(page: Page, opener: str, button: str) -> None:
    """Open a dialog by its button and press the button inside it."""
    page.get_by_role("button", name=opener).first.click()
    with page.expect_navigation():
        page.locator("dialog[open]").get_by_role("button", name=button).last.click()
