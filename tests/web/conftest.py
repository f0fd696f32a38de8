"""One Chromium for all tests of this folder that look at pages."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from onevisit.support import clock
from tests.cast import Cast
from tests.web.browser import BrowserThread, Visitor


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserThread]:
    thread = BrowserThread()
    yield thread
    thread.stop()


@pytest.fixture
def demo_city(settings: Settings) -> None:
    settings.DEMO = True
    clock.forget()


@pytest.fixture
def visit(browser: BrowserThread, demo_city: None, people: Cast) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens the browser of one of the cast (empty: nobody signed in)."""
    opened: list[Visitor] = []

    def start(name: str = "林", *, width: int = 1440, height: int = 900) -> Visitor:
        client = Client(raise_request_exception=True)
        if name:
            user = people.officers[name].user
            assert user is not None
            client.force_login(user)
        visitor = Visitor(browser, client, width=width, height=height)
        opened.append(visitor)
        return visitor

    yield start
    for visitor in opened:
        visitor.close()
