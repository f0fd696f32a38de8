"""campaign.submit and campaign.approve: what a plan must state, who decides, and what returns it."""

import dataclasses

import pytest

from onevisit.stages.offers import services as offers
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans import services
from onevisit.stages.plans.refusals import PlanIncomplete, PlanRefused
from onevisit.stages.plans.services import Changes
from onevisit.support.deadlines.models import Deadline
from tests import scenes
from tests.cast import AT, Cast


@pytest.mark.parametrize(
    ("changes", "section", "words"),
    [
        pytest.param(
            {"problem_source": ""}, "problem", "请写明问题来源", marks=pytest.mark.requirement("R74"), id="problem"
        ),
        pytest.param({"goal_measure": ""}, "goal", "成效指标", marks=pytest.mark.requirement("R98"), id="goal"),
        pytest.param({"necessity": {"merge": "已并"}}, "necessity", "还有 3 问未答", id="necessity"),
        pytest.param(
            {"field_scores": {"frequency": 4}},
            "field",
            "四项评分须全部填写",
            marks=pytest.mark.requirement("R77"),
            id="field",
        ),
        pytest.param({"quota": {}}, "quota", "请填写抽查比例", id="quota"),
    ],
)
def test_a_plan_that_says_too_little_is_not_handed_in(
    people: Cast, changes: dict[str, object], section: str, words: str
) -> None:
    campaign = scenes.complete(people)
    services.edit(campaign=campaign, changes=dataclasses.replace(Changes(), **changes), actor=people.actor("陈"), at=AT)

    with pytest.raises(PlanIncomplete, match=words) as refusal:
        services.submit(campaign=campaign, actor=people.actor("陈"), at=AT)

    assert [found for found, _words in refusal.value.blockers] == [section]


def test_no_offer_before_the_head_has_approved(people: Cast) -> None:
    campaign = scenes.submitted(people)

    with pytest.raises(OfferRefused, match="批准后，才能生成要约"):
        offers.draft(campaign=campaign, actor=people.actor("林"), at=AT)


@pytest.mark.requirement("R109")
def test_an_approved_campaign_is_filed_under_a_number(people: Cast) -> None:
    campaign = scenes.approved(people)

    assert campaign.filing_number == "BA-2026-001"
    assert not Deadline.objects.filter(subject=str(campaign.pk), closed_at__isnull=True).exists()


@pytest.mark.requirement("R152")
def test_a_head_returns_a_plan_as_too_broad_and_what_was_seen_stays(people: Cast) -> None:
    campaign = scenes.submitted(people)
    seen = scenes.cluster(campaign)
    services.return_(campaign=campaign, reason_code="too_broad", reason="只查高风险", actor=people.actor("林局"), at=AT)
    row = seen.targets.filter(is_removed=False).first()
    assert row is not None

    services.remove_target(campaign=campaign, target_id=row.target_id, reason="低风险", actor=people.actor("陈"), at=AT)
    again = services.submit(campaign=campaign, actor=people.actor("陈"), at=AT)

    assert (again.version, again.returned_code) == (2, "too_broad")
    assert scenes.cluster(campaign).version == 2
    assert not seen.targets.get(target_id=row.target_id).is_removed


def test_a_return_needs_a_coded_reason(people: Cast) -> None:
    campaign = scenes.submitted(people)

    with pytest.raises(PlanRefused, match="过宽、依据、时间、其他"):
        services.return_(campaign=campaign, reason_code="", reason="不同意", actor=people.actor("林局"), at=AT)


def test_a_sixth_department_must_say_which_duty_nobody_else_can_do(people: Cast) -> None:
    campaign = scenes.matched(people)
    sixth = people.departments["市司法局"]
    common = {"campaign": campaign, "department": sixth, "actor": people.actor("陈"), "at": AT}

    with pytest.raises(PlanRefused, match="理由过于笼统"):
        services.add_department(reason="需要", **common)
    row = services.add_department(reason="承担听证与复核职责，其他部门不能替代", **common)

    assert row.sixth_reason
    assert len(plans.departments_of(scenes.cluster(campaign).pk)) == 6


def test_todos_reach_the_head_and_after_a_return_the_organiser(people: Cast) -> None:
    campaign = scenes.submitted(people)

    waiting = plans.todos(people.actor("林局"), AT)
    assert [(todo.verb, todo.subject_id) for todo in waiting] == [("campaign.approve", str(campaign.pk))]
    assert waiting[0].due_at is not None
    assert plans.todos(people.actor("王局"), AT) == []

    services.return_(campaign=campaign, reason_code="time", reason="避开月底", actor=people.actor("林局"), at=AT)
    assert [todo.verb for todo in plans.todos(people.actor("陈"), AT)] == ["campaign.edit"]


def test_a_condition_changed_after_the_match_must_be_matched_before_submitting(people: Cast) -> None:
    campaign = scenes.complete(people)
    services.edit(campaign=campaign, changes=Changes(region_codes=["350206"]), actor=people.actor("陈"), at=AT)

    with pytest.raises(PlanIncomplete, match="对象条件已改，请重新匹配"):
        services.submit(campaign=campaign, actor=people.actor("陈"), at=AT)
