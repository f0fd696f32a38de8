"""Every path by HTTP as four actors: one who may, the same role elsewhere, one without a post, nobody signed in."""

from collections import Counter

import pytest
from django.db import transaction
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


def _call(people: Cast, page: Page, url: str, *, name: str) -> int:
    """Call a page as one of the cast (empty: nobody signed in), and take back what the call changed."""
    client = Client(raise_request_exception=True)
    with transaction.atomic():
        if name:
            user = people.officers[name].user
            assert user is not None
            client.force_login(user)
        answer = client.get(url) if page.method == "GET" else client.post(url, page.form)
        if answer.streaming:
            b"".join(answer)  # the file is closed when all of it is read
        transaction.set_rollback(True)
    if answer.status_code == 302 and "/accounts/login/" in answer["Location"]:
        return 401
    return answer.status_code


def test_every_path_is_called_as_four_actors() -> None:
    ours = {pattern.name for _route, pattern in patterns() if is_ours(pattern.callback)}
    listed = Counter(page.name for page in PAGES)

    assert ours - set(listed) == set(), "add these URL names to tests/access/pages/"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_each_actor_gets_what_is_agreed(people: Cast, page: Page) -> None:
    """The records of a page are made once; each actor finds them as they were made."""
    url = reverse(page.name, kwargs=page.build(people))
    agreed = {page.may: page.ok, "吴": (page.outsider_status,)}
    if page.other:
        agreed[page.other] = (page.other_status,)
    if page.may:
        agreed[""] = (401,)

    found = {name: _call(people, page, url, name=name) for name in agreed}

    assert {name: status for name, status in found.items() if status not in agreed[name]} == {}
