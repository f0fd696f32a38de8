"""An offer from its draft to its settlement: 1+N, the sixth, what is sent to whom, and the parts it opens."""

import pytest

from onevisit.stages.offers import selectors, services
from onevisit.stages.offers.models import ExtraDepartment, Offer, OfferReply
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.plans import services as plans
from onevisit.stages.plans.models import CampaignTemplate
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from tests import cast, scenes
from tests.cast import AT, Cast

REASON = "承担听证与复核职责，其他部门不能替代"


def _approved_with(people: Cast, *shorts: str) -> Offer:
    """Draft an offer whose cluster keeps only the initiator and some departments."""
    campaign = scenes.complete(people)
    for short in scenes.PARTICIPANTS:
        if short not in shorts:
            plans.remove_department(
                campaign=campaign,
                department_id=people.departments[short].pk,
                reason="本次不涉及",
                actor=people.actor("陈"),
                at=AT,
            )
    plans.submit(campaign=campaign, actor=people.actor("陈"), at=AT)
    approved = plans.approve(campaign=campaign, actor=people.actor("林局"), at=AT)
    return services.draft(campaign=approved, actor=people.actor("林"), at=AT)


@pytest.mark.requirement("R90")
def test_one_act_drafts_the_offer_with_everything_in_it(people: Cast) -> None:
    offer = scenes.drafted(people)

    assert [reply.department.short_name for reply in selectors.replies_of(offer)] == list(scenes.PARTICIPANTS)
    assert offer.reason.startswith("近三月 12345 投诉")
    assert "《市应急局许可管理办法》第1条" in offer.basis
    assert (offer.starts_on, offer.draw_count, offer.state) == (scenes.STARTS_ON, 5, "draft")


def test_a_second_open_offer_of_one_campaign_is_refused(people: Cast) -> None:
    offer = scenes.drafted(people)

    with pytest.raises(OfferRefused, match="还有未办结的要约"):
        services.draft(campaign=offer.campaign, actor=people.actor("林"), at=AT)


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("shorts", [(), ("市市监局",), scenes.PARTICIPANTS], ids=["1+0", "1+1", "1+4"])
def test_one_leads_and_any_number_joins(people: Cast, shorts: tuple[str, ...]) -> None:
    offer = services.send(offer=_approved_with(people, *shorts), actor=people.actor("林"), at=AT)
    for short in shorts:
        clerk = people.actor(scenes.CLERKS[short])
        services.accept(reply=scenes.reply_of(offer, people, short), actor=clerk, at=AT)

    services.settle(offer=offer, actor=people.actor("林"), at=AT)

    assert selectors.counts_by_size() == [(len(shorts), 1)]
    assert offer.parts.count() == 1 + len(shorts)


def test_a_draft_is_known_to_its_makers_only(people: Cast) -> None:
    offer = scenes.drafted(people)

    knows = {name for name in ("陈", "林", "林局", "王", "司", "吴") if _sees(people.actor(name), offer)}

    assert knows == {"陈", "林", "林局"}


@pytest.mark.requirement("R5")
def test_an_offer_reaches_any_department_of_the_same_level(people: Cast) -> None:
    organ = cast.department(code="350200-14", name="厦门市市政园林局", short_name="市市政园林局")
    people.officers["游"] = cast.officer(name="游", department=organ, roles=(Role.CLERK,))
    scenes.registers(people)
    scenes.item(department=organ, number=1, title="燃气设施")
    scenes.template(people)
    CampaignTemplate.objects.update(participant_codes=[organ.code])

    offer = scenes.sent(people)

    clerk = people.actor("游")
    assert _sees(clerk, offer)
    assert [todo.verb for todo in selectors.todos(clerk, AT)] == ["offer.accept"]
    assert not _sees(people.actor("王"), offer)


