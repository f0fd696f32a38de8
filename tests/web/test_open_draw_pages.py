"""The pages of an open draw: chosen where it may be, without a word of keys, and public at once."""

import pytest
from django.test import Client

from onevisit.stages.draws import services as draws
from onevisit.stages.draws import todos as draw_todos
from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, T0, TYPE_AT, Beacon, Log
from tests.stages.draws.conftest import log

__all__ = ["log"]
KEYS = ("密钥承诺", "密钥份额", "交出密钥", "生成密钥", "未交", "部门密钥 ")
FORM = {"t0": "2026-11-18T15:00", "length": 12, "slots": 2, "cap": 0, "mode": "open", "sources": ["ceremony", "drand"]}
REASON = "的检查方式是现场检查：公开抽取会让对象在检查前得知，只能封存抽取。"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenes' day."""
    monkeypatch.setattr(clock, "now", lambda: AT)


def _client(people: Cast, name: str) -> Client:
    client = Client()
    client.force_login(people.officers[name].user)
    return client


def test_the_choice_is_shown_with_its_reason_where_somebody_goes_there(people: Cast) -> None:
    offer, client = scenes.ready(people), _client(people, "陈")

    page = client.get(f"/draws/new?offer={offer.pk}").content.decode()
    refused = client.post(f"/draws/new?offer={offer.pk}", FORM)

    assert REASON in page
    (radio,) = [tag for tag in page.split("<") if 'name="mode"' in tag and 'value="open"' in tag]
    assert " disabled" in radio
    assert (refused.status_code, Draw.objects.count()) == (422, 0)


def test_it_is_chosen_where_nobody_goes_there(people: Cast) -> None:
    offer, client = scenes.ready(people, method="online"), _client(people, "陈")

    page = client.get(f"/draws/new?offer={offer.pk}").content.decode()
    alone = client.post(f"/draws/new?offer={offer.pk}", {**FORM, "sources": ["ceremony"]})
    made = client.post(f"/draws/new?offer={offer.pk}", FORM, follow=True).content.decode()

    assert REASON not in page
    assert "谁录入数字谁就能决定结果" in alone.content.decode()
    assert Draw.objects.get().mode == "open"
    assert "请各部门提交密钥承诺" not in made
    assert [word for word in KEYS if word in made] == []


def test_no_page_of_it_speaks_of_keys_or_of_a_seal_and_anybody_sees_the_result(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.open_prepared(people)
    office, clerk = _client(people, "陈"), _client(people, "林")
    preview = office.get(f"/draws/{draw.pk}/preview").content.decode()
    assert "公开抽取：经见证即公开" in preview
    assert [word for word in KEYS if word in preview] == []
    draw_scenes.approve_pool(draw, people)
    draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=Draw.objects.get(), actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    _reads_without(office, clerk, draw, "来源取值已见证")
    reader = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert "本批采用公开抽取" in reader
    assert "封存" not in reader
    monkeypatch.setattr(clock, "now", lambda: T0)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)

    drawn = office.post(f"/draws/{draw.pk}/draw", follow=True).content.decode()

    assert "抽取完成，结果经见证即公开" in drawn
    assert Draw.objects.get().state == "opened"
    _reads_without(office, clerk, draw, "结果指纹")
    scene = office.get(f"/draws/{draw.pk}/ceremony").content.decode()
    assert "种子、结果和验证文件已公开，任何人现在就能重算。" in scene
    result = office.post(f"/draws/{draw.pk}/result").content.decode()
    assert "结果已公开。" in result
    assert "申请替换…" in clerk.post(f"/draws/{draw.pk}/result").content.decode()
    public = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert "自己核验" in public
    assert Client().get(f"/open/draws/{draw.number}/files/receipt.json").status_code == 200
    assert draw.number in office.get("/draws/?tab=opened").content.decode()
    assert draw.number not in Client().get("/open/fairness").content.decode().partition("还在封存")[2]


def test_with_the_beacon_alone_nobody_is_told_to_type_digits_and_a_result_that_waits_is_read_with_a_trace(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, office = Beacon(monkeypatch), _client(people, "陈")
    draw = draw_scenes.open_committed(people, log, sources=("drand",))
    said = [office.get(f"/draws/{draw.pk}/console").content.decode()]
    assert [todo.verb for todo in draw_todos.todos(people.actor("陈"), FREEZE_AT)] == []
    draws.source(draw=draw, actor=SYSTEM, at=TYPE_AT)
    log.step()
    said.append(office.get(f"/draws/{draw.pk}/console").content.decode())
    monkeypatch.setattr(clock, "now", lambda: T0)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    said.append(office.get(f"/draws/{draw.pk}/console").content.decode())

    assert "没有现场取值，不用录入，系统自动登记来源。" in said[0]
    assert "到 T0 取公开来源，即可抽取。" in said[1]
    assert "来源已齐，即可抽取。" in said[2]
    assert not [page for page in said if "录入公证摇号" in page or "公证员宣读" in page or "取值见证后" in page]
    Draw.objects.filter(pk=draw.pk).update(state="drawn")
    draws.read(draw=Draw.objects.get(), actor=people.actor("陈"), at=T0)
    assert LedgerEntry.objects.filter(event="record.read").count() == 1


def _reads_without(office: Client, clerk: Client, draw: Draw, words: str) -> None:
    for client in (office, clerk):
        page = client.get(f"/draws/{draw.pk}").content.decode()
        assert words in page
        assert [word for word in KEYS if word in page] == []
    console = office.get(f"/draws/{draw.pk}/console").content.decode()
    assert [word for word in KEYS if word in console] == []
