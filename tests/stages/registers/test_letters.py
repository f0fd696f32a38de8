"""抄告: sent, signed for, answered, returned, asked again, closed; its clock, its to-dos, its entries."""

from datetime import timedelta

import pytest
from django.test import Client

from onevisit.core.lifecycle import WrongState
from onevisit.stages.registers import letters, selectors
from onevisit.stages.registers.lifecycle import LETTER
from onevisit.stages.registers.models import Letter
from onevisit.stages.registers.reactions import tell_letter
from onevisit.stages.registers.refusals import RecordRefused
from onevisit.support import clock
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests.cast import AT, Cast
from tests.stages.registers import records

pytestmark = pytest.mark.django_db
AGREED = """
drafted: send>sent send_back>revising withdraw>withdrawn
revising: redraft>drafted withdraw>withdrawn
sent: return>returned sign>signed withdraw>withdrawn
signed: answer>answered return>returned
answered: close>closed reask>signed
returned: close>closed
withdrawn:
closed:
"""


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _running(letter: Letter) -> list[tuple[str, str]]:
    rows = Deadline.objects.filter(subject_type="letter", subject=str(letter.pk), closed_at__isnull=True)
    return [(row.rule_version.rule_id, f"{row.due_at.astimezone(AT.tzinfo):%m-%d}") for row in rows]


