"""Every path by HTTP as three actors: one who may, the same role of another department, one without a post."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from onevisit.project.checks import is_ours, patterns
from onevisit.support import clock
from tests.access import Page, every_page
from tests.cast import AT, Cast

PAGES = every_page()
IDS = [f"{page.name}-{page.method}" for page in PAGES]


@pytest.fixture(autouse=True)
def _demo(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenes stand on a day of their own: what is in time then is not in time for ever."""
    settings.DEMO = True
    monkeypatch.setattr(clock, "now", lambda: AT)


def _call(people: Cast, page: Page, *, name: str) -> int:
    client = Client(raise_request_exception=True)
    if name:
        user = people.officers[name].user
        assert user is not None
        client.force_login(user)
    url = reverse(page.name, kwargs=page.build(people))
    answer = client.get(url) if page.method == "GET" else client.post(url, page.form)
    if answer.streaming:
        b"".join(answer)  # the file is closed when all of it is read
    if answer.status_code == 302 and "/accounts/login/" in answer["Location"]:
        return 401
    return answer.status_code


def test_every_path_is_called_as_three_actors() -> None:
    ours = {pattern.name for _route, pattern in patterns() if is_ours(pattern.callback)}
    listed = Counter(page.name for page in PAGES)

    assert ours - set(listed) == set(), "add these URL names to tests/access/pages/"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_one_who_may_gets_in(people: Cast, page: Page) -> None:
    assert _call(people, page, name=page.may) in page.ok


@pytest.mark.parametrize("page", [page for page in PAGES if page.other], ids=lambda page: f"{page.name}-{page.method}")
def test_the_same_role_elsewhere_does_not(people: Cast, page: Page) -> None:
    assert _call(people, page, name=page.other) == page.other_status


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_an_account_without_a_post_sees_nothing(people: Cast, page: Page) -> None:
    assert _call(people, page, name="吴") == page.outsider_status


@pytest.mark.parametrize("page", [page for page in PAGES if page.may], ids=lambda page: f"{page.name}-{page.method}")
def test_nobody_signed_in_is_asked_to_sign_in(people: Cast, page: Page) -> None:
    assert _call(people, page, name="") == 401
