"""换人 on the screens: from the page of the visit to the round, and what the public page of the draw tells when."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, Pseudonym, Swap
from onevisit.stages.draws.pool import spares
from onevisit.stages.draws.todos import todos
from onevisit.stages.registers.models import Inspector
from onevisit.stages.visits.models import TeamMember
from onevisit.support import clock
from onevisit.support.attachments.models import Attachment
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.jobs import services as jobs
from tests import draw_scenes, scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Beacon, Log
from tests.stages.draws.test_infeasible import _more_inspectors
from tests.stages.visits.test_swaps import MORE, ask, confirm, member_of, run_round

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
NOW = T0 + timedelta(minutes=30)


def client_of(people: Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Beacon:
    return Beacon(monkeypatch)


@pytest.fixture
def drawn(people: Cast, tmp_path: Path, own: Beacon, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """A sealed draw whose visits are sent, with seven people of 市商务局 in its pool."""
    cache.clear()
    _more_inspectors(people, *MORE)
    draw = draw_scenes.sealed_with_beacon(people, Log(tmp_path / "log"), own)
    jobs.run_now(at=T0)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return draw


def test_an_officer_is_asked_for_and_agreed_to_on_screen(people: Cast, drawn: Draw) -> None:
    member = member_of(drawn)
    visit, name = member.inspection.visit, member.inspector.officer.name
    clerk, head = client_of(people, "林"), client_of(people, "林局")
    asking = f"/visits/members/{member.pk}/request_swap"
    rounds = f"/draws/{drawn.pk}/replacements"

    assert asking in clerk.get(f"/visits/{visit.pk}").content.decode()
    form = clerk.get(asking).content.decode()
    assert "5 人" in form
    assert "最快 11 分钟" in form
    assert "最多 3 轮，已用 0 轮" in form
    refused = clerk.post(asking, {"reason": "ON_LEAVE", "words": "急性阑尾炎住院手术"})
    assert refused.status_code == 422
    assert "请附上证明材料" in refused.content.decode()
    note = SimpleUploadedFile("病假条.jpg", JPEG, content_type="image/jpeg")
    given = {"reason": "ON_LEAVE", "words": "急性阑尾炎住院手术，病假两周", "evidence": note}
    asked = clerk.post(asking, given, follow=True).content.decode()
    assert "申请换人，待决定" in asked
    assert asking not in asked

    (todo,) = (one for one in todos(people.actor("林局"), NOW) if one.verb == "draw.confirm_swap")
    assert todo.url == rounds
    assert not [one for one in todos(people.actor("林"), NOW) if one.verb == "draw.confirm_swap"]
    waiting = head.get(rounds).content.decode()
    assert name in waiting
    assert "急性阑尾炎" in waiting
    proof = Attachment.objects.get(sha256=Swap.objects.get().evidence_sha256)
    assert f"/files/{proof.pk}" in waiting
    assert b"".join(head.get(f"/files/{proof.pk}")) == JPEG
    other = client_of(people, "王")
    assert other.get(f"/files/{proof.pk}").status_code == 404
    elsewhere = other.get(rounds).content.decode()
    assert name not in elsewhere
    assert "休假、病假" in elsewhere
    assert "急性阑尾炎" not in elsewhere
    agreed = head.post(f"/draws/{drawn.pk}/confirm_swap", {"swap": Swap.objects.get().pk}, follow=True)
    assert "已同意，待下达" in agreed.content.decode()
    assert [one.verb for one in todos(people.actor("陈"), NOW) if one.url == rounds] == ["draw.order"]


def test_the_round_is_ordered_and_drawn_on_screen_and_the_visit_shows_who_came_for_whom(
    people: Cast, drawn: Draw, own: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = member_of(drawn)
    visit, name = member.inspection.visit, member.inspector.officer.name
    clerk, office = client_of(people, "林"), client_of(people, "陈")
    confirm(people, ask(people, member))

    assert "下达替换令：0 户、1 人次" in office.get(f"/draws/{drawn.pk}/replacements").content.decode()
    t0 = NOW + timedelta(minutes=30)
    office.post(f"/draws/{drawn.pk}/order", {"t0": f"{timezone.localtime(t0):%Y-%m-%dT%H:%M}"})
    assert "第 1 轮换人，待抽取" in clerk.get(f"/visits/{visit.pk}").content.decode()
    for one in ("陈", "公"):
        draw_scenes.type_value(drawn, people, by=one, at=t0 - timedelta(minutes=5))
    draws.carry_value(draw=drawn, signature=own.at(t0), actor=people.actor("公"), at=t0)
    monkeypatch.setattr(clock, "now", lambda: t0)
    assert "draw.replace" in [one.verb for one in todos(people.actor("陈"), t0)]
    done = office.post(f"/draws/{drawn.pk}/replace", follow=True).content.decode()
    assert "第 1 轮已抽出" in done
    jobs.run_now(at=t0)

    page = clerk.get(f"/visits/{visit.pk}").content.decode()
    successor = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
    assert successor.inspector.officer.name in page
    assert f"<s>{name}</s>" in page
    assert "（第 1 轮替换）" in page
    assert "林 申请，林局 同意" in page
    assert "由新抽中的人接替" in page


def test_the_public_page_tells_counts_while_sealed_and_pseudonyms_after(people: Cast, drawn: Draw, own: Beacon) -> None:
    member = member_of(drawn)
    confirm(people, ask(people, member))
    run_round(drawn, people, own)
    former = Pseudonym.objects.get(draw=drawn, inspector=member.inspector).pseudonym
    public = Client()

    sealed = public.get(f"/open/draws/{drawn.number}").content.decode()
    assert "替换对象 0 户、换人 1 人次" in sealed
    assert former not in sealed
    assert member.inspection.visit.target.object_id not in sealed

    draws.open_draw(draw=drawn, open_visits=0, actor=SYSTEM, at=drawn.rounds.get().t0)
    opened = public.get(f"/open/draws/{drawn.number}").content.decode()
    new = drawn.slots.get(slot=member.slot, target=member.inspection.visit.target, round_number=1).inspector
    assert former in opened
    assert Pseudonym.objects.get(draw=drawn, inspector=new).pseudonym in opened
    assert "休假、病假" in opened
    assert "5 人" in opened
    assert member.inspector.officer.name not in opened


@pytest.fixture
def frozen_before_the_rule(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """市市监局 has only the two who go to every target: a freeze refuses that now, and a draw of before goes on."""
    _more_inspectors(people)
    Inspector.objects.get(officer=people.officers["王备"]).delete()
    monkeypatch.setattr(spares, "SPARE", 0)
    monkeypatch.setattr(scenes, "registers", lambda _people: None)


def test_where_nobody_can_be_drawn_the_page_says_so_before_anybody_asks(
    people: Cast, frozen_before_the_rule: None, drawn: Draw
) -> None:
    member = member_of(drawn, "市市监局")

    page = client_of(people, "王").get(f"/visits/members/{member.pk}/request_swap").content.decode()

    assert "没有别人可抽" in page
    assert "<textarea" not in page
    other = client_of(people, "林").get(f"/visits/members/{member.pk}/request_swap")
    assert other.status_code in (403, 404)


def test_the_page_says_why_nobody_is_swapped_once_something_is_recorded(people: Cast, drawn: Draw) -> None:
    member = member_of(drawn)
    part = member.inspection
    part.state = "in_progress"
    part.save(update_fields=["state"])

    page = client_of(people, "林").get(f"/visits/members/{member.pk}/request_swap").content.decode()

    assert "已有记录" in page
    assert "<textarea" not in page
