"""A form that is sent twice acts once: the retried POST is answered with the first result."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from onevisit.stages.offers.models import OfferReply
from onevisit.support import clock
from onevisit.support.ledger.models import LedgerEntry
from onevisit.web.ui import idempotency
from onevisit.web.ui.models import SentForm
from tests import scenes
from tests.cast import AT, Cast

KEY = {"once": "4f1b"}


@pytest.fixture
def at_work(people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sign 王 in, with an offer to answer; return the path of the acceptance."""
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=1))
    offer = scenes.sent(people)
    user = people.officers["王"].user
    assert user is not None
    client.force_login(user)
    return f"/offers/{offer.pk}/accept"


def _accepted() -> int:
    return LedgerEntry.objects.filter(event="offer.accepted").count()


def test_the_same_form_sent_twice_acts_once_and_gets_the_first_answer(at_work: str, client: Client) -> None:
    first = client.post(at_work, KEY)
    second = client.post(at_work, KEY)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert _accepted() == 1
    assert "没有重复办理" in str(list(get_messages(second.wsgi_request))[-1])


def test_without_a_key_the_second_try_is_an_act_of_its_own(at_work: str, client: Client) -> None:
    client.post(at_work)

    assert client.post(at_work).status_code == 409


def test_a_refused_form_can_be_mended_and_sent_again_under_its_key(at_work: str, client: Client) -> None:
    decline = at_work.replace("accept", "decline")

    refused = client.post(decline, KEY | {"reason_code": "nothing"})
    mended = client.post(decline, KEY | {"reason_code": "recently_checked"})

    assert (refused.status_code, mended.status_code) == (422, 302)
    assert OfferReply.objects.filter(state="declined").count() == 1


def test_another_form_under_a_used_key_is_refused(at_work: str, client: Client) -> None:
    client.post(at_work, KEY)

    answer = client.post(at_work.replace("accept", "undo"), KEY)

    assert answer.status_code == 422
    assert "内容不同" in answer.content.decode()
    assert OfferReply.objects.filter(state="accepted").exists()


def test_while_the_first_runs_the_second_is_told_so(at_work: str, people: Cast, client: Client) -> None:
    user = people.officers["王"].user
    assert user is not None
    SentForm.objects.create(person=str(user.pk), key="4f1b", digest=_digest_of(at_work), at=clock.now())

    answer = client.post(at_work, KEY)

    assert answer.status_code == 409
    assert "正在办理" in answer.content.decode()
    assert _accepted() == 0


def test_a_try_that_died_does_not_block_for_ever(at_work: str, people: Cast, client: Client) -> None:
    user = people.officers["王"].user
    assert user is not None
    long_ago = clock.now() - idempotency.ABANDONED - timedelta(seconds=1)
    SentForm.objects.create(person=str(user.pk), key="4f1b", digest=_digest_of(at_work), at=long_ago)

    client.post(at_work, KEY)

    assert _accepted() == 1


def test_keys_are_each_persons_own(at_work: str, people: Cast, client: Client) -> None:
    client.post(at_work, KEY)
    other = people.officers["何"].user
    assert other is not None
    client.force_login(other)

    client.post(at_work, KEY)

    assert _accepted() == 2


def test_the_header_does_the_same_for_scripts(at_work: str, client: Client) -> None:
    for _ordinal in range(2):
        assert client.post(at_work, headers={"Idempotency-Key": "abc"}).status_code == 302

    assert _accepted() == 1


def test_every_button_that_posts_carries_a_key(at_work: str, client: Client) -> None:
    page = client.get(at_work.removesuffix("/accept")).content.decode()

    form = page[page.index(f'action="{at_work}"') :].split("</form>")[0]
    assert 'name="once"' in form


def test_old_keys_are_forgotten(at_work: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(at_work, KEY)
    assert idempotency.sweep() == 0

    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=2))
    assert idempotency.sweep() == 1


def _digest_of(path: str) -> str:
    from django.test import RequestFactory

    return idempotency._digest(RequestFactory().post(path, KEY))