def _client(people: Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def test_every_state_knows_its_verbs() -> None:
    lines = []
    for state in LETTER.states:
        words = [
            f"{transition.verb.split('.')[1]}>{transition.target}"
            for transition in LETTER.transitions
            if LETTER.allows(state=state.value, verb=transition.verb)
        ]
        lines.append(f"{state.value}: {' '.join(sorted(words))}".rstrip())

    assert "\n" + "\n".join(lines) + "\n" == AGREED


def test_a_letter_runs_from_sending_to_closing_with_a_clock_at_each_step(people: Cast) -> None:
    letter = records.letter(people)
    assert letter.number == "CG-2026-0001"
    assert _running(letter) == [("letter.sign", "11-12")]
    assert [todo.sentence for todo in selectors.todos(people.actor("王"), AT)] == ["抄告待签收：厦门鹭安加油站有限公司"]

    letters.sign(letter=letter, actor=people.actor("王"), at=AT)
    assert _running(letter) == [("letter.answer", "11-24")]
    letters.answer(letter=letter, words="已更换铅封并立案。", actor=people.actor("王"), at=AT)
    assert _running(letter) == []
    assert [todo.verb for todo in selectors.todos(people.actor("林"), AT)] == ["letter.close"]
    letters.reask(letter=letter, reason="请附检定证书编号", actor=people.actor("林"), at=AT + timedelta(days=1))
    assert _running(letter) == [("letter.answer", "11-25")]
    letters.answer(letter=letter, words="证书 JD-1。", actor=people.actor("王"), at=AT)
    closed = letters.close(letter=letter, actor=people.actor("林"), at=AT)

    assert closed.state == "closed"
    assert selectors.todos(people.actor("林"), AT) == []
    events = LedgerEntry.objects.filter(subject=str(letter.pk)).values_list("event", flat=True)
    assert sorted(events) == sorted(
        [
            "letter.drafted",
            "letter.sent",
            "letter.signed",
            "letter.answered",
            "letter.reasked",
            "letter.answered",
            "letter.closed",
        ]
    )
    stored = LedgerEntry.objects.filter(subject=str(letter.pk))
    assert all("铅封" not in bytes(entry.payload).decode() for entry in stored)


def test_a_letter_is_let_go_by_the_head_who_did_not_write_it(people: Cast) -> None:
    letter = records.drafted_letter(people)
    assert _running(letter) == [("letter.review", "11-11")]
    assert [todo.verb for todo in selectors.todos(people.actor("林局"), AT)] == ["letter.send"]
    for name in ("林", "王局", "王"):
        with pytest.raises(MayNot):
            letters.send(letter=letter, actor=people.actor(name), at=AT)
    with pytest.raises(WrongState):
        letters.sign(letter=letter, actor=people.actor("王"), at=AT)

    page = _client(people, "林局").post(f"/registers/letters/{letter.pk}/send_back", {"words": " "})
    assert page.status_code == 422
    letters.send_back(letter=letter, reason="写明三台加油机的编号", actor=people.actor("林局"), at=AT)
    assert "写明三台加油机的编号" in _client(people, "林").get(f"/registers/letters/{letter.pk}").content.decode()
    assert [todo.verb for todo in selectors.todos(people.actor("林"), AT)] == ["letter.redraft"]
    letters.redraft(letter=letter, facts="1、2、3 号加油机铅封破损。", actor=people.actor("林"), at=AT)
    sent = letters.send(letter=letter, actor=people.actor("林局"), at=AT)

    assert (sent.state, sent.facts) == ("sent", "1、2、3 号加油机铅封破损。")
    assert "林局" in sent.sent_as
    assert _running(letter) == [("letter.sign", "11-12")]


def test_what_was_said_before_a_letter_went_out_stays_in_its_department(people: Cast) -> None:
    letter = records.drafted_letter(people)
    letters.send_back(letter=letter, reason="措辞太重", actor=people.actor("林局"), at=AT)
    letters.redraft(letter=letter, facts="1、2、3 号加油机铅封破损。", actor=people.actor("林"), at=AT)
    beside = ("target", letter.target_id), ("department", letter.sender_id), ("department", letter.receiver_id)
    for noun, subject in beside:
        assert not ledger.timeline(noun, subject).filter(subject_type="letter").exists()

    sent = letters.send(letter=letter, actor=people.actor("林局"), at=AT + timedelta(hours=1))

    assert sent.reason == ""
    received = letters.thread(letter=sent, actor=people.actor("王"))
    assert [entry.event for entry in received] == ["letter.sent"]
    at_home = letters.thread(letter=sent, actor=people.actor("林"))
    assert {entry.event for entry in at_home} >= {
        "letter.drafted",
        "letter.sent_back",
        "letter.redrafted",
        "letter.sent",
    }
    for noun, subject in beside:
        shown = ledger.timeline(noun, subject).filter(subject_type="letter")
        assert [entry.event for entry in shown] == ["letter.sent"]


def test_nobody_lets_his_own_letter_go(people: Cast) -> None:
    letter = records.drafted_letter(people)
    Letter.objects.filter(pk=letter.pk).update(drafted_by=people.actor("林局").id)
    letter.refresh_from_db()

    with pytest.raises(MayNot):
        letters.send(letter=letter, actor=people.actor("林局"), at=AT)


def test_what_was_withdrawn_before_it_went_out_is_told_to_nobody(people: Cast) -> None:
    letter = records.drafted_letter(people)

    letters.withdraw(letter=letter, reason="重复", actor=people.actor("林"), at=AT)
    tell_letter(entry_id=str(LedgerEntry.objects.get(event="letter.withdrawn").pk), at=AT)

    assert not Notice.objects.filter(officer=people.officers["王"]).exists()
    assert _running(letter) == []
    assert _client(people, "王").get(f"/registers/letters/{letter.pk}").status_code == 404


def test_only_the_right_end_may_act_and_only_in_its_turn(people: Cast) -> None:
    letter = records.letter(people)

    for service, words in (
        (letters.answer, {"words": "已办"}),
        (letters.close, {}),
        (letters.reask, {"reason": "再查"}),
    ):
        actor = people.actor("王" if service is letters.answer else "林")
        with pytest.raises(WrongState):
            service(letter=letter, **words, actor=actor, at=AT)
    for service, words, name in (
        (letters.sign, {}, "林"),
        (letters.return_, {"reason": "不属本部门"}, "何"),
        (letters.withdraw, {"reason": "误发"}, "王"),
    ):
        with pytest.raises(MayNot):
            service(letter=letter, **words, actor=people.actor(name), at=AT)
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_a_letter_goes_to_another_department_with_facts(people: Cast) -> None:
    given = {"target": records.target(people), "kind": "clue", "needs_answer": True, "at": AT}
    own, other = people.departments["市商务局"], people.departments["市市监局"]

    with pytest.raises(RecordRefused, match="本部门以外"):
        letters.draft(sender=own, receiver=own, facts="事实", actor=people.actor("林"), **given)
    with pytest.raises(RecordRefused, match="写明发现的事实"):
        letters.draft(sender=own, receiver=other, facts=" ", actor=people.actor("林"), **given)
    with pytest.raises(MayNot):
        letters.draft(sender=own, receiver=other, facts="事实", actor=people.actor("何"), **given)
    assert not Letter.objects.exists()


def test_a_letter_that_only_tells_is_done_when_signed(people: Cast) -> None:
    letter = letters.draft(
        target=records.target(people),
        sender=people.departments["市商务局"],
        receiver=people.departments["市市监局"],
        kind="change",
        facts="已注销零售资格。",
        needs_answer=False,
        actor=people.actor("林"),
        at=AT,
    )
    letters.send(letter=letter, actor=people.actor("林局"), at=AT)

    assert letters.sign(letter=letter, actor=people.actor("王"), at=AT).state == "closed"
    assert _running(letter) == []


def test_returning_and_withdrawing_need_their_reason(people: Cast) -> None:
    letter = records.letter(people)
    client = _client(people, "王")

    refused = client.post(f"/registers/letters/{letter.pk}/return", {"words": " "})
    client.post(f"/registers/letters/{letter.pk}/return", {"words": "属应急局职责"})

    assert refused.status_code == 422
    assert "请写明退回理由" in refused.content.decode()
    page = _client(people, "林").get(f"/registers/letters/{letter.pk}").content.decode()
    assert "退回理由：属应急局职责" in page
    assert "已退回" in page


def test_a_third_department_does_not_know_of_it(people: Cast) -> None:
    letter = records.letter(people)

    assert _client(people, "何").get(f"/registers/letters/{letter.pk}").status_code == 404
    page = _client(people, "何").get(f"/registers/targets/{letter.target_id}?tab=letters").content.decode()
    assert letter.number not in page
    assert (
        letter.number
        in _client(people, "陈").get(f"/registers/targets/{letter.target_id}?tab=letters").content.decode()
    )


def test_the_clerk_sends_from_the_archive_and_the_receiver_is_told(people: Cast) -> None:
    target = records.target(people)
    path = f"/registers/targets/{target.pk}/letters/draft"
    client = _client(people, "林")
    given = {
        "department": str(people.departments["市商务局"].pk),
        "receiver": str(people.departments["市市监局"].pk),
        "kind": "hazard",
        "facts": "油罐区堆放杂物。",
        "needs_answer": "on",
    }

    assert f'href="{path}"' in client.get(f"/registers/targets/{target.pk}").content.decode()
    answer = client.post(path, given)

    letter = Letter.objects.get()
    assert answer["Location"] == f"/registers/letters/{letter.pk}"
    tell_letter(entry_id=str(LedgerEntry.objects.get(event="letter.drafted").pk), at=AT)
    assert Notice.objects.filter(officer=people.officers["林局"], title__startswith="抄告待审核").count() == 1
    assert "抄告待审核" in _client(people, "林局").get("/inbox").content.decode()
    assert _client(people, "王").get(f"/registers/letters/{letter.pk}").status_code == 404
    _client(people, "林局").post(f"/registers/letters/{letter.pk}/send")
    tell_letter(entry_id=str(LedgerEntry.objects.get(event="letter.sent").pk), at=AT)
    assert Notice.objects.filter(officer=people.officers["王"], title__startswith="收到抄告").count() == 1
    assert "抄告待签收" in _client(people, "王").get("/inbox").content.decode()
