"""The rounds of an open draw under a policy of witnesses: when they are public, and what ends them."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache

from onevisit.core.draw import forms
from onevisit.core.draw.verify import Status, verify
from onevisit.stages.draws import fairness, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawRound, DrawStatistics
from onevisit.stages.draws.public import open_files, open_results, organ_figures
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.rounds import round_todos
from onevisit.stages.visits import services as visits
from onevisit.stages.visits import tasks
from onevisit.stages.visits.models import Visit
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, T0, TYPE_AT, Beacon, Log
from tests.stages.draws.test_open_mode import own, proofs_of
from tests.stages.draws.test_open_mode_rules import ORDER_AT, ROUND_T0, agreed, sourced
from tests.stages.draws.test_witnessing import cosign, witnessed

__all__ = ["own", "witnessed"]


def test_a_round_is_in_the_public_receipt_once_the_quorum_has_seen_its_result(
    people: Cast, witnessed: Log, own: Beacon
) -> None:
    draw = _with_a_round(people, witnessed, own)
    cosign("audit", "court", at=ROUND_T0 - timedelta(minutes=2))
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    drawn = draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    witnessed.step()
    draw.refresh_from_db()

    before = forms.parse_receipt(data=open_files.file_of(number=draw.number, name="receipt.json") or b"")
    assert (len(before.results), len(before.orders)) == (1, 0)
    assert open_results.published_digests(draw.number) == (draw.result_digest,)
    assert [one.number for one in open_results.open_results(draw.number)] == [0]
    assert "result-1.tlog-proof" not in open_files.entries_of(draw.number)
    assert _failed(draw) == []
    fairness.refresh(at=ROUND_T0)
    counted = DrawStatistics.objects.get(draw=draw).basis
    assert not fairness.refresh(at=ROUND_T0)
    cosign("audit", "court", at=ROUND_T0)

    after = open_files.file_of(number=draw.number, name="receipt.json")
    assert after == bytes(draw.receipt or b"")
    assert open_results.published_digests(draw.number) == (draw.result_digest, drawn.result_digest)
    assert "result-1.tlog-proof" in open_files.entries_of(draw.number)
    assert _failed(draw) == []
    assert fairness.refresh(at=ROUND_T0)
    assert DrawStatistics.objects.get(draw=draw).basis != counted


def _failed(draw: Draw) -> list[str]:
    """Verify what everybody can download, with the proofs."""
    receipt = open_files.file_of(number=draw.number, name="receipt.json") or b""
    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    checks = verify(receipt=receipt, frames=frames, proofs=proofs_of(draw))
    assert Status.OK in {check.status for check in checks if check.number == 11}
    return [check.line for check in checks if check.status is Status.FAILED]


def test_digits_of_a_round_that_were_seen_too_late_end_it(people: Cast, witnessed: Log, own: Beacon) -> None:
    draw = _with_a_round(people, witnessed, own)
    assert draws.lapse_round(draw=draw, at=ROUND_T0) is None, "a cosignature may still be on its way"
    cosign("audit", "court", at=ROUND_T0)
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)

    with pytest.raises(DrawRefused, match="本轮现场取值未在 T0 前完成见证"):
        draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    lapsed = draws.lapse_round(draw=draw, at=ROUND_T0)

    assert lapsed is not None
    assert lapsed.lapsed_reason == "VALUE_UNWITNESSED"


def test_an_open_draw_has_no_rounds_after_the_moment_at_which_a_sealed_one_would_be_opened(
    people: Cast, log: Log, own: Beacon
) -> None:
    draw = draw_scenes.open_drawn(people, log, own)
    agreed(draw, people)
    assert draw.offer is not None
    last = readiness.last_moment(t0=draw.t0, ends_on=draw.offer.ends_on)
    before, office = last - timedelta(seconds=1), people.actor("陈")

    assert [todo.verb for todo in round_todos.todos(office, before)] == ["draw.order"]
    assert round_todos.todos(office, last) == []
    with pytest.raises(DrawRefused, match="检查期限已过") as refused:
        draws.order(draw=draw, t0=last + timedelta(days=1), actor=office, at=last)
    assert refused.value.code == "over"
    assert draws.order(draw=draw, t0=last + timedelta(days=1), actor=office, at=before).number == 1


def test_the_figures_count_a_round_once_it_was_seen_and_keep_it_when_the_draw_is_given_up(
    people: Cast, witnessed: Log, own: Beacon
) -> None:
    cache.clear()
    draw = _with_a_round(people, witnessed, own)
    cosign("audit", "court", at=ROUND_T0 - timedelta(minutes=2))
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    witnessed.step()
    (waiting,) = organ_figures.organ_figures()
    assert (waiting.withdrawals, waiting.narrow_pools > 0) == ({}, True)
    cosign("audit", "court", at=ROUND_T0)

    (seen,) = organ_figures.organ_figures()
    assert seen.withdrawals_count == 1
    record = json.dumps({"stage": "after-seed"}).encode()
    Draw.objects.filter(pk=draw.pk).update(state="void", void_record=record)

    (void,) = organ_figures.organ_figures()
    assert void == replace(seen, voids_after_seed=1, voids_drawn=1)


def test_the_look_of_every_minute_ends_with_the_last_visit_of_an_open_draw(
    people: Cast, log: Log, own: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.open_drawn(people, log, own)
    visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    DrawRound.objects.create(
        draw=draw, number=1, t0=T0, order=b"{}", order_digest="ab" * 32, ordered_at=T0, drawn_at=T0
    )
    looked: list[object] = []
    monkeypatch.setattr(tasks.services, "is_behind", lambda pk: looked.append(pk) or False)
    assert draw.offer is not None
    last = readiness.last_moment(t0=draw.t0, ends_on=draw.offer.ends_on)

    def look(at: datetime) -> int:
        looked.clear()
        monkeypatch.setattr(clock, "now", lambda: at)
        tasks.dispatch_witnessed(0)
        return len(looked)

    assert look(last) == 1
    assert look(last + timedelta(days=1)) == 1, "a visit is still under way"
    Visit.objects.filter(draw=draw).update(state="closed")
    assert look(last - timedelta(days=1)) == 1, "a round may come"
    assert look(last + timedelta(days=1)) == 0


def _with_a_round(people: Cast, log: Log, own: Beacon) -> Draw:
    """Walk an open draw under a policy to the digits of a round, which nobody has seen yet."""
    draw = sourced(people, log)
    cosign("audit", "court", at=TYPE_AT)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    log.step()
    cosign("audit", "court", at=T0)
    draw = draws.publish(draw=draw, at=T0)
    agreed(draw, people)
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    log.step()
    cosign("audit", "court", at=ORDER_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS[::-1], at=ROUND_T0 - timedelta(minutes=5))
    log.step()
    return draw
