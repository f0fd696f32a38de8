"""投诉与异议 at the desk: tabs with counts, the clock, the contact for who answers, an objection that mends."""

import pytest
from django.test import Client

from onevisit.stages.publication import ratings, selectors
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.ratings import Given
from onevisit.support import clock
from tests import voice_scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    clock.forget()


def _desk(people: Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def test_an_objection_has_its_tab_its_todo_and_its_clock(people: Cast) -> None:
    made = voice_scenes.objection(people)
    desk = _desk(people, "林局")

    assert "厦门湖滨加油站有限公司" in desk.get("/publication/?tab=objection").content.decode()
    assert "没有" in desk.get("/publication/?tab=late").content.decode()
    assert made.receipt in desk.get("/inbox").content.decode()
    page = desk.get(f"/publication/requests/{made.pk}").content.decode()
    assert "clock-chip" in page
    assert "企业信息公示暂行条例" in page


def test_a_late_publication_stands_in_its_tab(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    scene.prepared(people)

    assert "厦门湖滨加油站" not in _desk(people, "林局").get("/publication/?tab=late").content.decode()
    assert selectors.visible_to(people.actor("林局"), at=AT.replace(year=2027)).get().is_late


def test_the_contact_is_shown_once_to_who_answers(people: Cast) -> None:
    made = voice_scenes.asked(people, contact="13800138000")
    clerk, head = _desk(people, "林"), _desk(people, "林局")
    path = f"/publication/requests/{made.pk}"

    assert "13800138000" not in head.get(path).content.decode()
    assert "13800138000" in head.post(f"{path}/contact").content.decode()
    assert "13800138000" not in head.get(path).content.decode()
    assert clerk.post(f"{path}/contact").status_code == 403
    assert "审批人办理" in clerk.get(path).content.decode()


def test_a_sustained_objection_mends_the_result_and_a_refusal_keeps_what_was_typed(people: Cast) -> None:
    made = voice_scenes.objection(people)
    desk, organ = _desk(people, "林局"), people.departments["市商务局"].pk
    path = f"/publication/requests/{made.pk}/sustain"

    answer = desk.post(path, {"remedy": "correct", "words": "原文字有误，应更正"})
    assert answer.status_code == 422
    assert "原文字有误，应更正" in answer.content.decode()
    desk.post(path, {"remedy": "correct", "words": "原文字有误，应更正", f"words-{organ}": "未发现问题（证照已换）"})

    assert Publication.objects.get().state == "corrected"
    assert "异议成立" in Client().get("/open/b/91350200XMDM000777").content.decode()


def test_ratings_are_sums_and_words_are_for_the_supervisor(people: Cast) -> None:
    visit = scene.visit(people)
    for number in range(5):
        given = Given(stars=4, showed_code=True, done_at_once=True, made_demands=False, words=f"意见{number}号")
        ratings.give(code=f"C{number}", visit_id=visit.pk, key_id=voice_scenes.key_id(visit), given=given, at=AT)

    own = _desk(people, "林").get("/oversight/ratings").content.decode()
    supervisor = _desk(people, "司").get("/oversight/ratings").content.decode()

    assert "4.0" in own
    assert "意见3号" not in own
    assert "市消防救援支队" not in own
    assert "意见3号" in supervisor
    assert "不足 5 条，暂不公布" in supervisor
