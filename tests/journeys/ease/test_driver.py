"""The driver counts what hands did, once each, and models the time that hands and eyes take."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.ease import driver as ease

pytestmark = pytest.mark.journey

FORM = """<label>名称 <input id="name"></label><label><input type="checkbox" id="agree"> 同意</label>
<select id="kind"><option>甲</option><option>乙</option></select>
<button id="go">提交</button><canvas id="pad" width="200" height="80"></canvas>
<p id="rule">须有2名以上持证执法人员到场</p>"""


def open_form(context: BrowserContext) -> Page:
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=FORM, content_type="text/html; charset=utf-8"))
    page.goto("http://localhost/form")
    return page


def heard(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until the driver has heard of an act, and then of whatever came right after it."""
    for _ in range(600):
        if is_so():
            break
        page.wait_for_timeout(50)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


@pytest.fixture
def desk(browser: Browser) -> Iterator[tuple[Page, ease.Driver]]:
    context = browser.new_context()
    driver = ease.Driver(context)
    page = open_form(context)
    yield page, driver
    context.close()


def test_a_press_is_counted_once_though_a_label_passes_it_on(desk: tuple[Page, ease.Driver]) -> None:
    page, driver = desk

    with driver.job() as cost:
        page.get_by_text("同意").click()
        page.locator("#go").click()
        heard(page, lambda: cost.clicks == 2)

    assert (cost.clicks, cost.taps, cost.keys) == (2, 0, 0)
    assert cost.minutes == pytest.approx(2 * (1.1 + 1.35) / 60)


def test_typing_counts_characters_and_one_decision(desk: tuple[Page, ease.Driver]) -> None:
    page, driver = desk
    page.locator("#name").focus()

    with driver.job() as cost:
        page.keyboard.insert_text("厦门")
        page.keyboard.type("A1")
        page.keyboard.press("Enter")
        heard(page, lambda: cost.keys == 1)

    assert (cost.characters, cost.keys, cost.decisions) == (4, 1, 2)
    assert cost.minutes == pytest.approx((2 * 0.9 + 3 * 0.28 + 2 * 1.35) / 60)


def test_a_choice_in_a_list_of_the_system_is_two_presses(desk: tuple[Page, ease.Driver]) -> None:
    page, driver = desk

    with driver.job() as cost:
        page.locator("#kind").select_option("乙")
        heard(page, lambda: cost.clicks == 2)

    assert cost.clicks == 2


def test_a_signature_is_a_drag(desk: tuple[Page, ease.Driver]) -> None:
    page, driver = desk
    box = page.locator("#pad").bounding_box()
    assert box is not None

    with driver.job() as cost:
        page.mouse.move(box["x"] + 10, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 40)
        page.mouse.up()
        heard(page, lambda: cost.drags == 1)

    assert (cost.drags, cost.clicks, cost.presses) == (1, 0, 1)


def test_a_thumb_taps(browser: Browser) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True)
    driver = ease.Driver(context)
    page = open_form(context)

    with driver.job() as cost:
        page.locator("#go").tap()
        heard(page, lambda: cost.taps == 1)
    context.close()

    assert (cost.taps, cost.clicks) == (1, 0)


def test_what_must_be_read_is_counted_once(desk: tuple[Page, ease.Driver]) -> None:
    page, driver = desk

    with driver.job() as cost:
        driver.read(page.locator("#rule"))
        driver.read(page.locator("#rule"), "依据 产品质量法")

    assert cost.read_characters == 14 + 7


def test_a_budget_that_is_passed_names_the_figure(desk: tuple[Page, ease.Driver]) -> None:
    cost = ease.Cost(taps=9)

    with pytest.raises(AssertionError, match=r"presses.*9\.00 > 8"):
        ease.within_budget("one_problem", cost, save_seconds=0.01)
