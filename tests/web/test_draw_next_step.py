"""A draw's pages say what comes next and who does it, and show no button that can only be refused."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.stages.draws import services as draws
from onevisit.stages.draws import todos
from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import TYPE_AT, Log


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _page(people: Cast, name: str, draw: Draw, path: str = "") -> str:
    client = Client()
    client.force_login(people.officers[name].user)  # type: ignore[arg-type]  # the cast has accounts
    return client.get(f"/draws/{draw.pk}{path}").content.decode()


def _asked(people: Cast, name: str) -> list[str]:
    return [one.sentence.split("：")[0] for one in todos.todos(people.actor(name), TYPE_AT)]


def test_the_register_leads_who_may_prepare_to_the_settled_offers(people: Cast) -> None:
    for name, is_led in (("陈", True), ("公", False)):
        client = Client()
        client.force_login(people.officers[name].user)  # type: ignore[arg-type]  # the cast has accounts
        assert ("从已成约的要约筹备抽取" in client.get("/draws/").content.decode()) is is_led


def test_what_is_missing_before_the_freeze_stands_on_the_page_of_the_draw(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    draw = draw_scenes.prepared(people)
    count = draw.items.count()

    page = _page(people, "陈", draw)
    check = _page(people, "陈", draw, "/freeze")

    assert f"密钥承诺 0 / {count}" in page
    assert f'href="/draws/{draw.pk}/pool"' in page
    assert f'class="btn" href="/draws/{draw.pk}/freeze"' in page  # not the first act while keys are missing
    assert check.index("还不能冻结") < check.index("对账")


def test_both_typists_are_asked_and_the_source_is_logged_only_when_they_agree(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: TYPE_AT)
    draw = draw_scenes.committed(people, log)
    source = f'action="/draws/{draw.pk}/source"'

    assert _asked(people, "公") == ["录入公证摇号"]
    assert _asked(people, "陈") == ["录入来源取值"]
    assert source not in _page(people, "陈", draw)
    assert source not in _page(people, "陈", draw, "/console")
    assert "已录入 0 / 2" in _page(people, "陈", draw)

    draw_scenes.type_value(draw, people, by="公")
    assert _asked(people, "公") == []
    assert 'name="digits"' not in _page(people, "公", draw, "/type")
    assert "您已录入" in _page(people, "公", draw, "/type")
    assert 'name="digits"' in _page(people, "陈", draw, "/type")

    draw_scenes.type_value(draw, people, by="陈")
    assert _asked(people, "陈") == ["登记来源"]
    assert source in _page(people, "陈", draw)
    assert source in _page(people, "陈", draw, "/console")

    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    assert f"已交 0 / {draw.items.count()}" in _page(people, "陈", draw)
    assert f'href="/open/draws/{draw.number}"' in _page(people, "陈", draw)


def test_who_typed_first_waits_for_the_other(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    draw_scenes.type_value(draw, people, by="陈")

    assert _asked(people, "陈") == ["等另一人录入来源取值"]
    assert _asked(people, "公") == ["录入公证摇号"]

    draw_scenes.type_value(draw, people, by="公", digits=draw_scenes.DIGITS[::-1])

    assert _asked(people, "陈") == ["录入来源取值"]
    assert _asked(people, "公") == ["录入公证摇号"]


def test_an_offer_whose_inspection_comes_too_soon_is_said_to_be_late_before_anything_is_typed(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = scenes.ready(people)
    client = Client()
    client.force_login(people.officers["陈"].user)  # type: ignore[arg-type]  # the cast has accounts
    first_day = datetime.combine(offer.starts_on, time(9), tzinfo=AT.tzinfo)

    monkeypatch.setattr(clock, "now", lambda: first_day - timedelta(days=7))
    in_time = client.get(f"/draws/new?offer={offer.pk}").content.decode()
    monkeypatch.setattr(clock, "now", lambda: first_day - timedelta(days=6))
    late = client.get(f"/draws/new?offer={offer.pk}").content.decode()

    assert "已来不及" not in in_time
    assert "已来不及" in late
    assert f'href="/offers/{offer.pk}"' in late
