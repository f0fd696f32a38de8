"""campaign.match: a cluster with the reason of every row, dated by the law of the plan's day."""

from datetime import date

import pytest

from onevisit.stages.plans import comparing, services
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans.services import Changes
from onevisit.stages.registers.models import InspectionTarget, LegalBasis
from tests import scenes
from tests.cast import AT, Cast


@pytest.mark.requirement("R56")
@pytest.mark.requirement("R85")
@pytest.mark.requirement("R86")
@pytest.mark.requirement("R87")
@pytest.mark.requirement("R88")
def test_gas_stations_give_five_departments_items_and_articles_each_explained(people: Cast) -> None:
    cluster = scenes.cluster(scenes.matched(people))

    departments = plans.departments_of(cluster.pk)
    items = plans.items_of(cluster.pk)
    assert [row.department.short_name for row in departments] == ["市商务局", *scenes.PARTICIPANTS]
    assert len(items) == 10
    assert all(item.reason and item.bases for item in items)
    assert all(row.reason and row.rule for row in departments)
    assert all(row.reason and row.rule for row in cluster.targets.all())
    assert cluster.targets.filter(is_removed=False).count() == len(scenes.RISKS)


def test_what_a_rule_takes_out_stays_visible_with_its_reason(people: Cast) -> None:
    cluster = scenes.cluster(scenes.matched(people))

    out = {row.code: row.reason for row in plans.exclusions_of(cluster.pk)}

    assert out["status"] == "登记状态：注销"
    assert out["quiet_list"].startswith("列入“无事不扰”名单")


@pytest.mark.requirement("R88")
def test_a_later_date_takes_out_the_item_whose_law_has_ended_and_says_so(people: Cast) -> None:
    campaign = scenes.matched(people)
    basis = LegalBasis.objects.filter(item__department=people.departments["市应急局"]).order_by("words").first()
    assert basis is not None
    LegalBasis.objects.filter(pk=basis.pk).update(valid_to=date(2026, 11, 30))
    later = Changes(starts_on=date(2026, 12, 8), ends_on=date(2026, 12, 9))
    services.edit(campaign=campaign, changes=later, actor=people.actor("陈"), at=AT)
    older = scenes.cluster(campaign)
    campaign.refresh_from_db()

    newer = services.match(campaign=campaign, actor=people.actor("陈"), at=AT)

    lost = [found for found in comparing.differences(older=older, newer=newer) if found.kind == "item"]
    assert [(found.sign, found.label) for found in lost] == [("-", basis.item.title)]
    assert "上一版于 2026-11-30 失效" in lost[0].words
    assert comparing.lapsed(older=older, newer=newer) == lost
    assert comparing.lapsed(older=newer, newer=newer) == []


@pytest.mark.requirement("R82")
def test_a_campaign_has_exactly_one_cluster_and_both_have_versions(people: Cast) -> None:
    campaign = scenes.matched(people)
    first = plans.current_cluster(campaign)

    second = services.match(campaign=campaign, actor=people.actor("陈"), at=AT)

    assert first is not None
    assert (first.version, second.version) == (1, 2)
    assert plans.current_cluster(campaign) == second


@pytest.mark.requirement("R79")
def test_conditions_aim_at_risk_area_licence_and_history(people: Cast) -> None:
    campaign = scenes.matched(people)
    conditions = {"risk_classes": ["C", "D"], "streets": ["殿前街道"], "required_licence": "成品油零售经营资格"}
    changes = Changes(conditions={**conditions, "unvisited_months": 6}, region_codes=["350206"])
    services.edit(campaign=campaign, changes=changes, actor=people.actor("陈"), at=AT)
    campaign.refresh_from_db()

    cluster = services.match(campaign=campaign, actor=people.actor("陈"), at=AT)

    found = {row.target.name for row in cluster.targets.filter(is_removed=False)}
    expected = InspectionTarget.objects.filter(
        credit_risk_class__in=["C", "D"], street="殿前街道", region_code="350206", licences__isnull=False
    )
    assert found == set(expected.values_list("name", flat=True))
    assert found


def test_a_row_removed_by_hand_stays_out_after_the_next_match(people: Cast) -> None:
    campaign = scenes.matched(people)
    row = scenes.cluster(campaign).targets.filter(is_removed=False).first()
    assert row is not None
    services.remove_target(
        campaign=campaign, target_id=row.target_id, reason="上月已查", actor=people.actor("陈"), at=AT
    )

    cluster = services.match(campaign=campaign, actor=people.actor("陈"), at=AT)

    again = cluster.targets.get(target_id=row.target_id)
    assert (again.is_removed, again.removed_reason) == (True, "上月已查")


def test_a_moved_register_makes_the_cluster_stale(people: Cast) -> None:
    campaign = scenes.matched(people)
    cluster = scenes.cluster(campaign)
    assert comparing.drift(campaign, cluster) is None

    InspectionTarget.objects.filter(object_id="91350200XMDM000001").update(status="closed")

    drift = comparing.drift(campaign, cluster)
    assert drift is not None
    assert [(row.sign, row.label) for row in drift.rows] == [("-", "厦门第1加油站")]
    assert "登记状态" in drift.rows[0].words
