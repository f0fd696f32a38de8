"""Sign-in: one message for wrong name or password, a throttle, a second factor, sessions that can be revoked."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.test import Client

from onevisit.support.identity.models import User
from tests.cast import Cast

PASSWORD = "jian-cha-2026-ou"


@pytest.fixture
def clerk(people: Cast) -> User:
    user = people.officers["林"].user
    assert user is not None
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def _try(client: Client, user: User, password: str) -> str:
    answer = client.post("/accounts/login/", {"login": user.username, "password": password})
    return answer.content.decode() if answer.status_code == 200 else f"{answer.status_code} {answer['Location']}"


def test_the_right_password_lands_on_the_inbox(clerk: User, client: Client) -> None:
    assert _try(client, clerk, PASSWORD) == "302 /inbox"


def test_a_wrong_password_and_an_unknown_name_give_the_same_words(clerk: User, client: Client) -> None:
    wrong = _try(client, clerk, "falsch-falsch")
    unknown = client.post("/accounts/login/", {"login": "nobody-here", "password": PASSWORD}).content.decode()

    message = "账号或密码不对"
    assert message in wrong
    assert message in unknown


def test_after_five_wrong_tries_even_the_right_password_waits(clerk: User, client: Client) -> None:
    for _ in range(5):
        _try(client, clerk, "falsch-falsch")

    assert "302" not in _try(client, clerk, PASSWORD)


def test_nobody_can_sign_up(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"username": "neu", "password1": PASSWORD})

    assert not User.objects.filter(username="neu").exists()


def test_an_account_with_totp_is_asked_for_the_code(clerk: User, client: Client) -> None:
    secret = generate_totp_secret()
    TOTP.activate(clerk, secret)

    assert "/accounts/2fa/authenticate/" in _try(client, clerk, PASSWORD)
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"
    answer = client.post("/accounts/2fa/authenticate/", {"code": code})

    assert answer.status_code == 302
    assert client.get("/settings/me").status_code == 200


def test_a_session_can_be_revoked_from_another_device(clerk: User) -> None:
    phone, desk = Client(), Client()
    _try(phone, clerk, PASSWORD)
    _try(desk, clerk, PASSWORD)
    phone.get("/settings/me")
    desk.get("/settings/me")
    assert UserSession.objects.filter(user=clerk).count() == 2

    desk.post("/accounts/sessions/")

    assert phone.get("/settings/me").status_code == 302
    assert desk.get("/settings/me").status_code == 200
