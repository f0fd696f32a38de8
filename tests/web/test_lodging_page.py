"""The page of a frozen draw says where its files are lodged, what keeps them, and offers the commitment only then."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onevisit.support import clock
from onevisit.support.ledger.cosigning import Answer
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, Log
from tests.stages.draws.lodgers import Lodgers
from tests.web.browser import Visitor
from tests.web.test_draw_pages import client_of
from tests.web.test_draw_screens import SIZES

pytestmark = pytest.mark.django_db


def test_the_page_waits_says_why_not_and_goes_on(people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)
    log = Log(tmp_path / "log")
    lodgers = Lodgers(tmp_path, "audit", "court")
    draw, client = draw_scenes.frozen(people), client_of(people, "陈")
    url = f"/draws/{draw.pk}"

    waiting = client.get(url).content.decode()
    assert "待寄存于audit" in waiting
    assert "通常几秒即成" in waiting
    assert "公布承诺…" not in waiting
    refused = client.post(f"{url}/commit")
    assert "还没有寄存于audit，不能公布承诺" in refused.content.decode()

    log.step()
    lodgers.answers["audit"] = Answer(0, "connection refused")
    lodgers.errand().run()
    troubled = client.get(url).content.decode()
    assert "连不上：connection refused" in troubled
    assert "系统每 15 秒再送一次" in troubled

    lodgers.answers.clear()
    lodgers.errand().run()
    done = client.get(url).content.decode()
    assert "已寄存于audit，" in done
    assert "待寄存" not in done
    assert "公布承诺…" in done
    assert client.post(f"{url}/commit").status_code == 302


def test_what_waits_and_what_is_lodged_fit_every_window(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)
    log = Log(tmp_path / "log")
    lodgers = Lodgers(tmp_path, "audit", "court", lodge=2)
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.answers = {name: Answer(0, "[Errno 111] Connection refused") for name in ("audit", "court")}
    lodgers.errand().run()
    desks = [visit("陈", width=width, height=height) for width, height in SIZES]
    for desk in desks:
        desk.open(f"/draws/{draw.pk}")
        assert desk.overflow() <= 0

    del lodgers.answers["audit"]
    lodgers.errand().run()

    for desk in desks:
        desk.open(f"/draws/{draw.pk}")
        assert desk.overflow() <= 0
        assert desk.problems == []