@pytest.mark.requirement("R96")
def test_the_sixth_needs_a_reason_and_the_consent_of_the_coordination_head(people: Cast) -> None:
    offer = scenes.drafted(people)
    sixth = scenes.sixth_in_cluster(people, offer)
    with pytest.raises(OfferRefused, match="理由过于笼统"):
        services.extend(offer=offer, department=sixth, reason="需要", actor=people.actor("林"), at=AT)

    extra = services.extend(offer=offer, department=sixth, reason=REASON, actor=people.actor("林"), at=AT)

    assert isinstance(extra, ExtraDepartment)
    with pytest.raises(OfferRefused, match="须经综合执法协调处审批"):
        services.send(offer=offer, actor=people.actor("林"), at=AT)
    assert [todo.verb for todo in selectors.todos(people.actor("陈处"), AT)] == ["offer.allow"]
    services.allow(extra=extra, opinion="", actor=people.actor("陈处"), at=AT)
    services.send(offer=offer, actor=people.actor("林"), at=AT)
    assert OfferReply.objects.filter(offer=offer, state="pending").count() == 5


def test_a_fifth_is_invited_at_once(people: Cast) -> None:
    offer = _approved_with(people, *scenes.PARTICIPANTS)
    services.remove_participant(
        offer=offer, department_id=people.departments["市生态局"].pk, actor=people.actor("林"), at=AT
    )

    made = services.extend(
        offer=offer, department=people.departments["市生态局"], reason="", actor=people.actor("林"), at=AT
    )

    assert isinstance(made, OfferReply)


def test_settling_waits_for_those_who_still_have_time(people: Cast) -> None:
    offer = scenes.sent(people)
    services.accept(reply=scenes.reply_of(offer, people, "市市监局"), actor=people.actor("王"), at=AT)

    with pytest.raises(OfferRefused, match="市应急局、市生态局、市消防支队还在应答期内未答复"):
        services.settle(offer=offer, actor=people.actor("林"), at=AT)


def test_settling_needs_an_answer_to_every_new_date(people: Cast) -> None:
    offer = scenes.answered(people)
    OfferReply.objects.filter(offer=offer, department=people.departments["市市监局"]).update(state="countered")

    with pytest.raises(OfferRefused, match="请先采纳或坚持原期"):
        services.settle(offer=offer, actor=people.actor("林"), at=AT)


def test_nobody_accepting_makes_no_joint_inspection(people: Cast) -> None:
    offer = scenes.sent(people)
    OfferReply.objects.filter(offer=offer).update(state="expired")

    with pytest.raises(OfferRefused, match="没有部门应约"):
        services.settle(offer=offer, actor=people.actor("林"), at=AT)


@pytest.mark.requirement("R60")
def test_every_accepting_department_gets_its_own_part_with_its_own_items(people: Cast) -> None:
    offer = scenes.answered(people)
    services.decline(
        reply=scenes.reply_of(offer, people, "市生态局"),
        reason_code="recently_checked",
        words="",
        seen_state="accepted",
        actor=people.actor("苏"),
        at=AT,
    )

    offer = services.settle(offer=offer, actor=people.actor("林"), at=AT)

    parts = selectors.settled_parts(offer)
    assert [part.department_name for part in parts] == ["市商务局", "市市监局", "市应急局", "市消防支队"]
    assert all(len(part.item_ids) == 2 for part in parts)
    assert len(selectors.is_ready_to_freeze(offer)) == 4


def _sees(actor: Actor, offer: Offer) -> bool:
    return Offer.objects.visible_to(actor).filter(pk=offer.pk).exists()


def test_a_department_without_an_item_in_the_cluster_is_not_invited(people: Cast) -> None:
    offer = scenes.drafted(people)

    with pytest.raises(OfferRefused, match="没有检查事项"):
        services.extend(
            offer=offer,
            department=Department.objects.get(short_name="市司法局"),
            reason=REASON,
            actor=people.actor("林"),
            at=AT,
        )
