"""Open_share and combine_key: a lost key delays a draw and never changes what it draws."""

from datetime import timedelta

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import KEY_AT, T0, TYPE_AT, Log

LATE = T0 - timedelta(seconds=59)


def _one_missing(people: Cast, log: Log) -> tuple[Draw, DrawItem, list[DrawItem]]:
    """Let everybody hand over but one; return the draw, the loser and the others."""
    draw = draw_scenes.sourced(people, log)
    lost, *others = draw_scenes.items_of(draw)
    for item in others:
        draw_scenes.hand_key(item, people)
    return draw, lost, others


def test_enough_shares_stand_for_the_key_and_the_draw_is_the_same_to_the_byte(people: Cast, log: Log) -> None:
    draw, lost, others = _one_missing(people, log)
    key = draw_scenes.key_of(lost.item)
    for item in others[:2]:
        draw_scenes.open_share(item, people, lost.item)
    draw_scenes.open_share(others[2], people, lost.item, key=key)

    draw.refresh_from_db()
    row = DepartmentKey.objects.get(draw=draw, party=lost.item)
    assert (draw.state, row.key, row.combined_from, row.handed_at) == ("keyed", key, 3, KEY_AT)
    entry = LedgerEntry.objects.get(event="draw.key_combined")
    assert entry.is_public
    assert key not in bytes(entry.payload).decode()
    combined = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    row.combined_from = 0  # as if its owner had handed it over
    row.save(update_fields=["combined_from"])
    Draw.objects.filter(pk=draw.pk).update(state="keyed", receipt=None, seal="", result_digest="")
    draw.slots.all().delete()
    own = draws.draw_lots(draw=Draw.objects.get(pk=draw.pk), actor=people.actor("陈"), at=T0)
    assert bytes(own.receipt or b"x") == bytes(combined.receipt or b"y")
    assert own.seal == combined.seal != ""


def test_shares_that_are_in_are_combined_by_any_department_of_the_draw(people: Cast, log: Log) -> None:
    draw, lost, others = _one_missing(people, log)
    key, clerk = draw_scenes.key_of(lost.item), people.actor(draw_scenes.clerk_of(others[3]))
    for item in others[:2]:
        draw_scenes.open_share(item, people, lost.item)
    with pytest.raises(DrawRefused, match="还不够"):
        draws.combine_key(item=others[3], party=lost.item, key=key, actor=clerk, at=KEY_AT)
    draw_scenes.open_share(others[2], people, lost.item)

    with pytest.raises(DrawRefused, match="与承诺不符"):
        draws.combine_key(item=others[3], party=lost.item, key="0" * 64, actor=clerk, at=KEY_AT)
    with pytest.raises(MayNot):
        draws.combine_key(item=others[3], party=lost.item, key=key, actor=people.actor("陈"), at=KEY_AT)
    draws.combine_key(item=others[3], party=lost.item, key=key, actor=clerk, at=KEY_AT)

    draw.refresh_from_db()
    assert draw.state == "keyed"
    with pytest.raises(WrongState):
        draw_scenes.open_share(others[3], people, lost.item)


def test_a_share_is_the_deposited_one_comes_once_and_not_for_a_key_that_is_in(people: Cast, log: Log) -> None:
    _draw, lost, others = _one_missing(people, log)
    first, second = others[:2]
    clerk = people.actor(draw_scenes.clerk_of(first))

    for share in ("", "00" * 33, "密", draw_scenes.share_of(lost.item, second.item)):
        with pytest.raises(DrawRefused, match="与存放时公布的指纹不符"):
            draws.open_share(item=first, party=lost.item, share=share, actor=clerk, at=KEY_AT)
    with pytest.raises(DrawRefused, match="不需要份额"):
        draw_scenes.open_share(first, people, second.item)
    with pytest.raises(DrawRefused, match="没有收存"):
        draw_scenes.open_share(lost, people, lost.item)
    draw_scenes.open_share(first, people, lost.item)
    with pytest.raises(DrawRefused, match="已交出"):
        draw_scenes.open_share(first, people, lost.item)


def test_no_share_before_the_hand_over_begins_nor_in_the_last_minute(people: Cast, log: Log) -> None:
    draw = draw_scenes.typed(people, log)
    lost, first = draw_scenes.items_of(draw)[:2]

    with pytest.raises(WrongState):
        draw_scenes.open_share(first, people, lost.item)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    with pytest.raises(DrawRefused, match="尚未见证"):
        draw_scenes.open_share(first, people, lost.item)
    log.step()
    with pytest.raises(DrawRefused, match="不足 1 分钟"):
        draw_scenes.open_share(first, people, lost.item, at=LATE)


def test_a_draw_is_void_by_rule_only_when_the_shares_did_not_come_either(people: Cast, log: Log) -> None:
    draw, lost, others = _one_missing(people, log)
    for item in others[:2]:
        draw_scenes.open_share(item, people, lost.item)

    assert draws.lapse(draw=draw, at=KEY_AT).void_reason == ""
    assert draws.lapse(draw=draw, at=LATE).void_reason == "KEY_MISSING"
    with pytest.raises(DrawRefused):
        draw_scenes.open_share(others[2], people, lost.item, key=draw_scenes.key_of(lost.item), at=LATE)


def test_the_owner_who_finds_its_key_still_hands_it_over(people: Cast, log: Log) -> None:
    draw, lost, others = _one_missing(people, log)
    draw_scenes.open_share(others[0], people, lost.item)

    draw_scenes.hand_key(lost, people)

    draw.refresh_from_db()
    row = DepartmentKey.objects.get(draw=draw, party=lost.item)
    assert (draw.state, row.combined_from) == ("keyed", 0)
