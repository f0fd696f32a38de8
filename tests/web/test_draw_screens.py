"""The screens of a draw in a real browser: nothing wider than its window, and the projector never scrolls."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from onevisit.core.draw.tickets import ticket
from onevisit.stages.draws.models import DrawnSlot
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import T0, Beacon, Log
from tests.web.browser import Visitor

SIZES = ((1440, 900), (390, 844))


def test_the_preview_and_the_new_draw_fit_every_window(
    people: Cast, visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    Beacon(monkeypatch)
    draw = draw_scenes.prepared(people, sources=("ceremony", "drand", "cwl-kl8"), issues={"cwl-kl8": "2026318"})
    monkeypatch.setattr(clock, "now", lambda: AT)
    for width, height in SIZES:
        visitor = visit("陈", width=width, height=height)
        for path in (f"/draws/{draw.pk}/preview", f"/draws/{draw.pk}"):
            visitor.open(path)
            assert visitor.overflow() <= 0
        assert visitor.problems == []


def test_replacements_and_the_result_fit_and_the_projector_never_scrolls(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    log = Log(tmp_path / "log")
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "drand"))
    monkeypatch.setattr(clock, "now", lambda: T0)
    notary = visit("公", width=390, height=844)
    notary.open(f"/draws/{draw.pk}/type")
    assert notary.overflow() <= 0
    projector = visit("陈", width=1920, height=1080)
    projector.open(f"/draws/{draw.pk}/ceremony")
    assert projector.overflow() <= 0
    assert projector.do(lambda page: page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
    draw_scenes.draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    randomness = hashlib.sha256(bytes.fromhex(own.at(T0))).hexdigest()
    projector.open(f"/draws/{draw.pk}/ceremony")
    shown = projector.do(lambda page: page.text_content("[data-act='3']")) or ""
    assert randomness in shown
    assert draw_scenes.DIGITS not in shown, "the digits of the room come with the result"
    draw_scenes.draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    projector.open(f"/draws/{draw.pk}/ceremony")
    assert projector.do(lambda page: page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
    target = DrawnSlot.objects.filter(draw=draw)[0].target_id
    for width, height in SIZES:
        clerk = visit("林", width=width, height=height)
        clerk.open(f"/draws/{draw.pk}/replacements?target={target}")
        assert clerk.overflow() <= 0
        clerk.open(f"/draws/{draw.pk}")
        assert clerk.overflow() <= 0
        assert clerk.problems == []


def test_once_open_the_projector_shows_the_tickets_around_each_cut(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.sealed(people, Log(tmp_path / "log"))
    monkeypatch.setattr(clock, "now", lambda: T0)
    projector = visit("陈", width=1920, height=1080)

    def act() -> str:
        projector.open(f"/draws/{draw.pk}/ceremony")
        return projector.do(lambda page: page.text_content("[data-act='4']")) or ""

    result = json.loads(bytes(draw.receipt or b""))["results"][0]["result"]
    strata = [one for one in result["items"][0]["strata"] if one["cut"]]
    assert all(one["cut"][:12] not in act() for one in strata)

    draw = draw_scenes.draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    shown = act()
    item = draw.items.first()
    assert item is not None
    shown_each = 2 if len(strata) <= 4 else 1
    frame = [line.split("|") for line in bytes(item.frame or b"").decode().splitlines()]
    for one in strata:
        tickets = sorted(
            (ticket(namespace="obj", seed=result["seed"], object_id=object_id), object_id)
            for object_id, stratum in frame
            if stratum == one["id"]
        )
        place = len(one["selected"])
        for mark, object_id in tickets[max(place - shown_each, 0) : place + shown_each]:
            assert f"{mark[:12]}… {object_id}" in shown
        assert all(f"{mark[:12]}…" not in shown for mark, _id in tickets[place + shown_each :])
    projector.do(lambda page: page.keyboard.press("ArrowLeft"))
    assert projector.do(lambda page: page.is_visible("[data-act='4'] .around"))
    assert projector.do(lambda page: page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
