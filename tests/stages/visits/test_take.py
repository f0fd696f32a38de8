"""What phones send enters once, with its own time; nothing is overwritten and nothing lost (R7)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from onevisit.core.lifecycle import WrongState
from onevisit.stages.visits import services
from onevisit.stages.visits.models import Answer, Inspection, Submission, TeamMember
from onevisit.stages.visits.refusals import AnswerConflict, VisitRefused
from onevisit.support.identity.models import Post
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes
from tests.cast import AT, Cast
from tests.visit_scenes import Phone


@pytest.fixture
def leader(people: Cast) -> Phone:
    """The leader's phone of 市商务局, not yet entered."""
    return visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")


def colleague(leader: Phone) -> Phone:
    return Phone(people=leader.people, name="林二", inspection=leader.inspection, now=leader.now)


def fresh(phone: Phone) -> Inspection:
    return Inspection.objects.select_related("visit").get(pk=phone.inspection.pk)


@pytest.mark.requirement("R7")
def test_the_same_message_again_gives_the_same_receipt_and_one_record(leader: Phone) -> None:
    leader.enter()
    identifier = uuid.uuid4()
    item = visit_scenes.items_of(leader.inspection)[0]
    body = leader.body(
        "answer",
        {
            "item_id": item,
            "answer": "ok",
            "result_type": None,
            "note": "",
            "skip_reason": None,
            "is_batch": False,
            "batch_note": None,
            "base_version": 0,
            "files": [],
        },
    )
    actor = leader.people.actor("林一")

    first = services.take(submission_id=identifier, body=body, actor=actor, at=leader.now)
    second = services.take(submission_id=identifier, body=body, actor=actor, at=leader.now + timedelta(hours=3))

    assert (first.receipt, first.received_at, first.version) == (second.receipt, second.received_at, second.version)
    assert (first.is_new, second.is_new) == (True, False)
    assert Answer.objects.filter(item=item).count() == 1
    assert LedgerEntry.objects.filter(event="inspection.answered").count() == 1


def test_another_message_under_a_used_id_is_refused(leader: Phone) -> None:
    identifier = uuid.uuid4()
    leader.send("recusal", {"text": "与该单位负责人系亲属"}, submission_id=identifier)

    with pytest.raises(VisitRefused) as refusal:
        leader.send("recusal", {"text": "别的理由"}, submission_id=identifier)

    assert (refusal.value.code, refusal.value.status) == ("uuid_reused", 409)


@pytest.mark.requirement("R7")
def test_the_original_time_is_kept_beside_the_time_of_receipt(leader: Phone) -> None:
    leader.now -= timedelta(hours=2)

    leader.enter()

    submission = Submission.objects.get()
    assert submission.recorded_at == leader.now
    assert submission.received_at == leader.now + timedelta(minutes=5)
    assert fresh(leader).entered_at == leader.now


def test_entry_moves_part_and_visit_and_notes_the_code(leader: Phone) -> None:
    leader.enter()

    part = fresh(leader)
    assert (part.state, part.visit.state) == ("in_progress", "in_progress")
    assert part.entry_distance_m == 0
    assert part.visit.code_shown_at == leader.now
    events = set(LedgerEntry.objects.values_list("event", flat=True))
    assert {"inspection.entered", "visit.entered"} <= events


@pytest.mark.requirement("R20")
def test_one_officer_alone_or_a_stranger_or_an_expired_certificate_does_not_enter(leader: Phone) -> None:
    one = leader.team()[:1]
    stranger = str(leader.people.officers["周一"].pk)

    for confirmed in (one, [*one, stranger], [one[0], one[0]], []):
        with pytest.raises(VisitRefused, match="2 名以上持证") as refusal:
            leader.enter(confirmed_by=confirmed)
        assert refusal.value.fix
    inspector = TeamMember.objects.get(inspector__officer__name="林二").inspector
    inspector.certificate_valid_to = AT.date()
    inspector.save(update_fields=["certificate_valid_to"])
    with pytest.raises(VisitRefused, match="2 名以上持证"):
        leader.enter()
    assert fresh(leader).state == "dispatched"


