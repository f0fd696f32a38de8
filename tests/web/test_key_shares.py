"""A department loses its key: real shares, split, sealed, opened and combined in real browsers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DepartmentKey, Draw, KeyShare, ShareDeposit
from onevisit.support import clock
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import KEY_AT, Log
from tests.web.browser import Visitor

Visit = Callable[..., Visitor]


def _press(visitor: Visitor, words: str) -> str:
    """Press a button, wait for the page that follows, and return its words."""

    def act(page: Page) -> str:
        with page.expect_navigation():
            page.click(f"main button:has-text('{words}')")
        page.wait_for_load_state("networkidle")
        return page.inner_text("main")

    return visitor.do(act)


def _kept(visitor: Visitor, field: str) -> str:
    script = f"Object.entries(localStorage).find(([name]) => name.startsWith('onevisit-{field}-'))[1]"
    return visitor.do(lambda page: str(page.evaluate(script)))


def _with_keys(people: Cast, visit: Visit) -> tuple[Draw, dict[str, Visitor], Visitor]:
    """Let every department make its key in its own browser, and the escrow its receiving key."""
    draw = draw_scenes.prepared(people)
    clerks = {}
    for item in draw_scenes.items_of(draw):
        clerk = clerks[item.item] = visit(draw_scenes.clerk_of(item))
        clerk.open(f"/draws/{draw.pk}")
        _press(clerk, "生成密钥并提交承诺")
    escrow = visit("司")
    escrow.open(f"/draws/{draw.pk}")
    _press(escrow, "担任托管并生成收存密钥")
    return draw, clerks, escrow


def _committed(draw: Draw, people: Cast, log: Log) -> None:
    """Freeze, commit, and log the value made in the room."""
    chen = people.actor("陈")
    draw_scenes.approve_pool(draw, people)
    draws.freeze(draw=draw, actor=chen, at=draw_scenes.FREEZE_AT)
    draws.commit(draw=draw, actor=chen, at=draw_scenes.FREEZE_AT)
    log.step()
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=chen, at=draw_scenes.TYPE_AT)
    log.step()


def test_a_lost_key_is_combined_by_the_others_in_their_browsers(
    people: Cast, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path / "keys")
    monkeypatch.setattr(clock, "now", lambda: AT)
    draw, clerks, escrow = _with_keys(people, visit)
    lost, *others = clerks
    clerks[lost].open(f"/draws/{draw.pk}")
    _press(clerks[lost], "拆分并存放份额")
    escrow.open(f"/draws/{draw.pk}")
    _press(escrow, "合成并核对承诺")
    deposit = ShareDeposit.objects.get(party=lost)
    assert (deposit.verified_at, deposit.rejected_reason) == (AT, "")
    clerks[others[0]].open(f"/draws/{draw.pk}")
    assert "均已核对能打开" in _press(clerks[others[0]], "核对收存的份额")
    _committed(draw, people, log)

    monkeypatch.setattr(clock, "now", lambda: KEY_AT)
    for item in draw_scenes.items_of(draw):
        if item.item != lost:
            key = _kept(clerks[item.item], "key")
            draw_scenes.sign(item, people)
            draws.hand_key(item=item, key=key, actor=people.actor(draw_scenes.clerk_of(item)), at=KEY_AT)
    for ordinal, holder in enumerate(others[:3], start=1):
        clerks[holder].open(f"/draws/{draw.pk}")
        words = _press(clerks[holder], "密钥的份额")
        if ordinal < 3:
            assert f"份额已交 {ordinal} / 3" in words

    row = DepartmentKey.objects.get(draw=draw, party=lost)
    draw.refresh_from_db()
    assert row.key == _kept(clerks[lost], "key")
    assert (row.combined_from, draw.state) == (3, "keyed")
    assert "由份额合成" in words
    for one in (*clerks.values(), escrow):
        assert one.problems == []


def test_a_share_that_does_not_open_is_said_so_and_deposited_again(
    people: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    draw, clerks, escrow = _with_keys(people, visit)
    owner, first, second, *_rest = clerks
    clerks[owner].open(f"/draws/{draw.pk}")
    _press(clerks[owner], "拆分并存放份额")
    rows = {row.holder: row for row in KeyShare.objects.filter(deposit__party=owner)}
    KeyShare.objects.filter(pk=rows[first].pk).update(sealed=rows[second].sealed)
    KeyShare.objects.filter(pk=rows[second].pk).update(digest="ab" * 32)

    for holder, reason in ((first, "UNREADABLE"), (second, "DIGEST")):
        clerks[holder].open(f"/draws/{draw.pk}")
        assert "打不开或不符" in _press(clerks[holder], "核对收存的份额")
        assert KeyShare.objects.get(pk=rows[holder].pk).rejected_reason == reason
    escrow.open(f"/draws/{draw.pk}")
    _press(escrow, "合成并核对承诺")
    assert ShareDeposit.objects.get(party=owner).rejected_reason == "DIGEST"
    clerks[owner].open(f"/draws/{draw.pk}")
    assert "请重新存放" in clerks[owner].do(lambda page: page.inner_text("main"))
    _press(clerks[owner], "重新存放份额")

    clerks[first].open(f"/draws/{draw.pk}")
    assert "均已核对能打开" in _press(clerks[first], "核对收存的份额")
    assert not KeyShare.objects.exclude(rejected_reason="").exists()
