"""Acts without an account are counted by the sender's address, each window by itself."""

import time

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from onevisit.web.ui import throttle

pytestmark = pytest.mark.django_db


def test_each_address_has_its_own_count_and_each_window_begins_at_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (RequestFactory().post("/", REMOTE_ADDR=address) for address in ("192.0.2.1", "192.0.2.2"))
    begins = (int(time.time()) // 3600) * 3600.0
    monkeypatch.setattr(throttle.time, "time", lambda: begins)

    counts = [throttle.count(request, "t", window=3600) for request in (first, first, second)]
    monkeypatch.setattr(throttle.time, "time", lambda: begins + 3600)

    assert counts == [1, 2, 1]
    assert throttle.count(first, "t", window=3600) == 1


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (3, "198.51.100.7, 203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_trusted_proxies_are_believed(settings: Settings, proxies: int, header: str, address: str) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": header})

    assert throttle.address_of(request) == address
