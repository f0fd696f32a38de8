"""A replacement round without enough officers: recorded with its proof, said, and no further round."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from onevisit.core.draw import results
from onevisit.core.draw.officers import Assignment, Infeasible
from onevisit.core.draw.results import Receipt
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.pool import shortage
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import replacing
from onevisit.stages.visits.models import Visit
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, EVIDENCE, T0, Beacon, Log

ORDER_AT, ROUND_T0 = T0 + timedelta(hours=1), T0 + timedelta(hours=2)
WORDS = "登记住所为空置商铺，邻居称半年前已搬走"


@pytest.fixture
def short_round(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """A drawn round whose substitute finds nobody."""
    own = Beacon(monkeypatch)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    jobs.run_now(at=T0)
    _order(draw, people)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS[::-1], at=ROUND_T0 - timedelta(minutes=5))
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    monkeypatch.setattr(replacing, "computed", _short_of_officers(replacing.computed))
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    draw.refresh_from_db()
    return draw


def _order(draw: Draw, people: Cast) -> None:
    slot = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id")[0]
    request = draws.request_replacement(
        draw=draw,
        target_id=slot.target_id,
        reason="NOT_FOUND",
        words=WORDS,
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ORDER_AT,
    )
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)


def _short_of_officers(computed: Any) -> Any:
    """Compute as ever, but let nobody be eligible in the round."""

    def compute(draw: Draw, *, replacements: bytes | None = None) -> Receipt:
        receipt: Receipt = computed(draw, replacements=replacements)
        recorded = receipt.results[-1]
        filled = recorded.result.assignment
        assert isinstance(filled, Assignment)
        slots = tuple((slot.visit, slot.slot) for slot in filled.slots)
        nobody = Infeasible(seed=filled.seed, short=len(slots), slots=slots, officers=())
        last = results.recorded(result=replace(recorded.result, assignment=nobody), mode=receipt.manifest.mode)
        return replace(receipt, results=(*receipt.results[:-1], last))

    return compute


def test_the_shortage_of_a_round_is_shown_with_its_round_and_targets(short_round: Draw) -> None:
    found = shortage.of_draw(short_round)

    assert found is not None
    assert (found.round_number, found.short) == (1, found.places)
    assert len(found.targets) == 1
    assert shortage.count_of(short_round) == found.short
    assert not short_round.is_infeasible
    entry = LedgerEntry.objects.get(event="draw.fell_short")
    assert '"round":"1"' in bytes(entry.payload).decode()


def test_the_visits_of_the_first_round_stand_and_the_substitute_is_not_sent(short_round: Draw) -> None:
    before = set(Visit.objects.values_list("target_id", flat=True))
    jobs.run_now(at=ROUND_T0)

    assert set(Visit.objects.values_list("target_id", flat=True)) == before
    assert Visit.objects.filter(state="withdrawn").count() == 1


def test_no_round_follows_one_without_enough_officers(short_round: Draw, people: Cast) -> None:
    with pytest.raises(DrawRefused, match="不再有替换轮次"):
        _order(short_round, people)


def test_a_short_round_is_no_reason_to_give_up_what_was_sent_before(short_round: Draw, people: Cast) -> None:
    with pytest.raises(DrawRefused, match="并无不足"):
        draws.propose_void(
            draw=short_round,
            reason="OFFICERS_SHORT",
            words="市商务局可派人员不足，已增加提名",
            evidence_sha256=EVIDENCE,
            actor=people.actor("陈"),
            at=ROUND_T0,
        )


def test_the_desk_says_that_the_round_fell_short(short_round: Draw, people: Cast) -> None:
    client = Client()
    client.force_login(people.officers["陈"].user)

    page = client.get(f"/draws/{short_round.pk}").content.decode()
    result = client.post(f"/draws/{short_round.pk}/result").content.decode()

    assert "第 1 轮替换执法人员不足" in page
    assert "第 1 轮替换执法人员不足" in result
    assert "抽中" in result
