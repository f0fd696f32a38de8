"""Who is told of what, and what the clock does."""

from datetime import datetime, timedelta

from onevisit.stages.offers import services
from onevisit.support.deadlines import reminders
from onevisit.support.jobs import services as jobs
from onevisit.support.notices.models import Notice
from tests import scenes
from tests.cast import AT, Cast


def _told(kind: str, *, at: datetime) -> dict[str, list[str]]:
    jobs.run_now(at=at)
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.filter(kind=kind).select_related("officer").order_by("officer__personnel_number"):
        found.setdefault(notice.title, []).append(notice.officer.name)
    return found


def test_an_offer_is_told_to_contact_persons_and_heads_and_its_answer_to_the_initiator(people: Cast) -> None:
    offer = scenes.sent(people)
    services.accept(reply=scenes.reply_of(offer, people, "市市监局"), actor=people.actor("王"), at=AT)

    told = _told("offer", at=AT + timedelta(seconds=11))

    title = offer.title
    assert told[f"收到要约：{title}"] == ["王", "王局", "何", "何局", "苏", "苏局", "周", "周局"]
    assert told[f"市市监局已应约：{title}"] == ["林"]


def test_an_undone_answer_is_told_to_nobody(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    services.accept(reply=reply, actor=people.actor("王"), at=AT)
    services.undo(reply=reply, actor=people.actor("王"), at=AT)

    assert f"市市监局已应约：{offer.title}" not in _told("offer", at=AT)


def test_a_passed_term_expires_the_reply_and_tells_its_head(people: Cast) -> None:
    offer = scenes.sent(people)
    reply = scenes.reply_of(offer, people, "市市监局")
    assert reply.due_at is not None
    later = reply.due_at + timedelta(minutes=1)
    _told("offer", at=AT)

    reminders.remind(at=later)
    told = _told("offer", at=later)

    assert scenes.reply_of(offer, people, "市市监局").state == "expired"
    assert told[f"市市监局超时未应约：{offer.title}"] == ["林", "王局"]


def test_a_submitted_plan_is_told_to_the_initiators_head(people: Cast) -> None:
    campaign = scenes.submitted(people)

    assert _told("campaign", at=AT) == {f"待审批：{campaign.title}": ["林局"]}
