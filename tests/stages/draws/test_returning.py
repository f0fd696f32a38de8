"""A withdrawn object that still exists comes back in the next draw of its kind, drawn for certain."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from onevisit.core.draw import beside, forms
from onevisit.core.refusals import Refused
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot, DrawRound, Replacement
from onevisit.stages.draws.pool import recounting, repeating, returning, strata
from onevisit.stages.draws.public import organ_figures
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.offers.models import Offer
from onevisit.stages.plans.models import ClusterTarget
from onevisit.stages.registers.models import InspectionTarget
from tests import draw_scenes, scenes
from tests.cast import AT, Cast

BEFORE = datetime(2026, 9, 1, 9, 0, tzinfo=AT.tzinfo)


def _older(draw: Draw) -> Draw:
    """Make a draw of another plan of the same template that is over."""
    offer = Offer.objects.get(pk=draw.offer_id)
    campaign = offer.campaign
    campaign.pk, campaign.number, campaign._state.adding = None, "older", True
    campaign.save()
    offer.pk, offer.number, offer.campaign, offer._state.adding = None, "older", campaign, True
    offer.save()
    older = Draw.objects.create(
        number="350200-LX-2025-0001",
        sequence=1,
        year=2025,
        organiser=draw.organiser,
        offer=offer,
        title="上次的抽取",
        state="opened",
        created_at=BEFORE,
    )
    for item in draw_scenes.items_of(draw)[:1]:
        older.items.create(item=item.item, department=item.department)
    return older


def _withdrawn(people: Cast, **how: Any) -> tuple[Draw, InspectionTarget]:
    """Prepare a draw after an older one of the same template in which a target was replaced."""
    draw = draw_scenes.committed_keys(people)
    target = next(row for row in documents.ground_of(draw).rows if row.stratum == "A")
    older = _older(draw)
    DrawRound.objects.create(
        draw=older,
        number=1,
        t0=BEFORE,
        order=b"{}",
        order_digest="ab" * 32,
        ordered_at=BEFORE,
        **{"drawn_at": BEFORE, **how},
    )
    found = InspectionTarget.objects.get(pk=target.target_id)
    Replacement.objects.create(
        draw=older,
        target=found,
        department=people.departments["市商务局"],
        reason="NOT_FOUND",
        words="登记住所为空置商铺",
        evidence_sha256="ee" * 32,
        requested_by="x",
        requested_at=BEFORE,
        confirmed_by="y",
        confirmed_at=BEFORE,
        round_number=1,
    )
    draws.cancel(draw=draw, reason="改期抽取，另行筹备一次", actor=people.actor("陈"), at=AT)
    again = draws.prepare(
        offer_id=draw.offer_id,  # type: ignore[arg-type]
        t0=draw_scenes.T0,
        salt=draw_scenes.SALT,
        actor=people.actor("陈"),
        at=AT,
    )
    for item in draw_scenes.items_of(again):
        draw_scenes.commit_key(item, people)
    return again, found


def _blockers(draw: Draw) -> str:
    return " ".join(readiness.of_draw(draw, documents.ground_of(draw), at=draw_scenes.FREEZE_AT).blockers)


def test_what_was_withdrawn_stands_in_a_stratum_of_its_own_and_all_of_it_is_drawn(people: Cast, client: Client) -> None:
    draw, target = _withdrawn(people)
    draw_scenes.approve_pool(draw, people)

    frozen = draws.freeze(draw=draw, actor=people.actor("陈"), at=draw_scenes.FREEZE_AT)

    manifest = forms.parse_manifest(data=bytes(frozen.manifest or b""))
    (back,) = [one for one in manifest.items[0].strata if one.id == strata.BACK]
    assert (back.size, back.basis_points, back.quota) == (1, 10000, 1)
    item = draw.items.first()
    assert item is not None
    assert f"{target.object_id}|BACK".encode() in bytes(item.frame or b"")
    assert frozen.direction["returned"] == {"n": 1, "unfit": 0}
    rule = frozen.direction["strata"]
    assert rule["returned"] == ["BACK"]
    assert {*rule["mapping"].values(), "BACK"} == {one.id for one in manifest.items[0].strata}
    Draw.objects.filter(pk=frozen.pk).update(state="committed")
    page = client.get(f"/open/draws/{frozen.number}").content.decode()
    assert "本次单独成层、全部检查（补查）：1 户" in page
    assert '<th scope="row">补查</th>' in page
    assert [one.returned for one in organ_figures.organ_figures()] == []


def test_a_round_that_was_never_drawn_or_a_target_that_is_gone_brings_nothing_back(people: Cast) -> None:
    draw, target = _withdrawn(people, drawn_at=None)
    assert documents.ground_of(draw).due == ()

    DrawRound.objects.filter(draw__number="350200-LX-2025-0001").update(drawn_at=BEFORE)
    assert [one.target_id for one in documents.ground_of(draw).due] == [target.pk]

    InspectionTarget.objects.filter(pk=target.pk).update(status="deregistered")
    assert documents.ground_of(draw).due == ()


def test_a_merged_record_comes_back_as_what_it_became(people: Cast) -> None:
    draw, target = _withdrawn(people)
    other = InspectionTarget.objects.exclude(pk=target.pk).filter(status="active")[0]
    InspectionTarget.objects.filter(pk=target.pk).update(merged_into=other, status="deregistered")

    assert [one.target_id for one in documents.ground_of(draw).due] == [other.pk]


def test_one_that_fits_and_is_not_in_the_pool_stops_the_freeze_until_it_is_put_there(
    people: Cast, client: Client
) -> None:
    draw, target = _withdrawn(people)
    ClusterTarget.objects.filter(target=target).delete()
    assert f"{target.name}在 350200-LX-2025-0001 中被替换" in _blockers(draw)
    with pytest.raises(DrawRefused, match="本次须补查"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=draw_scenes.FREEZE_AT)
    client.force_login(people.officers["陈处"].user)  # type: ignore[arg-type]
    url = reverse("draw_pool", args=[draw.pk])
    assert "列入补查" in client.get(url).content.decode()

    client.post(reverse("draw_readmit", args=[draw.pk]), {"target": str(target.pk)})

    row = ClusterTarget.objects.get(target=target)
    assert (row.is_removed, row.rule) == (False, "target.returned")
    assert "须补查" not in _blockers(draw)
    assert "已在抽取池" in client.get(url).content.decode()


def test_what_a_rule_keeps_out_today_waits_for_the_next_draw(people: Cast) -> None:
    draw, target = _withdrawn(people)
    ClusterTarget.objects.filter(target=target).update(is_removed=True, removed_code="quiet_list")
    assert "本次须补查" in _blockers(draw)

    InspectionTarget.objects.filter(pk=target.pk).update(region_code="350100", industry_code="0111")
    target.licences.all().delete()
    target.directory_entries.all().delete()

    assert "本次须补查" not in _blockers(draw)
    assert documents.ground_of(draw).due != ()


def test_a_total_cannot_promise_that_all_of_them_are_drawn(people: Cast) -> None:
    draw, _target = _withdrawn(people)
    Draw.objects.filter(pk=draw.pk).update(quota={"rule": "total", "total": 3})

    assert "1 户须补查，按总数抽取时不能保证抽中" in _blockers(Draw.objects.get(pk=draw.pk))


def test_by_district_it_has_a_stratum_of_its_district_and_officers_still_know_it(people: Cast) -> None:
    draw, target = _withdrawn(people)
    looked_at = Draw(pk=draw.pk, offer=draw.offer, strata_by=strata.DISTRICT, quota={"rule": "rate", "strata": {}})

    ground = documents.ground_of(looked_at)

    assert ground.sizes[f"BACK-{target.region_code}"] == 1
    assert documents.rates_of(ground) == {f"BACK-{target.region_code}": 10000}
    assert strata.label_of(f"BACK-{target.region_code}", by=strata.DISTRICT).startswith("补查 · ")


def test_once_a_committed_draw_had_it_back_it_is_free(people: Cast) -> None:
    draw, _target = _withdrawn(people)
    draw_scenes.approve_pool(draw, people)
    draws.freeze(draw=draw, actor=people.actor("陈"), at=draw_scenes.FREEZE_AT)
    Draw.objects.filter(pk=draw.pk).update(state="opened", commitment_entry=draw.pk, created_at=AT - timedelta(days=1))
    offer = scenes.ready(people)
    Offer.objects.filter(pk=offer.pk).update(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 3))
    later = draws.prepare(
        offer_id=offer.pk, t0=draw_scenes.T0, salt="7c" * 32, actor=people.actor("陈"), at=AT + timedelta(hours=1)
    )
    assert documents.ground_of(later).due == ()

    Draw.objects.filter(pk=draw.pk).update(state="void")

    assert len(documents.ground_of(later).due) == 1
    assert not DrawnSlot.objects.exists()


def test_a_verifier_takes_what_comes_back_only_where_it_is_drawn_whole() -> None:
    rule = b'{"strata":{"by":"risk","fields":["credit_risk_class"],"mapping":{"A":"A"},"returned":["BACK"]}}'

    def receipt(*strata: tuple[str, int]) -> Any:
        rows = [SimpleNamespace(id=key, basis_points=bp) for key, bp in strata]
        return SimpleNamespace(manifest=SimpleNamespace(items=[SimpleNamespace(item="350200-03", strata=rows)]))

    assert beside._strata(rule, receipt(("A", 100), ("BACK", 10000)))
    for wrong in (
        receipt(("A", 100), ("BACK", 9999)),
        receipt(("A", 100)),
        receipt(("A", 1), ("B", 1), ("BACK", 10000)),
    ):
        with pytest.raises(Refused) as refused:
            beside._strata(rule, wrong)
        assert refused.value.code == "E_MISMATCH"


def test_officers_drawn_again_for_what_another_draw_gave_take_nothing_back_and_count_no_register(people: Cast) -> None:
    draw, _target = _withdrawn(people)
    ground = documents.ground_of(draw)
    found = recounting.recounted(ground)
    assert recounting.stated(draw, ground, found)["register"]["missing"] == 0

    draw.repeats_id = draw.pk

    assert recounting.stated(draw, ground, found) == {}
    assert returning.due_of(draw) == ()
    assert repeating.of_draw(draw, ground) is None
