"""Two people at one record: the later one sees who changed what, both values, and keeps what was typed."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from onevisit.stages.offers import services as offers
from onevisit.stages.offers.models import Offer
from onevisit.stages.plans import services as plans
from onevisit.stages.plans.models import Campaign
from onevisit.stages.plans.services import Changes
from onevisit.support import clock
from tests import finding_scenes, scenes
from tests.cast import AT, Cast

LATER = AT + timedelta(minutes=72)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(hours=2))
    monkeypatch.setattr(clock, "today", lambda: AT.date())


def _signed_in(client: Client, people: Cast, name: str) -> Client:
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def _seen(client: Client, path: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', client.get(path).content.decode())
    assert found
    return html.unescape(found[1])


def test_a_changed_plan_is_not_overwritten_unseen(people: Cast, client: Client) -> None:
    campaign = scenes.complete(people)
    path = f"/plans/campaigns/{campaign.pk}/edit/problem"
    seen = _seen(_signed_in(client, people, "陈"), path)
    plans.edit(campaign=campaign, changes=Changes(problem_source="同事的说法"), actor=people.actor("陈"), at=LATER)

    answer = client.post(path, {"problem_source": "我的说法", "seen": seen})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "陈 已于 11-10 10:12" in page
    assert "同事的说法" in page
    assert ">\n我的说法</textarea>" in page
    assert Campaign.objects.get(pk=campaign.pk).problem_source == "同事的说法"

    again = client.post(path, {"problem_source": "我的说法", "seen": _shown(page)})
    assert again.status_code == 302
    assert Campaign.objects.get(pk=campaign.pk).problem_source == "我的说法"


def _shown(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def test_who_typed_the_same_is_in_nobodys_way(people: Cast, client: Client) -> None:
    campaign = scenes.complete(people)
    path = f"/plans/campaigns/{campaign.pk}/edit/problem"
    seen = _seen(_signed_in(client, people, "陈"), path)
    plans.edit(campaign=campaign, changes=Changes(problem_source="一样"), actor=people.actor("陈"), at=LATER)

    assert client.post(path, {"problem_source": "一样", "seen": seen}).status_code in (302, 422)


def test_an_unchanged_offer_is_saved_at_once(people: Cast, client: Client) -> None:
    offer = scenes.drafted(people)
    path = f"/offers/{offer.pk}/edit"
    typed = {"reason": "新的事由", "basis": offer.basis, "starts_on": offer.starts_on, "ends_on": offer.ends_on}

    answer = _signed_in(client, people, "林").post(path, typed | {"seen": _seen(client, path)})

    assert answer.status_code == 302
    assert Offer.objects.get(pk=offer.pk).reason == "新的事由"


def test_an_offer_that_was_sent_meanwhile_keeps_the_typed_words_on_the_page(people: Cast, client: Client) -> None:
    offer = scenes.drafted(people)
    path = f"/offers/{offer.pk}/edit"
    typed = {"reason": "我改的事由", "basis": offer.basis, "starts_on": offer.starts_on, "ends_on": offer.ends_on}
    seen = _seen(_signed_in(client, people, "林"), path)
    offers.send(offer=offer, actor=people.actor("林"), at=LATER)

    answer = client.post(path, typed | {"seen": seen})

    assert answer.status_code == 409
    assert "我改的事由" in answer.content.decode()
    assert "发出要约" in answer.content.decode()


def test_a_problem_ordered_by_a_colleague_keeps_the_other_order_on_the_page(people: Cast, client: Client) -> None:
    finding = finding_scenes.ordered(people)
    order = {"demand": "三日内清理通道并拍照", "due_on": "2026-12-05", "public_words": "通道占用"}

    answer = _signed_in(client, people, "林局").post(f"/findings/{finding.pk}/order", order)

    assert answer.status_code == 409
    assert "三日内清理通道并拍照" in answer.content.decode()
    assert "您打开此页后" in answer.content.decode()


def test_a_broken_note_of_what_was_seen_is_no_error(people: Cast, client: Client) -> None:
    offer = scenes.drafted(people)
    typed = {"reason": "事由", "basis": offer.basis, "starts_on": offer.starts_on, "ends_on": offer.ends_on}

    for seen in ("{", "[1]", "null", ""):
        answer = _signed_in(client, people, "林").post(f"/offers/{offer.pk}/edit", typed | {"seen": seen})
        assert answer.status_code == 302
