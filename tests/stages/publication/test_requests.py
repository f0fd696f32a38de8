"""Requests: anybody may ask, the organ answers under a clock, an objection mends or takes down what it is about."""

from datetime import date
from uuid import UUID

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.publication import public_record, reactions, requests, services, voices
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.requests import Asked, RequestRefused
from onevisit.stages.publication.services import PublicationRefused
from onevisit.stages.visits import business_keys
from onevisit.stages.visits.models import BusinessKey
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import voice_scenes as scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene
from tests.stages.registers import records

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)


def _clock(subject: object) -> Deadline | None:
    return Deadline.objects.filter(subject=str(subject), closed_at__isnull=True).first()


def _shown() -> Publication:
    return public_record.released(on=ON).get()


@pytest.mark.requirement("R148")
def test_a_complaint_gets_a_receipt_an_organ_a_clock_and_an_answer_to_read(people: Cast) -> None:
    made = scenes.asked(people)
    clock = _clock(made.pk)
    assert clock is not None
    assert clock.department == people.departments["市商务局"]

    with pytest.raises(MayNot):
        requests.answer(request=made, words="查无此事", actor=people.actor("林"), at=AT)
    requests.answer(request=made, words="已批评教育并退还", actor=people.actor("林局"), at=AT)

    status = voices.status(made.receipt.lower())
    assert status is not None
    assert (status.state, status.answer, status.organ) == ("answered", "已批评教育并退还", "厦门市商务局")
    assert _clock(made.pk) is None
    assert voices.status("S-00000-00000") is None


def test_no_word_of_a_request_or_its_answer_stands_in_the_ledger(people: Cast) -> None:
    made = scenes.asked(people, contact="13800138000")
    requests.answer(request=made, words="已核实，不属实", actor=people.actor("林局"), at=AT)

    for entry in LedgerEntry.objects.filter(subject=str(made.pk)):
        said = bytes(entry.payload).decode() + entry.sentence
        assert not any(words in said for words in (scenes.WORDS, "不属实", "13800138000"))
    assert LedgerEntry.objects.filter(event="request.answered", subject=str(made.pk)).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"words": "短"}, "words"), ({"words": "长" * 2001}, "words"), ({"kind": "objection"}, "publication")],
)
def test_what_cannot_be_worked_on_is_refused_beside_its_field(
    people: Cast, changes: dict[str, str], field: str
) -> None:
    given = {"kind": "complaint", "words": scenes.WORDS, "department_id": people.departments["市商务局"].pk}

    with pytest.raises(RequestRefused) as refusal:
        requests.submit(asked=Asked(**{**given, **changes}), at=AT)
    assert refusal.value.field == field
    with pytest.raises(RequestRefused):
        requests.submit(asked=Asked(**{**given, "department_id": UUID(int=0)}), at=AT)


def test_an_organ_sees_its_own_requests_and_the_supervisor_all(people: Cast) -> None:
    made = scenes.asked(people)

    assert list(voices.visible_to(people.actor("林"))) == [made]
    assert list(voices.visible_to(people.actor("司"))) == [made]
    assert not voices.visible_to(people.actor("周")).exists()
    assert [todo.subject_id for todo in voices.todos(people.actor("林"))] == [str(made.pk)]


def test_a_contact_is_shown_to_who_answers_and_each_reading_is_an_entry(people: Cast) -> None:
    made = scenes.asked(people, contact="13800138000")

    with pytest.raises(MayNot):
        requests.reveal_contact(request=made, actor=people.actor("林"), at=AT)
    assert requests.reveal_contact(request=made, actor=people.actor("林局"), at=AT) == "13800138000"
    assert LedgerEntry.objects.filter(event="record.read", subject=str(made.pk)).count() == 1


def test_an_open_objection_is_noted_on_the_public_page_until_it_is_decided(people: Cast) -> None:
    made = scenes.objection(people)
    assert _shown().has_objection

    requests.reject(request=made, words="日期无误，维持", actor=people.actor("林局"), at=AT)

    assert not _shown().has_objection
    assert LedgerEntry.objects.filter(event="objection.rejected", subject=str(made.pk)).exists()
    with pytest.raises(WrongState):
        requests.reject(request=made, words="日期无误，维持", actor=people.actor("林局"), at=AT)


def test_the_business_objects_as_itself_by_its_key_and_anybody_else_as_the_public(people: Cast) -> None:
    publication = scene.released(people)
    given = {"publication": publication}
    another = records.target(people)
    of_another = business_keys.make()
    BusinessKey.objects.create(
        target=another, sha256=business_keys.digest(of_another), issued_at=AT, issued_by="officer:office"
    )

    with pytest.raises(RequestRefused, match="企业口令不对") as refusal:
        scenes.objection(people, **given, key="2222-2222-2222-2222")
    assert refusal.value.field == "key"
    with pytest.raises(RequestRefused):
        scenes.objection(people, **given, key=of_another)
    own = scenes.objection(people, **given, key=scenes.key(publication.visit).lower())
    other = scenes.objection(people, **given)

    assert (own.is_by_party, other.is_by_party) == (True, False)
    senders = {entry.subject: entry.actor for entry in LedgerEntry.objects.filter(event="request.received")}
    assert senders[str(own.pk)].startswith("key:")
    assert senders[str(other.pk)] == "public"


