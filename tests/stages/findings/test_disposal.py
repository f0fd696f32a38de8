"""Each verb of a problem: it works, is refused to others, in the wrong state, without a reason; leaves its entry."""

from datetime import timedelta
from typing import Any

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.findings import selectors, services
from onevisit.stages.findings.lifecycle import FINDING
from onevisit.stages.findings.models import Finding
from onevisit.stages.visits.models import Inspection
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import finding_scenes as scenes
from tests.cast import AT, Cast

LATER = AT + timedelta(days=20)


def _entries(finding: Finding, event: str) -> int:
    return LedgerEntry.objects.filter(event=event, subject=str(finding.pk)).count()


def test_a_problem_of_the_checklist_becomes_a_finding_with_an_owner(people: Cast) -> None:
    finding = scenes.found(people)

    assert finding.owner == people.officers["林一"]
    assert finding.number.startswith("厦商务问〔2026〕")
    assert _entries(finding, "finding.recorded") == 1


def test_recording_twice_changes_nothing(people: Cast) -> None:
    inspection = scenes.submitted(people)

    services.record_problems(inspection_id=inspection.pk, at=LATER)

    assert Finding.objects.filter(inspection=inspection).count() == 1


def test_an_order_has_a_number_a_date_a_running_term_and_an_entry(people: Cast) -> None:
    finding = scenes.ordered(people)

    assert finding.state == "correcting"
    assert finding.order.document_number == "厦商务责改〔2026〕1号"
    term = Deadline.objects.get(subject=str(finding.pk), closed_at__isnull=True)
    assert term.due_at.date() >= scenes.DUE_ON
    assert _entries(finding, "finding.ordered") == 1


def test_the_order_is_set_as_a_document_once(people: Cast) -> None:
    finding = scenes.ordered(people)

    services.issue_order(finding_id=finding.pk, at=LATER)
    services.issue_order(finding_id=finding.pk, at=LATER)

    finding.order.refresh_from_db()
    assert finding.order.document is not None
    assert finding.order.document.mime == "application/pdf"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"demand": " "}, "demand"), ({"due_on": AT.date()}, "due_on"), ({"public_words": ""}, "public_words")],
)
def test_an_order_without_its_parts_names_the_field(people: Cast, changes: dict[str, Any], field: str) -> None:
    finding = scenes.found(people)
    given = {"demand": "补齐台账", "due_on": scenes.DUE_ON, "public_words": "台账不完整"}

    with pytest.raises(services.FindingRefused) as refusal:
        services.order(finding=finding, **{**given, **changes}, actor=people.actor(scenes.CLERK), at=AT)

    assert refusal.value.field == field


def test_another_department_can_do_nothing_with_it(people: Cast) -> None:
    finding = scenes.proved(people)
    other = people.actor(scenes.OTHER)

    with pytest.raises(MayNot):
        services.close(finding=finding, words="合格", actor=other, at=LATER)
    with pytest.raises(MayNot):
        services.return_proof(finding=finding, reason="缺照片", actor=other, at=LATER)
    assert not Finding.objects.visible_to(other).exists()


def test_dropping_needs_a_reason_in_words_and_stays_on_record(people: Cast) -> None:
    finding = scenes.found(people)

    with pytest.raises(services.FindingRefused, match="笼统"):
        services.drop(finding=finding, reason="误填", actor=people.actor(scenes.CLERK), at=LATER)
    services.drop(finding=finding, reason="台账已在现场补看，属误填", actor=people.actor(scenes.CLERK), at=LATER)

    finding.refresh_from_db()
    assert finding.state == "dropped"
    assert _entries(finding, "finding.dropped") == 1


@pytest.mark.requirement("R61")
def test_the_head_takes_an_order_back_with_a_reason_and_the_business_reads_it(people: Cast) -> None:
    finding = scenes.proved(people)
    words = {"reason": "陈述申辩成立，检定记录属实", "at": LATER}

    with pytest.raises(MayNot):
        services.revoke(finding=finding, actor=people.actor(scenes.CLERK), **words)
    with pytest.raises(services.FindingRefused):
        services.revoke(finding=finding, actor=people.actor(scenes.HEAD), reason="误", at=LATER)
    services.revoke(finding=finding, actor=people.actor(scenes.HEAD), **words)

    finding.refresh_from_db()
    assert (finding.state, finding.dropped_reason) == ("revoked", "陈述申辩成立，检定记录属实")
    assert _entries(finding, "finding.revoked") == 1
    assert not Deadline.objects.filter(subject=str(finding.pk), closed_at__isnull=True).exists()
    assert services.codes_of(inspection=finding.inspection, findings=[finding]) == ["1"]
    with pytest.raises(WrongState):
        services.close(finding=finding, words="合格", actor=people.actor(scenes.CLERK), at=LATER)