def test_being_far_away_is_flagged_and_never_refused(leader: Phone) -> None:
    leader.send(
        "entry",
        {"confirmed_by": leader.team(), "code_shown_at": leader.now.isoformat(), "place_reason": "register_wrong"},
        place={"latitude": 24.52, "longitude": 118.15, "accuracy_m": 30},
    )

    part = fresh(leader)
    assert part.entry_distance_m is not None
    assert 900 < part.entry_distance_m < 1100
    assert part.place_reason == "register_wrong"


def test_nothing_is_answered_before_the_entry(leader: Phone) -> None:
    with pytest.raises(WrongState):
        leader.answer(visit_scenes.items_of(leader.inspection)[0])

    assert not Submission.objects.exists()


def test_an_officer_of_another_department_does_not_even_learn_of_the_part(leader: Phone) -> None:
    other = Phone(people=leader.people, name="王一", inspection=leader.inspection, now=leader.now)

    with pytest.raises(VisitRefused) as refusal:
        other.enter()

    assert refusal.value.status == 404


def test_two_officers_who_differ_are_both_kept_and_the_leader_chooses(leader: Phone) -> None:
    leader.enter()
    item = visit_scenes.items_of(leader.inspection, with_shared=False)[0]
    second = colleague(leader)
    second.answer(item, "ok")

    with pytest.raises(AnswerConflict, match="两份记录都已保留") as conflict:
        leader.answer(item, "problem")

    assert conflict.value.theirs.officer == "林二"
    assert conflict.value.theirs.answer == "ok"
    assert f" {timezone.localtime(conflict.value.theirs.recorded_at):%H:%M} " in conflict.value.message
    rows = Answer.objects.filter(item=item).order_by("version")
    assert [(row.answer, row.is_current, row.is_conflict) for row in rows] == [
        ("ok", True, False),
        ("problem", False, True),
    ]
    leader.answer(item, "problem", base_version=2)
    rows = Answer.objects.filter(item=item).order_by("version")
    assert [(row.answer, row.is_current, row.is_conflict) for row in rows] == [
        ("ok", False, False),
        ("problem", False, False),
        ("problem", True, False),
    ]


def test_while_a_conflict_is_open_nobody_but_the_leader_decides(leader: Phone) -> None:
    leader.enter()
    item = visit_scenes.items_of(leader.inspection, with_shared=False)[0]
    second = colleague(leader)
    second.answer(item, "ok")
    with pytest.raises(AnswerConflict):
        leader.answer(item, "problem")

    with pytest.raises(AnswerConflict):
        second.answer(item, "not_applicable", base_version=9)

    assert Answer.objects.get(item=item, is_current=True).answer == "ok"


def test_the_same_words_twice_are_no_conflict_and_ones_own_later_word_follows(leader: Phone) -> None:
    leader.enter()
    item = visit_scenes.items_of(leader.inspection, with_shared=False)[0]
    colleague(leader).answer(item, "ok")

    leader.answer(item, "ok")
    leader.answer(item, "problem")

    assert Answer.objects.get(item=item, is_current=True).answer == "problem"
    assert Answer.objects.filter(item=item).count() == 3


