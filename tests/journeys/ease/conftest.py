"""One phone whose hands are counted, against the mock of its server with a long checklist."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.ease.driver import Driver
from tests.journeys.field_phone import MockServer, Phone, new_phone, running_mock


@pytest.fixture(scope="session")
def field_server() -> Iterator[MockServer]:
    with running_mock() as mock:
        yield mock


class MeasuredPhone(Phone):
    """A phone with a driver that listens to its hands."""

    driver: Driver


@pytest.fixture
def measured(browser: Browser, field_server: MockServer) -> Iterator[MeasuredPhone]:
    context = new_phone(browser)
    field_server.tell(context, "reset")
    driver = Driver(context)
    phone = MeasuredPhone(context, field_server)
    phone.driver = driver
    yield phone
    context.close()
    assert phone.errors == []


def go_into_the_field(phone: MeasuredPhone) -> None:
    """Set the phone up, let it keep the shell, and put it into flight mode."""
    phone.enrol("lin")
    phone.page.reload()
    phone.unlock()
    phone.wait_for_worker()
    phone.go_offline()
