"""The accounts of the demo city, whose password is published, are closed where the database runs as no demo."""

import pytest
from django.test import Client
from pytest_django import Settings

from onevisit.demo import loading
from onevisit.support.identity import services
from onevisit.support.identity.models import User
from onevisit.support.notices.models import Notice
from tests.cast import AT, Cast

PASSWORD = "onevisit-demo-xx"


@pytest.fixture
def player(people: Cast) -> User:
    officer = people.officers["林"]
    officer.is_demo_cast = True
    officer.save(update_fields=["is_demo_cast"])
    loading._open_cast(PASSWORD)
    user = User.objects.get(officer=officer)
    assert user.is_demo
    return user


def _sign_in(client: Client, user: User) -> int:
    return client.post("/accounts/login/", {"login": user.username, "password": PASSWORD}).status_code


def test_the_cast_signs_in_with_its_password_in_the_demo_city(player: User, client: Client, settings: Settings) -> None:
    settings.DEMO = True

    assert _sign_in(client, player) == 302
    assert client.get("/inbox").status_code == 200


def test_the_published_password_opens_nothing_outside_the_demo_city(
    player: User, client: Client, settings: Settings
) -> None:
    settings.DEMO = False

    answer = client.post("/accounts/login/", {"login": player.username, "password": PASSWORD})

    assert "账号或密码不对" in answer.content.decode()
    assert client.get("/inbox").status_code == 302


def test_a_session_of_the_demo_ends_with_the_demo(player: User, client: Client, settings: Settings) -> None:
    settings.DEMO = True
    _sign_in(client, player)

    settings.DEMO = False

    assert client.get("/inbox").status_code == 302


def test_an_account_that_a_click_opened_is_closed_too(people: Cast, settings: Settings) -> None:
    settings.DEMO = True
    officer = people.officers["林一"]
    officer.user = None
    officer.save(update_fields=["user"])

    assert services.open_demo_account(officer=officer).is_demo


def test_the_sign_in_page_names_nobody_whom_a_draw_has_sent_out(
    people: Cast, client: Client, settings: Settings
) -> None:
    settings.DEMO = True
    officer = people.officers["林一"]
    officer.name = "某执法员"
    officer.save(update_fields=["name"])
    Notice.objects.create(officer=officer, kind="visit", title="派给您一次检查", created_at=AT)

    page = client.get("/accounts/login/").content.decode()

    assert "被派执法人员" in page
    assert "某执法员" not in page