def test_shared_facts_are_asked_once_for_the_whole_visit(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    first, second = (visit_scenes.phone(people, visit, short) for short in visit_scenes.DEPARTMENTS)
    first.enter()
    second.enter()
    shared = visit_scenes.items_of(first.inspection)[0]
    first.answer(shared, "ok")

    with pytest.raises(AnswerConflict):
        second.answer(shared, "problem")
    assert second.answer(shared, "problem", base_version=2).version == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"answer": "maybe"}, "bad_message"),
        ({"answer": "problem", "result_type": None}, "result_type"),
        ({"answer": "problem", "note": ""}, "note"),
        ({"answer": "not_checked"}, "skip_reason"),
        ({"is_batch": True}, "batch"),
        ({"item_id": "nothing"}, "unknown_item"),
        ({"base_version": -1}, "bad_message"),
        ({"files": ["x"]}, "bad_message"),
        ({"note": "长" * 4001}, "too_long"),
    ],
)
def test_an_answer_that_does_not_do_says_what_to_do(leader: Phone, changes: dict[str, Any], code: str) -> None:
    leader.enter()
    item = visit_scenes.items_of(leader.inspection, with_shared=False)[0]
    payload: dict[str, Any] = {
        "item_id": item,
        "answer": "ok",
        "result_type": "6",
        "note": "情况",
        "skip_reason": None,
        "is_batch": False,
        "batch_note": None,
        "base_version": 0,
        "files": [],
    }

    with pytest.raises(VisitRefused) as refusal:
        leader.send("answer", payload | changes)

    assert refusal.value.code == code
    assert refusal.value.fix
    assert not Answer.objects.exists()


@pytest.mark.parametrize("field", ["inspection", "kind", "payload", "sequence", "recorded_at", "clock_offset_ms"])
def test_a_message_without_a_field_is_refused_with_its_name(leader: Phone, field: str) -> None:
    body = leader.body("recusal", {"text": "亲属"})
    del body[field]

    with pytest.raises(VisitRefused, match=field):
        services.take(submission_id=uuid.uuid4(), body=body, actor=leader.people.actor("林一"), at=leader.now)


def test_a_replaced_officers_late_record_is_kept_apart_and_adopted_by_the_organ(leader: Phone) -> None:
    second = colleague(leader)
    leader.enter()
    TeamMember.objects.filter(inspector__officer__name="林二").update(replaced_at=leader.now)
    item = visit_scenes.items_of(leader.inspection, with_shared=False)[0]

    taken = second.answer(item, "problem")

    assert taken.state == "quarantined"
    assert "暂存待核" in taken.message
    assert not Answer.objects.exists()
    kept = Submission.objects.get(is_quarantined=True)
    services.adopt(submission=kept, actor=leader.people.actor("林"), at=leader.now)
    answer = Answer.objects.get()
    assert answer.submission.officer.name == "林二"
    events = list(LedgerEntry.objects.filter(event__startswith="submission.").values_list("event", flat=True))
    assert sorted(events) == ["submission.adopted", "submission.quarantined"]
    with pytest.raises(VisitRefused, match="已经核定"):
        services.adopt(submission=kept, actor=leader.people.actor("林"), at=leader.now)


def test_a_record_kept_apart_may_be_left_out_with_a_reason_by_the_own_organ_only(leader: Phone) -> None:
    leader.enter()
    Post.objects.filter(officer__name="林一").update(valid_to=AT.date() - timedelta(days=1))
    leader.answer(visit_scenes.items_of(leader.inspection)[0])
    kept = Submission.objects.get(is_quarantined=True)

    with pytest.raises(Exception, match="身份不能"):
        services.dismiss(submission=kept, reason="不属实", actor=leader.people.actor("王"), at=leader.now)
    with pytest.raises(VisitRefused, match="理由"):
        services.dismiss(submission=kept, reason=" ", actor=leader.people.actor("林"), at=leader.now)
    services.dismiss(submission=kept, reason="岗位终止后补录，不属实", actor=leader.people.actor("林"), at=leader.now)

    assert not Answer.objects.exists()
    assert LedgerEntry.objects.filter(event="submission.dismissed").count() == 1


def test_nothing_is_taken_before_a_sealed_address_opens(people: Cast) -> None:
    visit = visit_scenes.dispatched(people, mode="sealed")
    phone = visit_scenes.phone(people, visit, "市商务局")
    assert visit.address_opens_at is not None
    phone.now = visit.address_opens_at - timedelta(minutes=6)  # the server hears of it five minutes later

    with pytest.raises(VisitRefused, match="此前不能录入") as refused:
        phone.enter()

    assert (refused.value.code, refused.value.status) == ("sealed", 409)
    assert not Submission.objects.exists()
    phone.now = visit.address_opens_at
    phone.enter()
    assert fresh(phone).entered_at is not None
