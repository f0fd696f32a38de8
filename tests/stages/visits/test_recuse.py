"""An officer who asks for recusal is told on to the head and the leaders, and may be replaced though he asked."""

import pytest

from onevisit.stages.visits import packages, selectors, services
from onevisit.stages.visits.models import Submission, TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import visit_scenes
from tests.cast import Cast
from tests.visit_scenes import Phone


@pytest.fixture
def phone(people: Cast) -> Phone:
    return visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")


def test_the_head_and_the_leaders_are_told(phone: Phone) -> None:
    phone.send("recusal", {"text": "股东是本人近亲属"})
    jobs.run_now(at=phone.now)

    told = set(Notice.objects.filter(kind="recusal").values_list("officer__name", flat=True))
    heads = {phone.people.officers["林局"].name}
    assert told & heads
    assert {phone.people.officers["林一"].name, phone.people.officers["王一"].name} <= told
    assert LedgerEntry.objects.filter(event="inspection.recused").count() == 1


def test_it_waits_with_the_head_until_somebody_else_is_sent(phone: Phone) -> None:
    phone.send("recusal", {"text": "股东是本人近亲属"})
    head = phone.people.actor("林局")
    assert "申请回避" in next(todo for todo in selectors.todos(head, phone.now) if todo.kind == "回避").sentence

    member = TeamMember.objects.get(inspection=phone.inspection, inspector__officer=phone.people.officers["林一"])
    member.replaced_at = phone.now  # as the round does that draws somebody else
    member.save(update_fields=["replaced_at"])

    assert not selectors.open_recusals(head)


def test_reasons_are_needed_and_only_the_team_asks(phone: Phone) -> None:
    with pytest.raises(VisitRefused, match="理由"):
        phone.send("recusal", {"text": " "})
    stranger = Phone(people=phone.people, name="王一", inspection=phone.inspection, now=phone.now)
    with pytest.raises((VisitRefused, MayNot)):
        stranger.send("recusal", {"text": "无关"})


def decline(phone: Phone, *, who: str = "林局", reason: str = "股权已于去年转让，不影响公正检查") -> None:
    services.decline_recusal(
        submission=Submission.objects.get(kind="recusal"),
        reason=reason,
        actor=phone.people.actor(who),
        at=phone.now,
    )


def own_package(phone: Phone) -> dict[str, object]:
    officer = phone.people.officers["林一"]
    return dict(packages.packages_of(officer_id=officer.pk, at=phone.now)[0].content["inspection"])


def test_the_work_goes_on_until_the_head_decides_and_after_a_refusal(phone: Phone) -> None:
    phone.send("recusal", {"text": "股东是本人近亲属"})
    assert own_package(phone)["recusal"] == {"is_declined": False, "reason": ""}
    phone.enter()

    decline(phone)
    jobs.run_now(at=phone.now)

    assert own_package(phone)["recusal"] == {"is_declined": True, "reason": "股权已于去年转让，不影响公正检查"}
    assert Notice.objects.filter(officer=phone.people.officers["林一"], title__contains="未获准").count() == 1
    entry = LedgerEntry.objects.get(event="inspection.recusal_declined")
    assert "股权" not in str(entry.payload)
    assert not selectors.open_recusals(phone.people.actor("林局"))


@pytest.mark.parametrize("who", ["林", "林一", "王局", "陈"])
def test_only_the_own_head_declines(phone: Phone, who: str) -> None:
    phone.send("recusal", {"text": "股东是本人近亲属"})

    with pytest.raises(MayNot):
        decline(phone, who=who)


def test_a_refusal_needs_a_reason_and_is_given_once(phone: Phone) -> None:
    phone.send("recusal", {"text": "股东是本人近亲属"})
    with pytest.raises(VisitRefused, match="理由") as refusal:
        decline(phone, reason="不准")
    assert refusal.value.field == "reason"

    decline(phone)

    with pytest.raises(VisitRefused, match="已有决定"):
        decline(phone)


def test_the_package_says_who_of_the_team_has_come(phone: Phone) -> None:
    def presences() -> list[object]:
        content = packages.packages_of(officer_id=phone.people.officers["林一"].pk, at=phone.now)[0].content
        assert content["visit"]["late_after_minutes"] > 0
        return [one["presence"]["arrived_at"] is not None for one in content["visit"]["team"]]

    assert not any(presences())

    phone.enter()

    assert sum(map(bool, presences())) == 2
