"""What the shell does in the browser: commands, shortcuts, drafts, signing in again in place, acts from the preview."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from onevisit.stages.offers.models import OfferReply
from onevisit.support.notices.models import Notice
from tests import scenes
from tests.cast import AT, Cast
from tests.web.browser import Visitor

Visit = Callable[..., Visitor]
PASSWORD = "chang-mima-2026-abc"


def test_the_palette_finds_a_page_by_part_of_its_name(visit: Visit) -> None:
    visitor = visit("林")
    visitor.open("/inbox")

    def act(page: Page) -> str:
        page.keyboard.press("Control+k")
        page.keyboard.type("机制")
        page.keyboard.press("Enter")
        page.wait_for_url("**/mechanisms")
        return page.title()

    assert "九项机制" in visitor.do(act)


def test_single_keys_are_silent_while_somebody_types_and_can_be_switched_off(visit: Visit) -> None:
    visitor = visit("林")
    visitor.open("/inbox")

    def act(page: Page) -> list[bool]:
        seen = []
        page.focus("#site-search")
        page.keyboard.press("?")
        seen.append(page.is_visible("#keys-dialog"))
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        seen.append(page.is_visible("#keys-dialog"))
        page.uncheck("#keys-switch")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        seen.append(page.is_visible("#keys-dialog"))
        return seen

    assert visitor.do(act) == [False, True, False]


def test_what_was_typed_is_offered_again_after_the_page_was_lost(visit: Visit) -> None:
    visitor = visit("林")
    visitor.open("/dev/patterns")

    def write(page: Page) -> None:
        page.fill("#id_plain-title", "加油站联合检查")
        expect(page.locator("[data-draft-state]")).to_contain_text("已存")

    def take(page: Page) -> str:
        page.click("text=接着填")
        return page.input_value("#id_plain-title")

    visitor.do(write)
    visitor.open("/dev/patterns")

    assert visitor.do(take) == "加油站联合检查"


def test_a_draft_keeps_no_password(visit: Visit) -> None:
    visitor = visit("林")
    visitor.open("/dev/patterns")

    def act(page: Page) -> str:
        page.fill("#id_plain-password", PASSWORD)
        page.fill("#id_plain-title", "x")
        expect(page.locator("[data-draft-state]")).to_contain_text("已存")
        return str(page.evaluate("JSON.stringify(localStorage)"))

    assert PASSWORD not in visitor.do(act)


def test_whose_session_ended_signs_in_again_in_place_and_the_form_is_sent(people: Cast, visit: Visit) -> None:
    user = people.officers["林"].user
    assert user is not None
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    notice = Notice.objects.create(officer=people.officers["林"], kind="x", title="一", created_at=AT)
    visitor = visit("林")
    visitor.open("/inbox?box=notices")
    visitor.client.logout()

    def act(page: Page) -> None:
        page.click("button[name=all]")
        page.fill("#session-login", user.get_username())
        page.fill("#session-password", PASSWORD)
        page.click("#session-form button[type=submit]")
        page.wait_for_selector("text=已标为已阅")

    visitor.do(act)

    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_wrong_password_in_place_keeps_the_form_and_says_so(people: Cast, visit: Visit) -> None:
    Notice.objects.create(officer=people.officers["林"], kind="x", title="一", created_at=AT)
    visitor = visit("林")
    visitor.open("/inbox?box=notices")
    visitor.client.logout()

    def act(page: Page) -> str:
        page.click("button[name=all]")
        page.fill("#session-login", "nobody")
        page.fill("#session-password", "wrong-wrong-wrong")
        page.click("#session-form button[type=submit]")
        expect(page.locator("#session-error")).not_to_be_empty()
        return page.inner_text("#session-error")

    assert "填写的内容还在" in visitor.do(act)
    assert Notice.objects.get().read_at is None


@pytest.mark.django_db
def test_an_offer_is_answered_from_the_inbox_with_one_key_and_taken_back_with_another(
    people: Cast, visit: Visit
) -> None:
    offer = scenes.sent(people)
    visitor = visit("王")
    visitor.open("/inbox")

    def accept(page: Page) -> None:
        page.wait_for_selector("#preview [data-key=a]")
        page.keyboard.press("a")
        page.wait_for_selector("#toasts [data-undo]")

    visitor.do(accept)
    accepted = OfferReply.objects.get(offer=offer, department=people.departments["市市监局"]).state

    def undo(page: Page) -> None:
        with page.expect_navigation():
            page.keyboard.press("u")

    visitor.do(undo)
    taken_back = OfferReply.objects.get(offer=offer, department=people.departments["市市监局"]).state

    assert (accepted, taken_back) == ("accepted", "pending")
