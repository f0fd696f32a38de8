"""A department's key in a real browser: made there, kept there, handed over from there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DepartmentKey, Draw
from onevisit.support import clock
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import KEY_AT, Log
from tests.web.browser import Visitor


def _press(visitor: Visitor, words: str) -> None:
    def act(page: Page) -> None:
        with page.expect_navigation():
            page.click(f"main button:has-text('{words}')")
        page.wait_for_load_state("networkidle")

    visitor.do(act)


def _follow(visitor: Visitor, words: str) -> None:
    """Follow a link: what is read next is read off the page that it leads to."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.click(f"main a:has-text('{words}')")
        page.wait_for_load_state("networkidle")

    visitor.do(act)


def _sign(clerk: Visitor, draw: Draw, own: DepartmentKey) -> None:
    """Sign the fingerprint; a browser that signed another one keeps its key."""
    _follow(clerk, "去签认清单指纹")
    _press(clerk, "签认")
    _follow(clerk, "去交出密钥")
    signed = f"onevisit-signed-{draw.number}-{own.party}"
    clerk.do(lambda page: page.evaluate("place => localStorage.setItem(place, 'ab'.repeat(32))", signed))
    clerk.do(lambda page: page.click("main button:has-text('交出密钥')"))
    clerk.do(lambda page: page.wait_for_selector("[data-key-state]:has-text('不是同一份，密钥没有交出')"))
    digest = Draw.objects.get(pk=draw.pk).manifest_digest
    clerk.do(lambda page: page.evaluate("([place, digest]) => localStorage.setItem(place, digest)", [signed, digest]))


def test_a_key_never_leaves_the_browser_before_its_hand_over(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path / "keys")
    draw = draw_scenes.prepared(people)
    monkeypatch.setattr(clock, "now", lambda: AT)
    clerk = visit("林")
    clerk.open(f"/draws/{draw.pk}")
    _press(clerk, "生成密钥并提交承诺")
    own = draw.keys.get()
    kept = clerk.do(
        lambda page: page.evaluate("Object.entries(localStorage).filter(([k]) => k.startsWith('onevisit-key'))")
    )
    assert (own.key, len(kept), len(kept[0][1])) == ("", 1, 64)

    for item in draw_scenes.items_of(draw):
        if item.item != own.party:
            draw_scenes.commit_key(item, people)
    draw_scenes.approve_pool(draw, people)
    chen = people.actor("陈")
    draws.freeze(draw=draw, actor=chen, at=draw_scenes.FREEZE_AT)
    draws.commit(draw=draw, actor=chen, at=draw_scenes.FREEZE_AT)
    log.step()
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=chen, at=draw_scenes.TYPE_AT)
    monkeypatch.setattr(clock, "now", lambda: KEY_AT)
    clerk.open(f"/draws/{draw.pk}")
    assert "来源取值正在等待见证" in clerk.do(lambda page: page.inner_text("main"))
    assert clerk.do(lambda page: page.locator("main button:has-text('交出密钥')").count()) == 0
    log.step()
    _follow(clerk, "刷新")
    clerk.open(f"/draws/{draw.pk}")
    _sign(clerk, draw, own)
    _press(clerk, "交出密钥")

    own.refresh_from_db()
    assert own.key == kept[0][1]
    assert own.handed_at == KEY_AT
    assert clerk.problems == []
