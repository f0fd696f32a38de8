"""深色, 大字 and paper: chosen by a person, remembered for him; a printed page says what it is and leads back."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from onevisit.stages.registers.models import Inspector
from onevisit.support import clock
from onevisit.support.identity.models import Delegation
from onevisit.support.identity.roles import Role
from tests import scenes
from tests.cast import Cast
from tests.web.browser import Visitor


def _page(client: Client, people: Cast, name: str, path: str = "/inbox") -> str:
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client.get(path).content.decode()


def test_the_dark_theme_is_remembered_for_the_person_who_chose_it(people: Cast, visit: Callable[..., Visitor]) -> None:
    visitor = visit("林")
    visitor.open("/inbox")
    visitor.do(lambda page: page.evaluate("document.querySelector('[data-theme-toggle]').click()"))
    visitor.do(lambda page: page.evaluate("document.querySelector('[data-large-toggle]').click()"))

    root = "document.documentElement"
    kept = visitor.do(lambda page: page.evaluate("document.cookie"))
    key = str(people.officers["林"].user_id)[:8]
    assert visitor.do(lambda page: page.evaluate(f"{root}.dataset.theme")) == "dark"
    assert visitor.do(lambda page: page.evaluate(f"{root}.hasAttribute('data-large')"))
    assert f"onevisit_theme_{key}=dark" in kept
    assert f"onevisit_large_{key}=1" in kept
    assert visitor.problems == []


def test_anothers_choice_changes_nothing(people: Cast, client: Client) -> None:
    other = people.officers["王"].user
    assert other is not None
    client.cookies["onevisit_theme_" + str(other.pk)[:8]] = "dark"

    assert 'data-theme="light"' in _page(client, people, "林")
    assert 'data-theme="dark"' in _page(client, people, "王")


@pytest.mark.parametrize(("days", "is_warned"), [(-1, True), (0, False)])
def test_an_expired_certificate_is_said_on_every_page(people: Cast, client: Client, days: int, is_warned: bool) -> None:
    valid_to = clock.today() + timedelta(days=days)
    scenes.inspector(people=people, name="林一", valid_to=valid_to)

    page = _page(client, people, "林一")

    assert (f"您的执法证已于 {valid_to} 到期" in page) is is_warned
    assert Inspector.objects.get().certificate_no in page


def test_a_substitution_shows_its_last_day_in_the_menu(people: Cast, client: Client) -> None:
    Delegation.objects.create(
        from_officer=people.officers["林局"],
        to_officer=people.officers["林"],
        department=people.departments["市商务局"],
        role=Role.APPROVER,
        reason="出差",
        valid_from=date(2020, 1, 1),
        valid_to=date(2040, 11, 30),
    )

    assert "代 林局 · 市商务局 · 审批人（至 11-30）" in _page(client, people, "林")


def test_a_printed_page_carries_who_when_and_a_code_back(people: Cast, client: Client) -> None:
    page = _page(client, people, "林", "/registers/targets?risk=C")

    head = page[page.index("print-head") :].split("</div></div>")[0]
    assert "林 打印" in head
    assert "/registers/targets?risk=C" in head
    assert "<svg" in head
