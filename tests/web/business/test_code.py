"""The code page: real or not in three seconds, without JavaScript, light, and nothing to be guessed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client

from onevisit.stages.registers.models import Inspector
from onevisit.stages.visits.models import EntryCode, TeamMember, Visit
from onevisit.support import clock
from tests import scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
CODE = "K7M2Q9XW4R"
LIMIT = 60_000


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def code(people: Cast) -> EntryCode:
    visit = scene.visit(people)
    now = AT
    Visit.objects.filter(pk=visit.pk).update(starts_at=now)
    for part in visit.inspections.select_related("department"):
        part.checklist = {
            "items": [{"title": "证照是否齐全", "basis": [{"text": "成品油办法第三条"}], "papers": ["进货台账"]}]
        }
        part.save(update_fields=["checklist"])
    for name in ("王一", "王二"):
        inspector: Inspector = scenes.inspector(people=people, name=name)
        TeamMember.objects.create(
            inspection=visit.inspections.get(department=people.departments["市市监局"]), inspector=inspector
        )
    return EntryCode.objects.create(
        visit=visit, code=CODE, valid_from=now - timedelta(hours=1), valid_to=now + timedelta(hours=2)
    )


@pytest.mark.requirement("R123")
def test_a_valid_code_says_so_first_then_who_what_and_why(client: Client, code: EntryCode) -> None:
    text = client.get(f"/c/{CODE}").content.decode()

    order = [
        text.index(words)
        for words in ("检查码有效", "谁来查", "王一", "查什么", "为什么查", "您的权利", "检查人员不得")
    ]
    assert order == sorted(order)
    for words in ("厦门湖滨加油站有限公司", "证照是否齐全", "成品油办法第三条", "进货台账", "今年第 1 次"):
        assert words in text


def test_the_page_works_without_javascript_and_weighs_little(client: Client, code: EntryCode) -> None:
    answer = client.get(f"/c/{CODE}")

    text = answer.content.decode()
    styles = ["ui/tokens.css", "business/business.css"]
    weight = len(answer.content) + sum(Path(str(finders.find(name))).stat().st_size for name in styles)
    assert "<script" not in text
    assert text.count('rel="stylesheet"') == len(styles)
    assert weight <= LIMIT


@pytest.mark.parametrize("kind", ["unknown", "expired", "early", "revoked"])
def test_whatever_is_wrong_with_a_code_gives_one_identical_page(client: Client, code: EntryCode, kind: str) -> None:
    now = AT
    changes = {
        "expired": {"valid_to": now - timedelta(minutes=1)},
        "early": {"valid_from": now + timedelta(minutes=1)},
        "revoked": {"revoked_at": now - timedelta(minutes=1)},
        "unknown": {"code": "OTHER"},
    }
    reference = client.get("/c/NOTHING").content
    EntryCode.objects.filter(pk=code.pk).update(**changes[kind])
    # A visit that never took place leaves nothing to be done by its code.
    Visit.objects.update(state="dispatched")

    answer = client.get(f"/c/{CODE}")

    assert answer.status_code == 404
    assert answer.content == reference
    assert "您有权拒绝检查" in answer.content.decode()


def test_who_guesses_often_is_told_to_slow_down_while_a_real_code_still_opens(client: Client, code: EntryCode) -> None:
    statuses = [client.get(f"/c/GUESS{number}").status_code for number in range(22)]

    assert statuses == [404] * 20 + [429] * 2
    assert client.get(f"/c/{CODE}").status_code == 200


def test_a_replaced_officer_is_no_longer_on_the_list(client: Client, code: EntryCode) -> None:
    member = TeamMember.objects.get(inspector__officer__name="王二")
    member.replaced_at = AT
    member.save(update_fields=["replaced_at"])

    assert "王二" not in client.get(f"/c/{CODE}").content.decode()
