"""Coming along instead of coming again: the request, its answer, what follows, and going apart with a reason."""

from datetime import timedelta

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.offers import selectors, services
from onevisit.stages.offers.models import ExtraDepartment, JoinRequest, OfferReply
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.identity.actors import MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import scenes
from tests.cast import AT, Cast
from tests.stages.offers import joins

LATER = AT + timedelta(minutes=5)


def test_a_coming_joint_inspection_shows_at_every_target_of_its_pool(people: Cast) -> None:
    offer = joins.sent_to_three(people)

    (chance,) = selectors.chances_for([joins.target().pk], on=AT.date())

    assert (chance.offer_id, chance.initiator, chance.is_open) == (offer.pk, "市商务局", True)
    assert people.departments["市消防支队"].pk not in chance.department_ids
    assert selectors.chances_for([joins.target().pk], on=scenes.ENDS_ON + timedelta(days=1)) == []


def test_a_request_reaches_the_initiator_with_the_term_to_answer(people: Cast) -> None:
    join = joins.asked(people, joins.sent_to_three(people))

    (todo,) = [found for found in selectors.todos(people.actor("林"), AT) if found.verb == "join.accept"]
    assert todo.subject_id == str(join.pk)
    assert todo.due_at == deadlines.due_at(key="offer.reply", subject_type="join_request", subject=join.pk)
    jobs.run_now(at=LATER)
    told = Notice.objects.filter(title=f"市消防支队申请并入：{join.offer.title}")
    assert [notice.officer.name for notice in told] == ["林"]


def test_the_accepted_one_brings_its_items_in_and_has_answered_the_offer(people: Cast) -> None:
    offer = joins.sent_to_three(people)
    join = joins.asked(people, offer)

    services.accept_join(join=join, actor=people.actor("林"), at=LATER)

    reply = scenes.reply_of(offer, people, "市消防支队")
    assert (reply.state, reply.replied_by) == ("accepted", people.actor("周").id)
    assert not deadlines.running(subject_type="offer_reply", subject=reply.pk).exists()
    assert not deadlines.running(subject_type="join_request", subject=join.pk).exists()
    for short in ("市市监局", "市应急局", "市生态局"):
        services.accept(reply=scenes.reply_of(offer, people, short), actor=people.actor(scenes.CLERKS[short]), at=LATER)
    services.settle(offer=offer, actor=people.actor("林"), at=LATER)
    assert set(joins.items(people)[:1]) <= set(scenes.part_of(offer, people, "市消防支队").item_ids)


def test_both_ends_and_the_target_have_it_in_their_timeline(people: Cast) -> None:
    offer = joins.sent_to_three(people)
    join = joins.asked(people, offer)
    services.accept_join(join=join, actor=people.actor("林"), at=LATER)

    for subject_type, subject in (("join_request", join.pk), ("offer", offer.pk), ("target", join.target_id)):
        events = set(ledger.timeline(subject_type, subject).values_list("event", flat=True))
        assert {"join.asked", "join.accepted"} <= events
    jobs.run_now(at=LATER)
    assert Notice.objects.get(title=f"已同意并入：{offer.title}").officer.name == "周"


def test_a_sixth_department_still_needs_the_consent_of_the_office(people: Cast) -> None:
    offer = scenes.sent(people)
    organ = people.departments["市司法局"]
    scenes.item(department=organ, number=1, title="执法监督")
    join = JoinRequest.objects.create(
        offer=offer,
        department=organ,
        target=joins.target(),
        item_ids=joins.items(people, "市司法局"),
        reason=joins.WHY,
        asked_at=AT,
        asked_by="officer:x",
        asked_as="市司法局 · 联络员",
    )

    services.accept_join(join=join, actor=people.actor("林"), at=LATER)

    assert ExtraDepartment.objects.get(offer=offer, department=organ).state == "pending"
    assert not OfferReply.objects.filter(offer=offer, department=organ).exists()


def test_a_refusal_gives_its_reason_and_waits_for_the_asker(people: Cast) -> None:
    offer = joins.sent_to_three(people)
    join = joins.asked(people, offer)

    with pytest.raises(OfferRefused):
        services.refuse_join(join=join, reason=" ", actor=people.actor("林"), at=LATER)
    services.refuse_join(join=join, reason="当日只有 2 小时，时间不够", actor=people.actor("林"), at=LATER)

    (todo,) = [found for found in selectors.todos(people.actor("周"), AT) if found.verb == "join.separate"]
    assert todo.subject_id == str(join.pk)
    services.separate(
        offer=offer,
        department=join.department,
        target=join.target,
        reason="消防年度检查期限到 12 月 5 日，不能再推迟",
        actor=people.actor("周"),
        at=LATER,
    )
    assert JoinRequest.objects.get(pk=join.pk).state == "separate"
    jobs.run_now(at=LATER)
    told = Notice.objects.filter(title=f"市消防支队分别开展，未并入：{offer.title}")
    assert {notice.officer.name for notice in told} == {"林", "陈"}


def test_a_given_up_request_waits_for_nobody(people: Cast) -> None:
    join = joins.asked(people, joins.sent_to_three(people))

    services.withdraw_join(join=join, actor=people.actor("周"), at=LATER)

    assert not [found for found in selectors.todos(people.actor("林"), AT) if found.verb == "join.accept"]
    with pytest.raises(WrongState):
        services.accept_join(join=join, actor=people.actor("林"), at=LATER)


def test_a_settled_offer_takes_nobody_in_and_names_when_it_settled(people: Cast) -> None:
    offer = joins.sent_to_three(people)
    for short in ("市市监局", "市应急局", "市生态局"):
        services.accept(reply=scenes.reply_of(offer, people, short), actor=people.actor(scenes.CLERKS[short]), at=AT)
    services.settle(offer=offer, actor=people.actor("林"), at=AT)

    with pytest.raises(OfferRefused, match=r"已于 11-10 09:00 成约.*分别开展，说明理由"):
        joins.asked(people, offer)


def test_going_apart_says_why_in_more_than_a_word(people: Cast) -> None:
    offer = joins.sent_to_three(people)
    mine = {"offer": offer, "department": people.departments["市消防支队"], "target": joins.target(), "at": AT}

    with pytest.raises(OfferRefused, match="理由过于笼统"):
        services.separate(**mine, reason="需要", actor=people.actor("周"))
    services.separate(**mine, reason="接到举报须当日核查，不能等到 24 日", actor=people.actor("周"))

    entry = LedgerEntry.objects.get(event="join.separated")
    assert "接到举报" in entry.sentence
    assert "接到举报" not in bytes(entry.payload).decode()


@pytest.mark.parametrize("items", ["none", "another"])
def test_only_ones_own_usable_items_can_be_brought(people: Cast, items: str) -> None:
    offer = joins.sent_to_three(people)
    chosen = [] if items == "none" else joins.items(people, "市市监局")

    with pytest.raises(OfferRefused) as refusal:
        services.ask_to_join(
            offer=offer,
            department=people.departments["市消防支队"],
            target=joins.target(),
            item_ids=chosen,
            reason=joins.WHY,
            actor=people.actor("周"),
            at=AT,
        )
    assert refusal.value.field == "items"


def test_nobody_asks_twice_nor_for_another_department(people: Cast) -> None:
    offer = joins.sent_to_three(people)
    joins.asked(people, offer)

    with pytest.raises(OfferRefused, match="已申请并入"):
        joins.asked(people, offer)
    with pytest.raises(MayNot):
        joins.asked(people, offer, by="王")
    with pytest.raises(MayNot):
        services.accept_join(join=JoinRequest.objects.get(), actor=people.actor("周"), at=AT)
