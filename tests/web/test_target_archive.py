"""一户一档: duties and merge chances in the head, counted tabs, who looked, and a target that is gone."""

from datetime import date, timedelta

import pytest
from django.test import Client

from onevisit.stages.offers.models import JoinRequest
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support import clock
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.stages.offers import joins


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Let the pages read the day of the scenes."""
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(hours=1))
    monkeypatch.setattr(clock, "today", lambda: AT.date())
    return AT.date()


def _page(client: Client, people: Cast, name: str, path: str) -> str:
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.usefixtures("today")
def test_a_clerk_asks_from_the_archive_and_the_initiator_has_it_in_the_inbox(people: Cast, client: Client) -> None:
    offer = joins.sent_to_three(people)
    path = f"/registers/targets/{joins.target().pk}"
    assert "并入" in _page(client, people, "周", path)

    asked = {
        "department": str(people.departments["市消防支队"].pk),
        "items": [str(joins.items(people)[0])],
        "reason": joins.WHY,
    }
    answer = client.post(f"{path}/join/{offer.pk}", asked)

    join = JoinRequest.objects.get()
    assert answer["Location"] == f"/offers/joins/{join.pk}"
    assert "待答复" in _page(client, people, "周", path)
    assert "答复市消防支队并入" in _page(client, people, "林", "/inbox")


@pytest.mark.usefixtures("today")
def test_a_participant_is_offered_no_merge(people: Cast, client: Client) -> None:
    offer = joins.sent_to_three(people)
    target = joins.target()

    page = _page(client, people, "王", f"/registers/targets/{target.pk}")

    assert f"/registers/targets/{target.pk}/join/{offer.pk}" not in page


@pytest.mark.usefixtures("today")
def test_a_frozen_pool_says_so_and_leaves_going_apart(people: Cast, client: Client) -> None:
    draw_scenes.frozen(people)
    target = joins.target()

    page = _page(client, people, "林", f"/registers/targets/{target.pk}")

    assert "冻结，部门、事项不再变动，不能并入" in page


def test_tabs_carry_their_counts_and_show_who_looked(people: Cast, client: Client) -> None:
    joins.sent_to_three(people)
    target = joins.target()
    InspectionTarget.objects.filter(pk=target.pk).update(contact_name="陈某", contact_phone="13900000001")
    other = InspectionTarget.objects.exclude(pk=target.pk).first()
    assert other is not None
    InspectionTarget.objects.filter(pk=other.pk).update(contact_name="陈某", contact_phone="13900000001")
    path = f"/registers/targets/{target.pk}"
    _page(client, people, "林", path)
    client.post(f"{path}/contact")

    assert other.name in _page(client, people, "林", f"{path}?tab=linked")
    readers = _page(client, people, "林", f"{path}?tab=readers")
    assert "查看了联系人和电话" in readers
    assert "查看了联系人和电话" not in _page(client, people, "林", path)
    assert client.get(f"{path}?tab=nothing").status_code == 404


def test_a_target_that_is_gone_shows_history_only(people: Cast, client: Client) -> None:
    joins.sent_to_three(people)
    gone = InspectionTarget.objects.get(object_id="91350200XMDM000099")

    page = _page(client, people, "林", f"/registers/targets/{gone.pk}")

    assert "以下只有历史记录" in page
    assert "发起检查" not in page
    assert "入企负担" not in page
