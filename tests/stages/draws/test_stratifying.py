"""Strata by risk, district, size, trade, or risk by district; a rate for each or one total."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from onevisit.core.draw import forms
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import strata
from onevisit.stages.draws.public import open_pool
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.plans.models import PlanEntry
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.stages.plans.selectors import FrameRow
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, T0

TOTAL = {"rule": "total", "total": 4}


def _stratify(draw: Draw, people: Cast, *, by: str, quota: dict[str, Any], name: str = "陈") -> Draw:
    return draws.stratify(draw=draw, by=by, quota=quota, actor=people.actor(name), at=AT)


def _sizes(draw: Draw) -> dict[str, tuple[int, int]]:
    ground = documents.ground_of(draw)
    return {str(one["id"]): (int(str(one["N"])), int(str(one["n"]))) for one in documents.strata_of(ground)}


def test_a_total_is_shared_among_districts_and_frozen_so(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)

    draw = _stratify(draw, people, by="district", quota=TOTAL)

    assert _sizes(draw) == {"350203": (6, 2), "350206": (6, 2)}
    draw_scenes.approve_pool(draw, people)
    frozen = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    manifest = forms.parse_manifest(data=bytes(frozen.manifest or b""))
    assert {(one.id, one.size, one.quota) for one in manifest.items[0].strata} == {("350203", 6, 2), ("350206", 6, 2)}
    assert LedgerEntry.objects.filter(event="draw.stratified", subject=str(draw.pk), is_public=True).count() == 1
    entry = PlanEntry.objects.get(is_current=True).content["draws"][0]
    assert [one["id"] for one in entry["items"][0]["strata"]] == ["350203", "350206"]
    draws.commit(draw=frozen, actor=people.actor("陈"), at=FREEZE_AT)
    Draw.objects.filter(pk=draw.pk).update(state="committed")
    shown = open_pool.open_pool(draw.number)
    assert shown is not None
    assert (shown.strata_by, [(one.size, one.drawn) for one in shown.strata]) == ("区域", [(6, 2), (6, 2)])
    assert "按区域分层" in Client().get(f"/open/draws/{draw.number}").content.decode()


def test_a_rate_for_each_stratum(people: Cast) -> None:
    draw = draw_scenes.prepared(people)

    draw = _stratify(draw, people, by="district", quota={"rule": "rate", "strata": {"350203": 1000, "350206": 5000}})

    assert _sizes(draw) == {"350203": (6, 1), "350206": (6, 3)}


def test_trade_size_and_risk_by_district(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    InspectionTarget.objects.filter(credit_risk_class="A").update(size_class="S")

    assert set(_sizes(_stratify(draw, people, by="trade", quota=TOTAL))) == {"52"}
    assert set(_sizes(_stratify(draw, people, by="size", quota=TOTAL))) == {"S", "U"}
    both = _sizes(_stratify(draw, people, by="risk_district", quota=TOTAL))
    assert {stratum.partition("-")[0] for stratum in both} == {"A", "B", "C", "D", "U"}
    assert sum(size for size, _drawn in both.values()) == 12
    assert sum(drawn for _size, drawn in both.values()) == 4


def test_no_more_are_drawn_than_the_offer_settled(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    settled = documents.ground_of(draw).offer.draw_count

    with pytest.raises(DrawRefused, match=f"超过要约商定的 {settled} 个"):
        _stratify(draw, people, by="district", quota={"rule": "total", "total": settled + 1})
    draw.refresh_from_db()
    assert (draw.strata_by, draw.quota) == ("risk", {})


def test_a_quota_that_does_not_fit_is_refused(people: Cast) -> None:
    draw = draw_scenes.prepared(people)

    for by, quota, words in (
        ("weather", TOTAL, "请选择分层方式"),
        ("district", {}, "须另填比例或总数"),
        ("district", {"rule": "rate", "strata": {"350203": 1000}}, "还缺：350206"),
        ("district", {"rule": "rate", "strata": {"350203": 1000, "350206": 10001}}, "0 至 100%"),
        ("district", {"rule": "total", "total": 0}, "抽取总数为 1 至 12"),
    ):
        with pytest.raises(DrawRefused, match=words):
            _stratify(draw, people, by=by, quota=quota)


def test_only_the_organiser_in_time_and_before_the_freeze(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)

    with pytest.raises(MayNot):
        _stratify(draw, people, by="district", quota=TOTAL, name="林")
    with pytest.raises(PlanRefused, match="至少 7 日"):
        draws.stratify(draw=draw, by="district", quota=TOTAL, actor=people.actor("陈"), at=T0)
    draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    with pytest.raises(WrongState):
        _stratify(draw, people, by="district", quota=TOTAL)


@pytest.mark.parametrize("by", sorted(strata.LABELS))
def test_every_rule_states_the_fields_and_the_stratum_of_each_value(by: str) -> None:
    rows = [
        FrameRow(
            target_id=uuid4(),
            object_id=f"site:{place}",
            name="某站",
            region_code=region,
            stratum=risk,
            industry_code="5265",
            size_class=size,
            station=station,
        )
        for place, (region, risk, size, station) in enumerate(
            [("350203", "A", "S", "思明一所"), ("350203", "-", "", ""), ("350206", "B", "L", "湖里一所")]
        )
    ]

    rule = strata.stated(rows, by=by)

    assert set(rule["mapping"].values()) == {strata.stratum_of(row, by=by) for row in rows}
    assert all(key.count("|") == max(len(rule["fields"]) - 1, 0) for key in rule["mapping"])
    assert set(rule["fields"]) <= {field.name for field in InspectionTarget._meta.get_fields()}
