"""Where a form may send one afterwards: on this site, never elsewhere."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from onevisit.web.ui.views.session import own_address
from tests.cast import Cast

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "http:///evil.example",
]


@pytest.mark.parametrize("given", ["", *ELSEWHERE])
def test_an_address_elsewhere_is_not_followed(given: str) -> None:
    request = RequestFactory().get("/", headers={"host": "localhost"})

    assert own_address(request, given, otherwise="/inbox") == "/inbox"
    assert own_address(request, "/draws/?q=1", otherwise="/inbox") == "/draws/?q=1"


@pytest.mark.django_db
def test_the_demos_way_in_leads_nowhere_else(client: Client, people: Cast, settings: Settings) -> None:
    settings.DEMO = True
    officer = people.officers["林"]
    officer.is_demo_cast = True
    officer.save(update_fields=["is_demo_cast"])

    answer = client.post(f"/demo/sign-in/{officer.pk}", {"next": ELSEWHERE[1]})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/inbox")
