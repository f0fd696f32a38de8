"""The first administrator: appointed once, with a password that must be replaced before anything else."""

import pytest
from django.test import Client

from onevisit.support.identity import actors, founding
from onevisit.support.identity.models import Officer, Post, User
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast

OWN = "wo-zi-ji-de-mi-ma-9"


def _found() -> str:
    return founding.appoint_administrator(account="admin", name="管理员", region_code="350200", at=AT)


def test_an_empty_city_gets_one_operator_and_an_entry(db: None) -> None:
    password = _found()

    user = User.objects.get(username="admin")
    assert user.check_password(password)
    assert actors.of_user(user=user, on=AT.date()).holds(Role.OPERATOR)
    entry = LedgerEntry.objects.get(event="administrator.appointed")
    assert entry.subject == str(Officer.objects.get().pk)
    assert password not in bytes(entry.payload).decode()


def test_a_city_with_an_operator_gets_no_second_one(people: Cast) -> None:
    with pytest.raises(founding.AlreadyFounded):
        _found()

    assert Post.objects.filter(role=Role.OPERATOR).count() == 1


def test_a_one_time_password_opens_only_the_change_of_the_password(db: None, client: Client) -> None:
    password = _found()

    client.post("/accounts/login/", {"login": "admin", "password": password})

    for path in ("/inbox", "/settings/me", "/settings/organs"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")
    assert client.get("/accounts/password/change/").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_an_own_password_opens_the_rest(db: None, client: Client) -> None:
    password = _found()
    client.post("/accounts/login/", {"login": "admin", "password": password})

    answer = client.post("/accounts/password/change/", {"oldpassword": password, "password1": OWN, "password2": OWN})

    assert answer.status_code == 302
    assert not User.objects.get(username="admin").is_password_one_time
    assert client.get("/settings/me").status_code == 200
