"""campaign.start: no privileged initiator, and never the coordination office as inspecting body."""

import pytest

from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans import services
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import Level
from onevisit.support.identity.roles import Role
from tests import cast, scenes
from tests.cast import AT, Cast


@pytest.mark.requirement("R57")
def test_a_district_health_bureau_can_start_one_for_itself(people: Cast) -> None:
    organ = cast.department(
        code="350206-05", name="厦门市湖里区卫生健康局", short_name="湖里区卫健局", level=Level.DISTRICT
    )
    people.departments["湖里区卫健局"] = organ
    people.officers["郑"] = cast.officer(name="郑", department=organ, roles=(Role.CLERK,))

    campaign = scenes.matched(people, by="郑", initiator="湖里区卫健局")

    assert (campaign.organiser, campaign.initiator) == (organ, organ)
    first, *others = plans.departments_of(scenes.cluster(campaign).pk)
    assert (first.department, first.is_initiator) == (organ, True)
    assert [row.department.short_name for row in others] == ["市市监局", "市商务局", *scenes.PARTICIPANTS[1:]]


def test_a_department_starts_none_for_another(people: Cast) -> None:
    with pytest.raises(MayNot):
        scenes.started(people, by="王", initiator="市商务局")


@pytest.mark.requirement("R22")
def test_the_coordination_office_cannot_be_the_initiator(people: Cast) -> None:
    with pytest.raises(PlanRefused, match="不具有执法主体资格，不能作为检查主体") as refusal:
        scenes.started(people, initiator="领导小组办公室")

    assert refusal.value.code == "body.office"


@pytest.mark.requirement("R22")
def test_the_coordination_office_cannot_be_added_as_a_department(people: Cast) -> None:
    campaign = scenes.matched(people)

    with pytest.raises(PlanRefused, match="不具有执法主体资格"):
        services.add_department(
            campaign=campaign,
            department=people.departments["领导小组办公室"],
            reason="统筹协调本次联合检查的全部部门",
            actor=people.actor("陈"),
            at=AT,
        )


def test_days_in_the_past_or_the_wrong_way_round_are_refused(people: Cast) -> None:
    scenes.registers(people)
    common = {"template": scenes.template(people), "title": "专项", "field": "", "actor": people.actor("陈"), "at": AT}
    initiator = people.departments["市商务局"]

    with pytest.raises(PlanRefused, match="不能早于今天"):
        services.start(initiator=initiator, starts_on=AT.date().replace(day=1), ends_on=scenes.ENDS_ON, **common)
    with pytest.raises(PlanRefused, match="结束日期不能早于开始日期"):
        services.start(initiator=initiator, starts_on=scenes.ENDS_ON, ends_on=scenes.STARTS_ON, **common)
