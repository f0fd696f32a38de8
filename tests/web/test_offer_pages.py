"""The pages of offers: one click answers, both see a conflict, lists of constant cost, forms keep their words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onevisit.stages.offers import services
from onevisit.stages.offers.models import Offer, OfferReply
from onevisit.support import clock
from tests import scenes
from tests.cast import AT, Cast


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _client(people: Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def test_one_click_accepts_and_offers_to_undo_for_ten_seconds(people: Cast) -> None:
    offer = scenes.sent(people)
    client = _client(people, "王")
    before = client.get(f"/offers/{offer.pk}").content.decode()

    page = client.post(f"/offers/{offer.pk}/accept", {"seen_state": "pending"}, follow=True).content.decode()

    assert f'action="/offers/{offer.pk}/accept"' in before
    assert scenes.reply_of(offer, people, "市市监局").state == "accepted"
    assert f"/offers/{offer.pk}/undo" in page
    assert "已应约。请在 2026-11-13 前确定 2 名以上持证执法人员入库。" in page


def test_the_second_answer_gets_409_with_who_was_first_and_a_way_to_change_it(people: Cast) -> None:
    offer = scenes.sent(people)
    services.accept(reply=scenes.reply_of(offer, people, "市市监局"), actor=people.actor("王"), at=AT)
    form = {"reason_code": "not_ours", "words": "本月人手已满", "seen_state": "pending"}

    answer = _client(people, "王").post(f"/offers/{offer.pk}/decline", form)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "于 11-10 09:00 已答复：已应约" in page
    assert "改为不应约" in page
    assert "本月人手已满" in page
    assert scenes.reply_of(offer, people, "市市监局").state == "accepted"


def test_the_initiator_sees_no_button_to_settle_while_answers_are_awaited(people: Cast) -> None:
    offer = scenes.sent(people)

    page = _client(people, "林").get(f"/offers/{offer.pk}").content.decode()

    assert "成约…" not in page
    assert "等待 市市监局、市应急局、市生态局、市消防支队 答复" in page


@pytest.mark.requirement("R58")
def test_one_plus_n_is_counted_and_shown(people: Cast) -> None:
    offer = scenes.sent(people)
    client = _client(people, "林")

    assert f"{offer.title} 1+4" in client.get(f"/offers/{offer.pk}").content.decode()
    assert 'data-size="4">1+4 1 件' in client.get("/offers/figures").content.decode()


def test_old_and_new_dates_stand_side_by_side_with_who_is_free(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    services.counter(
        reply=reply, starts_on=scenes.ENDS_ON, ends_on=scenes.ENDS_ON, words="培训", actor=people.actor("王"), at=AT
    )

    page = _client(people, "林").get(f"/offers/{offer.pk}").content.decode()

    assert "<s>11-24 至 11-26</s> → <strong>11-26 至 11-26</strong>" in page
    assert "各部门都有 2 人以上：11-24、11-25、11-26" in page
    assert f'action="/offers/{offer.pk}/adopt"' in page


def test_the_inbox_previews_an_offer_with_its_answer(people: Cast) -> None:
    offer = scenes.sent(people)
    client = _client(people, "王")

    inbox = client.get("/inbox").content.decode()
    preview = client.get(f"/offers/{offer.pk}/preview", headers={"HX-Request": "true"}).content.decode()

    assert f"/offers/{offer.pk}/preview" in inbox
    assert f'action="/offers/{offer.pk}/accept"' in preview
    assert "市市监局许可" in preview


def test_a_department_that_was_not_asked_finds_nothing(people: Cast) -> None:
    offer = scenes.sent(people)
    OfferReply.objects.filter(offer=offer, department=people.departments["市消防支队"]).delete()

    assert _client(people, "周").get(f"/offers/{offer.pk}").status_code == 404
    assert _client(people, "司").get(f"/offers/{offer.pk}").status_code == 200


def test_a_refused_form_keeps_what_was_typed(people: Cast) -> None:
    part = scenes.part_of(scenes.settled(people), people, "市市监局")
    form = {"item_ids": [str(part.item_ids[0])], "method": "on_site", "opinion": "先查油品", "assistants_count": "1"}

    answer = _client(people, "王").post(f"/offers/parts/{part.pk}/submit", form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "先查油品" in page
    assert "请提名 2 名以上持证执法人员入库" in page


def test_the_lists_cost_the_same_for_many_as_for_few(people: Cast) -> None:
    offer = scenes.sent(people)
    client = _client(people, "王")
    client.get("/offers/?box=in")
    few = _queries(client, "/offers/?box=in")
    for ordinal in range(10):
        copy = Offer.objects.get(pk=offer.pk)
        copy.pk, copy.number = None, f"YY-{ordinal}"
        copy._state.adding = True
        copy.save(force_insert=True)
        OfferReply.objects.create(offer=copy, department=people.departments["市市监局"])

    assert _queries(client, "/offers/?box=in") == few


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
