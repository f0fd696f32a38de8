"""The screens of a draw in a real browser: nothing wider than its window, and the projector never scrolls."""

from collections.abc import Callable
from pathlib import Path

import pytest

from onevisit.stages.draws.models import DrawnSlot
from onevisit.support import clock
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
