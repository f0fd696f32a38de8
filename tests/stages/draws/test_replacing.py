"""Replacement rounds: a reason with evidence, a second organ, one order, fresh randomness, and a new visit."""

from datetime import timedelta
from uuid import UUID

import pytest

from onevisit.core.draw import forms
from onevisit.core.draw.verify import Status, verify
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot, Replacement
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.visits.models import Visit
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, EVIDENCE, T0, Beacon, Log

ORDER_AT = T0 + timedelta(hours=1)
ROUND_T0 = T0 + timedelta(hours=2)
WORDS = "登记住所为空置商铺，邻居称半年前已搬走"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Beacon:
    """A beacon that signs the rounds of these tests."""
    return Beacon(monkeypatch)


def _drawn(draw: Draw) -> UUID:
    """Return a drawn target of the largest stratum, so that a substitute exists."""
    slots = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id")
    return slots[0].target_id


def _ask(draw: Draw, people: Cast, target: UUID, *, by: str = "林", **changes: str) -> Replacement:
    given = {"reason": "NOT_FOUND", "words": WORDS, "evidence_sha256": EVIDENCE, **changes}
    return draws.request_replacement(draw=draw, target_id=target, actor=people.actor(by), at=ORDER_AT, **given)


def _agreed(draw: Draw, people: Cast, target: UUID) -> Replacement:
    return draws.confirm_replacement(request=_ask(draw, people, target), actor=people.actor("公"), at=ORDER_AT)


def _round(draw: Draw, people: Cast, own: Beacon) -> None:
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS[::-1], at=ROUND_T0 - timedelta(minutes=5))
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)


def replaced_in(draw: Draw, people: Cast, own: Beacon) -> None:
    """Replace one drawn target of a draw in a round of its own."""
    _agreed(draw, people, _drawn(draw))
    _round(draw, people, own)


def test_a_round_puts_somebody_in_the_place_and_everybody_can_verify_it(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    jobs.run_now(at=T0)
    target = _drawn(draw)
    before = set(Visit.objects.values_list("target_id", flat=True))
    _agreed(draw, people, target)

    _round(draw, people, own)
    jobs.run_now(at=ROUND_T0)
    jobs.run_now(at=ROUND_T0)

    draw.refresh_from_db()
    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    checks = verify(receipt=bytes(draw.receipt or b""), frames=frames)
    assert [check.line for check in checks if check.status is Status.FAILED] == []
    receipt = forms.parse_receipt(data=bytes(draw.receipt or b""))
    assert len(receipt.results) == 2
    assert receipt.results[0].result.seed != receipt.results[1].result.seed
    states = dict(Visit.objects.values_list("target_id", "state"))
    assert states.pop(target) == "withdrawn"
    assert len(set(states) - before) == 1
    assert set(states.values()) == {"dispatched"}
    assert {row.target_id for row in draws.read(draw=draw, actor=people.actor("陈"), at=ROUND_T0)} == set(states)


def test_only_a_digest_of_the_order_and_a_seal_are_public(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    request = _agreed(draw, people, _drawn(draw))
    _round(draw, people, own)

    ordered, replaced = (LedgerEntry.objects.get(event=f"draw.{verb}") for verb in ("ordered", "replaced"))
    made = draw.rounds.get()
    assert ordered.is_public
    assert replaced.is_public
    assert f'"digest":"{made.order_digest}"' in bytes(ordered.payload).decode()
    assert f'"digest":"{made.seal}"' in bytes(replaced.payload).decode()
    object_id = request.target.object_id
    for entry in LedgerEntry.objects.filter(event__startswith="draw.repl"):
        assert object_id not in bytes(entry.payload).decode()


def test_who_asks_needs_a_reason_evidence_and_a_drawn_target_and_a_second_organ_decides(
    people: Cast, log: Log, own: Beacon
) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    target = _drawn(draw)

    with pytest.raises(DrawRefused, match="替换原因"):
        _ask(draw, people, target, reason="BORING")
    with pytest.raises(DrawRefused, match="证明材料"):
        _ask(draw, people, target, evidence_sha256="")
    with pytest.raises(DrawRefused, match="过于笼统"):
        _ask(draw, people, target, words="找不到")
    with pytest.raises(MayNot):
        _ask(draw, people, target, by="陈")
    undrawn = next(
        row.target_id
        for row in documents.ground_of(draw).rows
        if not DrawnSlot.objects.filter(draw=draw, target_id=row.target_id).exists()
    )
    with pytest.raises(DrawRefused, match="不在抽中之列"):
        _ask(draw, people, undrawn)
    request = _ask(draw, people, target)
    with pytest.raises(DrawRefused, match="已申请替换"):
        _ask(draw, people, target)
    with pytest.raises(MayNot):
        draws.confirm_replacement(request=request, actor=people.actor("林局"), at=ORDER_AT)
    with pytest.raises(DrawRefused, match="没有已经同意"):
        draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    draws.refuse_replacement(
        request=request, words="税务登记显示仍在营业，请再次前往", actor=people.actor("司"), at=ORDER_AT
    )
    with pytest.raises(DrawRefused, match="已有决定"):
        draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    assert _ask(draw, people, target).pk != request.pk


@pytest.mark.requirement("R144")
def test_a_round_has_one_order_and_its_values_come_in_their_time(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    _agreed(draw, people, _drawn(draw))

    with pytest.raises(DrawRefused, match="10 分钟"):
        draws.order(draw=draw, t0=ORDER_AT + timedelta(minutes=9), actor=people.actor("陈"), at=ORDER_AT)
    with pytest.raises(MayNot):
        draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("林"), at=ORDER_AT)
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    with pytest.raises(DrawRefused, match="还没有抽取"):
        draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    with pytest.raises(DrawRefused, match="此前不能抽取"):
        draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0 - timedelta(seconds=1))
    with pytest.raises(DrawRefused, match="还没有取值：公证摇号、drand"):
        draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    with pytest.raises(DrawRefused, match="不再录入"):
        draw_scenes.type_value(draw, people, by="公", at=ROUND_T0)
    with pytest.raises(DrawRefused, match="还有替换轮次"):
        draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=ROUND_T0)


def test_with_a_value_made_in_the_room_only_nobody_is_replaced(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    with pytest.raises(DrawRefused, match="不设替换轮次"):
        _ask(draw, people, _drawn(draw))


def test_an_opened_draw_replaces_nobody(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)

    with pytest.raises(WrongState):
        _ask(draw, people, _drawn(draw))