def test_a_sustained_objection_corrects_the_result_in_the_same_act(people: Cast) -> None:
    publication = scene.released(people)
    made = scenes.objection(people, publication=publication)
    organ = str(people.departments["市商务局"].pk)
    given = {"request": made, "words": "原文字漏写许可证换发", "remedy": "correct", "at": AT}

    with pytest.raises(MayNot):
        requests.sustain(**given, new_words={organ: "未发现问题（许可证已换发）"}, actor=people.actor("林"))
    with pytest.raises(PublicationRefused):
        requests.sustain(**given, new_words={}, actor=people.actor("林局"))
    made.refresh_from_db()
    assert made.state == "open"
    requests.sustain(**given, new_words={organ: "未发现问题（许可证已换发）"}, actor=people.actor("林局"))

    publication.refresh_from_db()
    made.refresh_from_db()
    assert (publication.state, made.state) == ("corrected", "sustained")
    assert "异议成立" in publication.correction_reason
    assert _clock(made.pk) is None
    assert LedgerEntry.objects.filter(event="objection.sustained", subject=str(made.pk)).exists()


def test_a_sustained_objection_may_take_the_result_down(people: Cast) -> None:
    made = scenes.objection(people)

    with pytest.raises(RequestRefused):
        requests.sustain(request=made, remedy="", words="公示对象有误", new_words={}, actor=people.actor("林局"), at=AT)
    requests.sustain(
        request=made, remedy="withdraw", words="公示对象有误", new_words={}, actor=people.actor("林局"), at=AT
    )

    assert Publication.objects.get().state == "withdrawn"


def test_a_reply_is_printed_masked_beside_the_result_or_declined_with_a_reason(people: Cast) -> None:
    made = scenes.reply(people)
    with pytest.raises(MayNot):
        requests.print_reply(request=made, actor=people.actor("周"), at=AT)

    requests.print_reply(request=made, actor=people.actor("林"), at=AT)

    (printed,) = _shown().visit.statements
    assert printed.public_words == "已更换供油单位，负责人电话138****8000"
    assert LedgerEntry.objects.filter(event="reply.printed", subject=str(made.pk)).exists()
    second = scenes.reply(people)
    with pytest.raises(RequestRefused):
        requests.decline_reply(request=second, words=" ", actor=people.actor("林"), at=AT)
    requests.decline_reply(request=second, words="与检查无关", actor=people.actor("林"), at=AT)
    assert LedgerEntry.objects.filter(event="reply.declined", subject=str(second.pk)).exists()
    assert len(_shown().visit.statements) == 1


def test_a_statement_is_decided_by_the_head_and_read_by_its_receipt(people: Cast) -> None:
    made = scenes.statement(people)
    clock = _clock(made.pk)
    assert clock is not None
    assert clock.rule_version.rule_id == "request.statement"
    for name in ("林", "王局"):
        with pytest.raises(MayNot):
            requests.adopt_statement(request=made, words="检定记录属实", actor=people.actor(name), at=AT)
    with pytest.raises(RequestRefused):
        requests.reject_statement(request=made, words=" ", actor=people.actor("林局"), at=AT)

    requests.reject_statement(request=made, words="检定记录日期不符", actor=people.actor("林局"), at=AT)

    status = voices.status(made.receipt)
    assert status is not None
    assert (status.state, status.answer) == ("not_adopted", "检定记录日期不符")
    assert _clock(made.pk) is None
    assert LedgerEntry.objects.filter(event="statement.rejected", subject=str(made.pk)).exists()
    with pytest.raises(WrongState):
        requests.adopt_statement(request=made, words="检定记录属实", actor=people.actor("林局"), at=AT)


def test_the_contact_of_a_statement_is_for_the_head_who_decides(people: Cast) -> None:
    made = scenes.statement(people)

    assert not people.actor("林").may("request.contact", made)
    assert people.actor("林局").may("request.contact", made)


def test_a_statement_without_the_business_code_is_refused(people: Cast) -> None:
    with pytest.raises(RequestRefused, match="凭检查码和企业口令"):
        scenes.asked(people, kind="statement", visit_id=scene.prepared(people).visit_id)


def test_nothing_is_approved_for_publication_over_an_unanswered_statement(people: Cast) -> None:
    found = scene.prepared(people)
    made = scenes.statement(people, visit=found.visit)
    given = {"publication": found, "content_sha256": found.content_sha256, "actor": people.actor("林局"), "at": AT}

    with pytest.raises(PublicationRefused, match="1 件陈述申辩还没有答复"):
        services.approve(**given)
    requests.adopt_statement(request=made, words="检定记录属实", actor=people.actor("林局"), at=AT)
    assert services.approve(**given).state == "approved"


def test_a_kind_is_ended_only_by_its_own_verb(people: Cast) -> None:
    made = scenes.reply(people)

    with pytest.raises(RequestRefused, match="不这样办理"):
        requests.answer(request=made, words="收到", actor=people.actor("林局"), at=AT)


@pytest.mark.parametrize(("kind", "told"), [("complaint", {"林局"}), ("enquiry", {"林", "林局"})])
def test_the_organ_is_told_of_what_it_has_to_answer(people: Cast, kind: str, told: set[str]) -> None:
    scenes.asked(people, kind=kind)
    entry = LedgerEntry.objects.get(event="request.received")

    reactions.tell_organ(entry_id=str(entry.pk), at=AT)
    reactions.tell_organ(entry_id=str(entry.pk), at=AT)

    assert sorted(Notice.objects.values_list("officer__name", flat=True)) == sorted(told)
