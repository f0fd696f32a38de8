"""The burden preview: visits merged against apart, caps, repeats and what goes too far."""

from collections import Counter
from datetime import date

import pytest

from onevisit.stages.plans import burden, quotas, services
from onevisit.stages.plans.services import Changes
from onevisit.stages.registers import availability
from onevisit.stages.registers.models import FormerInspection, InspectionTarget, TargetKind
from onevisit.support.deadlines.models import RuleVersion
from tests import scenes
from tests.cast import AT, Cast


@pytest.mark.requirement("R2")
def test_visits_saved_change_when_a_department_joins_the_one_visit(people: Cast) -> None:
    campaign = scenes.complete(people)
    together = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    services.remove_department(
        campaign=campaign,
        department_id=people.departments["市生态局"].pk,
        reason="另行开展",
        actor=people.actor("陈"),
        at=AT,
    )
    fewer = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    assert together.visits_merged == fewer.visits_merged
    assert together.saved == 4 * together.visits_merged
    assert fewer.saved == 3 * fewer.visits_merged


def test_a_business_at_one_departments_cap_is_named(people: Cast) -> None:
    campaign = scenes.complete(people)
    target = InspectionTarget.objects.get(object_id="91350200XMDM000003")
    for month in (3, 10):
        FormerInspection.objects.create(
            target=target,
            department=people.departments["市市监局"],
            on=date(2026, month, 20),
            kind="日常",
            result="未发现问题",
        )

    found = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    assert [(row.name, row.capped_by) for row in found.at_cap] == [("厦门第3加油站", "市市监局")]
    assert [row.name for row in found.third_visit] == ["厦门第3加油站"]
    assert [row.name for row in found.repeated] == ["厦门第3加油站"]


def test_several_departments_on_one_day_disturb_once_and_an_ordered_check_only_as_the_latest(people: Cast) -> None:
    """The number is that of the archive: 综合查一次 is one visit, what a superior ordered counts to no cap (AI-04)."""
    campaign = scenes.complete(people)
    third, fourth = (InspectionTarget.objects.get(object_id=f"91350200XMDM00000{n}") for n in (3, 4))
    for target, short, day, counts in (
        (third, "市市监局", date(2026, 3, 20), True),
        (third, "市商务局", date(2026, 3, 20), True),
        (fourth, "市商务局", date(2026, 11, 1), False),
    ):
        FormerInspection.objects.create(
            target=target, department=people.departments[short], on=day, kind="日常", result="-", counts_to_cap=counts
        )

    found = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    assert [(row.name, row.visits) for row in found.most_disturbed] == [(third.name, 1)]
    assert [row.name for row in found.repeated] == [fourth.name]
    assert found.third_visit == ()


def test_a_visit_at_a_product_is_a_visit_at_its_business_and_at_all_that_is_its_own(people: Cast) -> None:
    """One department was at two of its products: that is twice at the business, which has reached its cap."""
    campaign = scenes.complete(people)
    owner = InspectionTarget.objects.get(object_id="91350200XMDM000003")
    for number, month in ((1, 3), (2, 10)):
        product = InspectionTarget.objects.create(
            object_id=f"prod:XMDM000003.{number}",
            kind=TargetKind.PRODUCT,
            name=f"92 号汽油批次 {number}",
            region_code=owner.region_code,
            address=owner.address,
            industry_code=owner.industry_code,
            owner=owner,
        )
        for kind in ("日常", "专项"):  # twice on one day is one visit
            FormerInspection.objects.create(
                target=product,
                department=people.departments["市市监局"],
                on=date(2026, month, 20),
                kind=kind,
                result="未发现问题",
            )

    found = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    assert [(row.name, row.capped_by, row.visits) for row in found.at_cap] == [("厦门第3加油站", "市市监局", 2)]
    seen = availability.visits_since(target_ids=[product.pk, owner.pk], day=date(2026, 1, 1))
    assert Counter(visit.target_id for visit in seen) == {product.pk: 2, owner.pk: 2}


def test_the_business_of_a_merged_record_has_the_visits_of_what_was_its_own(people: Cast) -> None:
    scenes.complete(people)
    owner, other = InspectionTarget.objects.filter(kind=TargetKind.COMPANY).order_by("object_id")[:2]
    site = InspectionTarget.objects.create(
        object_id="site:XM1",
        kind=TargetKind.SITE,
        name="堆场",
        region_code=owner.region_code,
        address=owner.address,
        industry_code=owner.industry_code,
        owner=owner,
    )
    owner.merged_into = other
    owner.save(update_fields=["merged_into"])

    everything = frozenset({owner.pk, other.pk, site.pk})

    for asked in ([other.pk, site.pk], [owner.pk], [site.pk], [owner.pk, other.pk, site.pk]):
        assert availability.objects_of_party(target_ids=asked) == dict.fromkeys(asked, everything), asked


@pytest.mark.requirement("R76")
def test_taking_everything_warns_and_a_subset_does_not(people: Cast) -> None:
    campaign = scenes.complete(people)
    subset = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())
    whole = Changes(quota={"rule": "rate", "strata": dict.fromkeys(quotas.STRATA, 10000)})
    campaign = services.edit(campaign=campaign, changes=whole, actor=people.actor("陈"), at=AT)

    everything = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    assert "pick.no_all" not in {caution.code for caution in subset.warnings}
    assert {"pick.no_all", "scope.broad"} <= {caution.code for caution in everything.warnings}


@pytest.mark.parametrize(
    ("quota", "drawn"),
    [
        ({"rule": "rate", "strata": {"A": 100, "B": 500, "C": 2000, "D": 10000, "-": 0}}, [1, 1, 1, 3, 0]),
        ({"rule": "total", "total": 7}, [3, 2, 1, 1, 0]),
        ({"rule": "total", "total": 99}, [9, 6, 4, 3, 1]),
    ],
)
def test_a_quota_draws_whole_targets_a_stratum(quota: dict[str, object], drawn: list[int]) -> None:
    counted = quotas.count(quota, Counter({"A": 9, "B": 6, "C": 4, "D": 3, "-": 1}))

    assert [stratum.drawn for stratum in counted.strata] == drawn


def test_an_overlapping_campaign_is_named_with_the_shared_targets(people: Cast) -> None:
    first = scenes.approved(people)
    second = scenes.complete(people)

    found = burden.preview(second, scenes.cluster(second), on=AT.date())

    assert found.overlaps == ((first, len(scenes.RISKS)),)


@pytest.mark.requirement("R97")
def test_an_action_over_the_citys_thresholds_is_named_to_the_approver(people: Cast) -> None:
    campaign = scenes.complete(people)
    small = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())
    for key, amount in (("scope.targets", 4), ("scope.officers", 9)):
        RuleVersion.objects.create(rule_id=key, version=2, amount=amount, valid_from=AT.date())

    large = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    assert small.warnings == ()
    assert [caution.code for caution in large.warnings] == ["scope.large", "scope.officers"]
    assert "单次行动 5 户，超过 4 户" in large.warnings[0].message


@pytest.mark.requirement("R58")
def test_a_sixth_department_warns_over_the_limit(people: Cast) -> None:
    campaign = scenes.complete(people)
    services.add_department(
        campaign=campaign,
        department=people.departments["市司法局"],
        reason="承担听证与复核职责，其他部门不能替代",
        actor=people.actor("陈"),
        at=AT,
    )

    found = burden.preview(campaign, scenes.cluster(campaign), on=AT.date())

    assert [caution.message for caution in found.warnings] == [
        "部门 6 个，一般不超过 5 个；超出的须说明理由并报综合执法协调处审批。"
    ]
