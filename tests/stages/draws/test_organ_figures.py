"""The figures per organiser that the rules around the protocol publish, counted from what everybody can download."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DrawnSlot
from onevisit.stages.draws.public import organ_figures
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, EVIDENCE, KEY_AT, T0, Beacon, Log

WORDS = "登记住所为空置商铺，邻居称半年前已搬走"


@pytest.fixture(autouse=True)
def _empty_cache(db: None) -> None:
    cache.clear()


def test_a_void_counts_by_its_stage_and_a_cancelled_preparation_not_at_all(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    assert [one.draws for one in organ_figures.organ_figures()] == [1]
    draws.propose_void(
        draw=draw,
        reason="KEY_MISSING",
        words="市消防支队的密钥未在规定时刻前交出",
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=KEY_AT,
    )
    draws.void(draw=draw, actor=people.actor("公"), at=T0 + timedelta(minutes=1))

    (found,) = organ_figures.organ_figures()

    assert (found.voids_before_seed, found.voids_after_seed, found.voids_drawn) == (0, 1, 0)


def test_a_withdrawal_and_small_pools_count_once_the_draw_is_open_and_the_page_shows_them(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    slot = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id")[0]
    request = draws.request_replacement(
        draw=draw,
        target_id=slot.target_id,
        reason="NOT_FOUND",
        words=WORDS,
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=T0,
    )
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=T0)
    moment = T0 + timedelta(hours=2)
    draws.order(draw=draw, t0=moment, actor=people.actor("陈"), at=T0)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS, at=moment - timedelta(minutes=5))
    draws.carry_value(draw=draw, signature=own.at(moment), actor=people.actor("公"), at=moment)
    draws.replace(draw=draw, actor=people.actor("陈"), at=moment)
    (sealed,) = organ_figures.organ_figures()
    assert (sealed.withdrawals, sealed.narrow_pools) == ({}, 0), "nothing of a sealed draw is told"
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=moment)

    (found,) = organ_figures.organ_figures()

    assert found.withdrawals == {"NOT_FOUND": 1}
    assert found.narrow_pools == 5, "each department nominated two"
    page = client.get("/open/draws/figures").content.decode()
    assert "NOT_FOUND 1" in page
    assert draw.organiser.name in page
    assert organ_figures.organ_figures() == [found], "counted from what was kept"
