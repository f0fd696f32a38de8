"""Every page of the route table in Chromium: axe finds nothing (WCAG 2.2 AA), nothing scrolls sideways, no error."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from tests.access import Page, every_page
from tests.cast import Cast
from tests.web.browser import Visitor

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES = ((1440, 900), (390, 844))
LOOKED_AT = [page for page in every_page() if page.method == "GET"]


def _is_html(people: Cast, page: Page, url: str) -> bool:
    client = Client()
    if page.may:
        user = people.officers[page.may].user
        assert user is not None
        client.force_login(user)
    answer = client.get(url)
    content = b"".join(answer) if answer.streaming else answer.content
    # A fragment is looked at in its page; the field app has browser tests of its own, with a server and a worker.
    is_page = content.lstrip()[:15].lower() == b"<!doctype html>" and not url.startswith("/field/")
    return answer.status_code == 200 and is_page


def said(results: dict[str, object]) -> list[str]:
    """Return what axe found, one line a rule with its first place."""
    lines = []
    for found in results["violations"]:  # type: ignore[attr-defined]
        lines.append(f"{found['id']}: {found['help']} ({len(found['nodes'])}) {found['nodes'][0]['html'][:160]}")
    return lines


@pytest.mark.parametrize("page", LOOKED_AT, ids=lambda page: page.name)
def test_a_page_can_be_read_and_used_by_everybody(people: Cast, visit: Callable[..., Visitor], page: Page) -> None:
    url = reverse(page.name, kwargs=page.build(people))
    if not _is_html(people, page, url):
        return

    visitor = visit(page.may)
    for width, height in SIZES:
        visitor.resize(width=width, height=height)
        visitor.open(url)

        found = visitor.do(lambda page: Axe().run(page, options=RULES))

        assert said(found.response) == [], f"{url} at {width}"
        assert visitor.overflow() <= 0, f"{url} scrolls sideways at {width}"
        assert visitor.problems == [], f"{url} at {width}"


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/2fa/", "/accounts/sessions/", "/nothing-here"])
def test_pages_of_the_library_and_of_errors_too(visit: Callable[..., Visitor], path: str) -> None:
    visitor = visit("" if "login" in path else "林")
    for width, height in SIZES:
        visitor.resize(width=width, height=height)
        visitor.open(path)

        found = visitor.do(lambda page: Axe().run(page, options=RULES))

        assert said(found.response) == []
        assert visitor.overflow() <= 0
