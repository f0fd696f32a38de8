"""Answers to an offer: the first stands, ten seconds undo, dates are negotiated, the clock ends the term."""

from datetime import timedelta

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.offers import selectors, services
from onevisit.stages.offers.models import OfferReply
from onevisit.stages.offers.refusals import AnsweredMeanwhile, OfferRefused
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.identity import actors
from onevisit.support.identity import services as identity
from onevisit.support.identity.models import Post
from onevisit.support.identity.roles import Role
from tests import scenes
from tests.cast import AT, Cast


def _state(reply: OfferReply) -> str:
    return OfferReply.objects.get(pk=reply.pk).state


def test_two_answers_at_once_the_first_stands_and_the_second_is_told(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    services.accept(reply=reply, actor=people.actor("王"), at=AT)

    with pytest.raises(AnsweredMeanwhile, match="王（市市监局 · 联络员） 于 11-10 09:00 已答复：已应约") as refusal:
        services.decline(reply=reply, reason_code="not_ours", words="", actor=people.actor("王"), at=AT)

    assert refusal.value.status == 409
    assert _state(reply) == "accepted"


def test_an_answer_is_changed_on_purpose_by_one_who_saw_it(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    services.accept(reply=reply, actor=people.actor("王"), at=AT)

    services.decline(
        reply=reply, reason_code="not_ours", words="", seen_state="accepted", actor=people.actor("王"), at=AT
    )

    assert _state(reply) == "declined"


def test_an_answer_can_be_undone_for_ten_seconds_and_its_term_runs_on(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    due_at = reply.due_at
    services.accept(reply=reply, actor=people.actor("王"), at=AT)

    services.undo(reply=reply, actor=people.actor("王"), at=AT + timedelta(seconds=10))

    assert _state(reply) == "pending"
    running = deadlines.running(subject_type="offer_reply", subject=reply.pk).get()
    assert running.due_at == due_at


def test_after_ten_seconds_nothing_is_undone(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    services.accept(reply=reply, actor=people.actor("王"), at=AT)

    with pytest.raises(OfferRefused, match="已过可撤销的时间"):
        services.undo(reply=reply, actor=people.actor("王"), at=AT + timedelta(seconds=11))


def test_declining_needs_one_of_four_reasons_and_other_needs_words(people: Cast) -> None:
    reply = scenes.reply_of(scenes.sent(people), people, "市市监局")

    for code, words in (("", "忙"), ("other", " ")):
        with pytest.raises(OfferRefused):
            services.decline(reply=reply, reason_code=code, words=words, actor=people.actor("王"), at=AT)

    assert _state(reply) == "pending"


def test_adopted_dates_ask_those_again_whose_consent_they_leave_behind(people: Cast) -> None:
    offer = scenes.sent(people)
    accepted = scenes.reply_of(offer, people, "市消防支队")
    services.accept(reply=accepted, actor=people.actor("周"), at=AT)
    reply = scenes.reply_of(offer, people, "市市监局")
    later = scenes.ENDS_ON + timedelta(days=1)
    services.counter(
        reply=reply, starts_on=scenes.ENDS_ON, ends_on=later, words="培训", actor=people.actor("王"), at=AT
    )

    services.adopt(reply=reply, actor=people.actor("林"), at=AT)

    offer.refresh_from_db()
    assert (offer.starts_on, offer.ends_on) == (scenes.ENDS_ON, later)
    assert (_state(reply), _state(accepted)) == ("accepted", "pending")


def test_adopted_dates_inside_the_old_ones_leave_the_others_alone(people: Cast) -> None:
    offer = scenes.sent(people)
    accepted = scenes.reply_of(offer, people, "市消防支队")
    services.accept(reply=accepted, actor=people.actor("周"), at=AT)
    reply = scenes.reply_of(offer, people, "市市监局")
    services.counter(
        reply=reply, starts_on=scenes.ENDS_ON, ends_on=scenes.ENDS_ON, words="", actor=people.actor("王"), at=AT
    )

    services.adopt(reply=reply, actor=people.actor("林"), at=AT)

    assert _state(accepted) == "accepted"


def test_proposed_dates_on_which_a_law_has_ended_are_refused(people: Cast) -> None:
    offer = scenes.sent(people)
    row = offer.cluster.items.select_related("item").first()
    assert row is not None
    row.bases = [{**row.bases[0], "valid_to": scenes.ENDS_ON.isoformat()}]
    row.save(update_fields=["bases"])
    later = scenes.ENDS_ON + timedelta(days=2)

    with pytest.raises(OfferRefused, match="没有有效的法律依据") as refusal:
        services.counter(
            reply=scenes.reply_of(offer, people, "市市监局"),
            starts_on=scenes.STARTS_ON,
            ends_on=later,
            words="",
            actor=people.actor("王"),
            at=AT,
        )

    assert refusal.value.code == "basis.none"


def test_the_term_is_three_working_days_and_the_clock_ends_it(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    assert reply.due_at is not None
    assert reply.due_at.astimezone(AT.tzinfo).date().isoformat() == "2026-11-13"

    assert services.expire_due(actor=actors.SYSTEM, at=reply.due_at - timedelta(seconds=1)) == 0
    assert services.expire_due(actor=actors.SYSTEM, at=reply.due_at) == 4

    assert _state(reply) == "expired"


def test_a_withdrawn_offer_takes_no_answer(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    services.withdraw(offer=offer, reason="另行安排", actor=people.actor("林"), at=AT)

    with pytest.raises(WrongState, match="要约已撤回，不能应约"):
        services.accept(reply=reply, actor=people.actor("王"), at=AT)


def test_a_substitute_answers_with_the_word_for_it(people: Cast) -> None:
    offer = scenes.sent(people)
    post = Post.objects.get(officer=people.officers["王"], role=Role.CLERK)
    identity.delegate(
        post=post,
        to_officer=people.officers["王一"],
        valid_from=AT.date(),
        valid_to=AT.date(),
        reason="出差",
        actor=people.actor("王"),
        at=AT,
    )

    services.accept(reply=scenes.reply_of(offer, people, "市市监局"), actor=people.actor("王一"), at=AT)

    assert scenes.reply_of(offer, people, "市市监局").replied_as.startswith("王一（代 王 · ")


@pytest.mark.requirement("R153")
def test_replies_are_counted_by_department_without_ranks(people: Cast) -> None:
    offer = scenes.sent(people)
    later = AT + timedelta(hours=6)
    services.accept(reply=scenes.reply_of(offer, people, "市市监局"), actor=people.actor("王"), at=later)
    services.decline(
        reply=scenes.reply_of(offer, people, "市应急局"),
        reason_code="no_capacity",
        words="",
        actor=people.actor("何"),
        at=AT,
    )

    rows = {row.department: row for row in selectors.reply_figures()}

    assert list(rows) == [short for short in scenes.PARTICIPANTS]
    assert (rows["市市监局"].accepted, rows["市市监局"].hours) == (1, 6.0)
    assert (rows["市应急局"].declined, rows["市应急局"].hours) == (1, 0.0)
    assert (rows["市消防支队"].received, rows["市消防支队"].hours) == (1, None)


def test_one_reminder_a_day(people: Cast) -> None:
    offer = scenes.sent(people)
    services.accept(reply=scenes.reply_of(offer, people, "市市监局"), actor=people.actor("王"), at=AT)

    reminded = services.remind(offer=offer, actor=people.actor("林"), at=AT)

    assert [reply.department.short_name for reply in reminded] == ["市应急局", "市生态局", "市消防支队"]
    with pytest.raises(OfferRefused, match="今天已经催办过"):
        services.remind(offer=offer, actor=people.actor("林"), at=AT + timedelta(hours=3))
    assert len(services.remind(offer=offer, actor=people.actor("林"), at=AT + timedelta(days=1))) == 3