def test_each_problem_has_owner_and_deadline_and_is_closed_only_on_proof(people: Cast) -> None:
    finding = scenes.ordered(people)
    assert finding.owner is not None
    assert Deadline.objects.filter(subject=str(finding.pk), closed_at__isnull=True).exists()

    with pytest.raises(WrongState):
        services.close(finding=finding, words="合格", actor=people.actor(scenes.CLERK), at=LATER)
    services.prove(finding=finding, words="已补齐台账", actor=people.actor(scenes.CLERK), at=LATER)
    services.close(finding=finding, words="台账已补齐，复查合格", actor=people.actor(scenes.CLERK), at=LATER)

    finding.refresh_from_db()
    proof = finding.proofs.get()
    assert finding.state == "closed"
    assert proof.decision == "accepted"
    assert not Deadline.objects.filter(subject=str(finding.pk), closed_at__isnull=True).exists()
    assert _entries(finding, "finding.closed") == 1


def test_a_returned_proof_names_what_is_missing_and_keeps_the_date(people: Cast) -> None:
    finding = scenes.proved(people)

    services.return_proof(
        finding=finding, reason="缺少整改后照片", actor=people.actor(scenes.CLERK), at=AT + timedelta(days=10)
    )

    finding.refresh_from_db()
    assert finding.state == "returned"
    assert finding.order.due_on == scenes.DUE_ON
    term = Deadline.objects.get(subject=str(finding.pk), closed_at__isnull=True)
    assert term.due_at.date() == scenes.DUE_ON


def test_late_proof_is_still_taken(people: Cast) -> None:
    finding = scenes.ordered(people)
    assert selectors.is_late(finding, on=LATER.date() + timedelta(days=30))

    services.prove_by_business(finding=finding, words="迟交，已改", code_id="c1", at=LATER + timedelta(days=30))

    finding.refresh_from_db()
    assert finding.state == "proof_sent"
    assert LedgerEntry.objects.get(event="finding.proved").actor == "business:c1"


def test_a_result_with_an_open_problem_does_not_pass(people: Cast) -> None:
    finding = scenes.found(people)

    with pytest.raises(services.FindingRefused, match="还有问题没有处理"):
        services.review(inspection=finding.inspection, actor=people.actor(scenes.HEAD), at=LATER)


def test_a_result_passes_with_the_code_of_its_problems(people: Cast) -> None:
    finding = scenes.ordered(people)

    codes = services.review(inspection=finding.inspection, actor=people.actor(scenes.HEAD), at=LATER)

    assert codes == ["6"]
    results = selectors.results_of(finding.inspection.visit_id)
    assert [part.words for part in results.parts] == ["发现问题已责令改正"]
    assert results.missing == ("市市监局",)
    assert not results.is_ready


def test_a_clean_result_passes_as_nothing_found(people: Cast) -> None:
    inspection = scenes.submitted(people, problems=0)

    assert services.review(inspection=inspection, actor=people.actor(scenes.HEAD), at=LATER) == ["1"]


def test_the_clerk_does_not_pass_a_result(people: Cast) -> None:
    inspection = scenes.submitted(people, problems=0)

    with pytest.raises(MayNot):
        services.review(inspection=inspection, actor=people.actor(scenes.CLERK), at=LATER)


def test_a_returned_result_goes_back_to_its_officers(people: Cast) -> None:
    inspection = scenes.submitted(people)

    services.return_result(inspection=inspection, reason="第 2 项缺照片", actor=people.actor(scenes.HEAD), at=LATER)

    assert Inspection.objects.get(pk=inspection.pk).state == "returned"


def test_a_result_with_an_order_can_no_longer_be_returned(people: Cast) -> None:
    finding = scenes.ordered(people)

    with pytest.raises(services.FindingRefused, match="不能再退回"):
        services.return_result(
            inspection=finding.inspection, reason="补照片", actor=people.actor(scenes.HEAD), at=LATER
        )


@pytest.mark.parametrize("state", [state.value for state in FINDING.states])
@pytest.mark.parametrize("step", FINDING.transitions, ids=lambda step: step.verb)
def test_every_verb_in_every_state(state: str, step: Any) -> None:
    if state in step.sources:
        assert FINDING.next(state=state, verb=step.verb) == step.target
    else:
        with pytest.raises(WrongState):
            FINDING.next(state=state, verb=step.verb)


def test_the_reviewer_is_told_in_the_inbox(people: Cast) -> None:
    scenes.submitted(people)

    todos = selectors.todos(people.actor(scenes.HEAD), LATER)

    assert [todo.verb for todo in todos] == ["inspection.review"]
    assert selectors.todos(people.actor("王局"), LATER) == []
