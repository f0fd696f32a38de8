"""From the first reviewed result to the public page: prepare, approve, release, collect."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from onevisit.core.lifecycle import WrongState
from onevisit.stages.findings.models import Finding
from onevisit.stages.publication import contents, public_record, reactions, selectors, services, statements
from onevisit.stages.publication.lifecycle import PUBLICATION
from onevisit.stages.publication.models import CreditRecord, Publication, PublicationVersion
from onevisit.stages.visits.models import Inspection
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


def _entries(event: str) -> int:
    return LedgerEntry.objects.filter(event=event).count()


def _review(publication: Publication) -> None:
    Inspection.objects.filter(visit=publication.visit, reviewed_at__isnull=True).update(
        reviewed_at=LATER, state="reviewed"
    )


def test_results_are_put_together_with_persons_numbers_masked(people: Cast) -> None:
    found = scene.prepared(people)

    assert [part["words"] for part in found.content["parts"]] == ["发现问题已责令改正", "未发现问题", "未发现问题"]
    (finding,) = found.content["parts"][0]["findings"]
    assert finding["words"] == "计量铅封损坏，联系电话138****8000，负责人住址（已遮盖），已通知"
    assert "13800138000" not in json.dumps(found.content)
    assert found.masked_count == 2
    assert found.content_sha256 == contents.digest(found.content)
    assert _entries("publication.prepared") == 1


@pytest.mark.requirement("R63")
def test_the_term_of_twenty_working_days_runs_from_the_first_time(people: Cast) -> None:
    found = scene.prepared(people, missing=("市消防支队",))

    services.prepare(visit_id=found.visit_id, actor=SYSTEM, at=LATER)

    term = Deadline.objects.get(subject_type="publication", subject=str(found.pk))
    assert (term.rule_version.rule_id, term.rule_version.amount) == ("publication.release", 20)
    assert term.opened_at == AT
    assert term.due_at.date().isoformat() == "2026-12-08"


@pytest.mark.requirement("R140")
def test_one_missing_department_holds_all_and_is_named(people: Cast) -> None:
    found = scene.prepared(people, missing=("市消防支队",))

    with pytest.raises(services.ResultsMissing, match="市消防支队"):
        services.approve(publication=found, content_sha256=found.content_sha256, actor=people.actor("王局"), at=AT)

    assert found.missing == ["市消防支队"]
    assert not public_record.released(on=AT.date()).exists()


@pytest.mark.requirement("R140")
def test_all_departments_become_public_in_one_moment(people: Cast) -> None:
    found = scene.prepared(people, missing=("市消防支队",))
    _review(found)
    found = services.prepare(visit_id=found.visit_id, actor=SYSTEM, at=LATER)
    services.approve(publication=found, content_sha256=found.content_sha256, actor=people.actor("周局"), at=LATER)

    services.release(publication=found, at=LATER)

    shown = public_record.released(on=AT.date()).get()
    assert len(shown.content["parts"]) == 3
    assert shown.released_at == LATER
    entry = LedgerEntry.objects.get(event="result.released")
    assert entry.is_public
    assert json.loads(entry.payload)["content"] == shown.content_sha256
    assert Deadline.objects.get(subject=str(found.pk)).closed_at == LATER


def test_approval_leaves_its_entry_with_the_digest_that_was_seen(people: Cast) -> None:
    found = scene.approved(people)

    entry = LedgerEntry.objects.get(event="publication.approved")
    assert (json.loads(entry.payload)["content"], entry.capacity) == (found.content_sha256, "市市监局 · 审批人")
    assert found.takedown_on == AT.date() + timedelta(days=1095)


@pytest.mark.parametrize("name", ["王", "苏局", "吴", "司"])
def test_only_a_head_of_a_department_of_the_visit_approves(people: Cast, name: str) -> None:
    found = scene.prepared(people)

    with pytest.raises(MayNot):
        services.approve(publication=found, content_sha256=found.content_sha256, actor=people.actor(name), at=AT)

    assert _entries("publication.approved") == 0


def test_what_changed_after_the_page_was_opened_is_not_approved(people: Cast) -> None:
    found = scene.prepared(people)
    Finding.objects.update(public_words="另一种说法")

    with pytest.raises(services.PublicationRefused, match="又有变化"):
        services.approve(publication=found, content_sha256=found.content_sha256, actor=people.actor("王局"), at=AT)


@pytest.mark.requirement("R64")
def test_released_results_are_collected_once_under_the_name_of_the_business(people: Cast) -> None:
    found = scene.released(people)

    services.collect(publication=found, at=LATER)
    services.collect(publication=found, at=LATER)

    records = CreditRecord.objects.filter(target=found.target)
    assert sorted(record.words for record in records) == ["发现问题已责令改正", "未发现问题", "未发现问题"]
    assert _entries("credit.collected") == 1


@pytest.mark.requirement("R146")
@pytest.mark.parametrize("reason", ["", "不想公示", "other"])
def test_results_stay_unpublished_only_for_a_reason_of_the_law(people: Cast, reason: str) -> None:
    found = scene.prepared(people)

    with pytest.raises(services.PublicationRefused, match="法定理由"):
        services.withhold(publication=found, reason=reason, actor=people.actor("王局"), at=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=found.pk).update(state="withheld")


@pytest.mark.requirement("R146")
def test_a_withheld_result_keeps_its_reason_and_closes_its_term(people: Cast) -> None:
    found = services.withhold(
        publication=scene.prepared(people), reason="trade_secret", actor=people.actor("王局"), at=LATER
    )

    entry = LedgerEntry.objects.select_related("words").get(event="publication.withheld")
    assert "商业秘密" in entry.sentence
    assert Deadline.objects.get(subject=str(found.pk)).closed_at == LATER
    assert not public_record.released(on=AT.date()).exists()
    assert not selectors.unexplained(at=AT + timedelta(days=400)).exists()


@pytest.mark.requirement("R146")
def test_the_report_names_what_is_late_without_a_reason(people: Cast) -> None:
    found = scene.prepared(people)

    assert not selectors.unexplained(at=AT).exists()
    assert list(selectors.unexplained(at=AT + timedelta(days=40))) == [found]


def test_a_correction_keeps_the_former_words_public_with_the_reason(people: Cast) -> None:
    found = scene.released(people)
    organ = str(people.departments["市商务局"].pk)

    found = services.correct(
        publication=found,
        words={organ: "未发现问题，许可证已换发，电话13800138000"},
        reason="原文字漏写许可证换发情况",
        actor=people.actor("林局"),
        at=LATER,
    )

    first, second = PublicationVersion.objects.order_by("number")
    assert found.state == "corrected"
    assert (first.is_correction, second.is_correction) == (False, True)
    assert second.content["parts"][1]["words"] == "未发现问题，许可证已换发，电话138****8000"
    assert first.content["parts"][1]["words"] == "未发现问题"
    assert json.loads(LedgerEntry.objects.get(event="publication.corrected").payload)["content"] == found.content_sha256


@pytest.mark.parametrize(("words", "reason"), [({}, "原文字漏写许可证换发情况"), ({"x": "y"}, "错了")])
def test_a_correction_that_changes_nothing_or_says_nothing_is_refused(
    people: Cast, words: dict[str, str], reason: str
) -> None:
    found = scene.released(people)

    with pytest.raises(services.PublicationRefused):
        services.correct(publication=found, words=words, reason=reason, actor=people.actor("林局"), at=LATER)


def test_a_withdrawn_result_is_no_longer_shown_but_that_it_was_there_is(people: Cast) -> None:
    found = services.withdraw(
        publication=scene.released(people), reason="处罚决定被复议撤销", actor=people.actor("王局"), at=LATER
    )

    assert found.state == "withdrawn"
    assert public_record.released(on=AT.date()).get().withdrawn_reason == "处罚决定被复议撤销"
    with pytest.raises(services.PublicationRefused):
        services.withdraw(
            publication=scene.released(people, number="V2"), reason="x", actor=people.actor("王局"), at=AT
        )


def test_what_was_public_long_enough_leaves_the_public_pages(people: Cast) -> None:
    found = scene.released(people)

    assert public_record.released(on=found.takedown_on - timedelta(days=1)).exists()
    assert not public_record.released(on=found.takedown_on).exists()
    assert public_record.search("湖滨加油", on=found.takedown_on) == []


def test_a_corrected_problem_is_shown_as_corrected(people: Cast) -> None:
    found = scene.released(people)
    Finding.objects.update(state="closed", closed_at=LATER)

    services.mend(publication=found, finding="W-1", at=LATER)
    services.mend(publication=found, finding="W-1", at=LATER)

    shown = public_record.released(on=AT.date()).get().content["parts"][0]["findings"][0]
    assert (shown["state"], shown["closed_on"]) == ("closed", LATER.date().isoformat())
    assert PublicationVersion.objects.count() == 2
    assert _entries("publication.mended") == 1


def test_a_revoked_order_is_shown_as_revoked_where_it_was_public_and_not_at_all_before(people: Cast) -> None:
    found = scene.released(people)
    other = scene.prepared(people, number="350200-2026-V0002")
    Finding.objects.update(state="revoked", closed_at=LATER)

    services.mend(publication=found, finding="W-1", at=LATER)
    later = services.prepare(visit_id=other.visit_id, actor=SYSTEM, at=LATER)

    shown = public_record.released(on=AT.date()).get().content["parts"][0]["findings"][0]
    assert (shown["state"], shown["closed_on"]) == ("revoked", LATER.date().isoformat())
    assert [part["findings"] for part in later.content["parts"]] == [[], [], []]


@pytest.mark.requirement("R68")
def test_a_masked_spot_is_shown_only_for_a_reason_and_the_reading_is_recorded(people: Cast) -> None:
    found = scene.prepared(people)

    with pytest.raises(services.PublicationRefused):
        services.reveal(publication=found, number=1, reason="看", actor=people.actor("王"), at=AT)
    text = services.reveal(
        publication=found, number=1, reason="核对联系电话是否企业公开电话", actor=people.actor("王"), at=AT
    )

    assert text == "13800138000"
    entry = LedgerEntry.objects.select_related("words").get(event="record.read")
    assert "手机号" in entry.sentence
    assert b"13800138000" not in bytes(entry.payload)
    with pytest.raises(MayNot):
        services.reveal(
            publication=found, number=1, reason="核对联系电话是否企业公开电话", actor=people.actor("苏"), at=AT
        )


ACTS = {
    "publication.approve": lambda found, actor: services.approve(
        publication=found, content_sha256=found.content_sha256, actor=actor, at=AT
    ),
    "publication.withhold": lambda found, actor: services.withhold(
        publication=found, reason="privacy", actor=actor, at=AT
    ),
    "publication.correct": lambda found, actor: services.correct(
        publication=found, words={}, reason="原文字漏写许可证换发情况", actor=actor, at=AT
    ),
    "publication.withdraw": lambda found, actor: services.withdraw(
        publication=found, reason="处罚决定被复议撤销", actor=actor, at=AT
    ),
    "publication.return": lambda found, actor: statements.send_back(publication=found, actor=actor, at=AT),
    "publication.release": lambda found, _actor: services.release(publication=found, at=AT),
    "publication.mend": lambda found, _actor: services.mend(publication=found, finding="W", at=AT),
}


@pytest.mark.parametrize("verb", sorted(ACTS))
@pytest.mark.parametrize("state", [state.value for state in PUBLICATION.states])
def test_every_verb_is_refused_in_every_state_it_does_not_start_from(people: Cast, state: str, verb: str) -> None:
    found = scene.prepared(people)
    if PUBLICATION.allows(state=state, verb=verb):
        return
    Publication.objects.filter(pk=found.pk).update(state=state, withheld_reason="privacy", released_at=AT)

    with pytest.raises(WrongState):
        ACTS[verb](found, people.actor("王局"))


def test_the_reactions_run_the_whole_way_and_may_run_twice(people: Cast) -> None:
    visit = scene.visit(people)
    part = visit.inspections.first()
    reviewed = LedgerEntry.objects.create(
        payload=b"{}", event="inspection.reviewed", subject_type="inspection", subject=str(part.pk), actor="x", at=AT
    )

    for _time in range(2):
        reactions.prepare_after_review(entry_id=str(reviewed.pk), at=AT)
    found = Publication.objects.get(visit=visit)
    services.approve(publication=found, content_sha256=found.content_sha256, actor=people.actor("王局"), at=AT)
    approved = LedgerEntry.objects.get(event="publication.approved")
    for _time in range(2):
        reactions.release(entry_id=str(approved.pk), at=LATER)
    released = LedgerEntry.objects.get(event="result.released")
    for _time in range(2):
        reactions.collect(entry_id=str(released.pk), at=LATER)

    assert CreditRecord.objects.count() == 3


def test_the_head_of_each_department_finds_it_in_the_inbox_once_nothing_is_missing(people: Cast) -> None:
    found = scene.prepared(people, missing=("市消防支队",))
    assert selectors.todos(people.actor("王局"), AT) == []
    _review(found)
    services.prepare(visit_id=found.visit_id, actor=SYSTEM, at=LATER)

    todo = selectors.todos(people.actor("王局"), LATER)[0]

    assert (todo.verb, todo.url, todo.is_statutory) == ("publication.approve", f"/publication/{found.pk}", True)
    assert selectors.todos(people.actor("苏局"), LATER) == []
    assert selectors.todos(people.actor("王"), LATER) == []


def test_a_department_sees_only_the_visits_it_took_part_in(people: Cast) -> None:
    found = scene.prepared(people)

    for name, sees in (("王", True), ("周局", True), ("苏", False), ("吴", False), ("陈", True), ("司", True)):
        assert selectors.visible_to(people.actor(name)).filter(pk=found.pk).exists() is sees, name


def test_a_head_corrects_no_other_departments_words_and_the_offices_head_all(people: Cast) -> None:
    found = scene.released(people)
    words = {str(people.departments["市商务局"].pk): "未发现问题，许可证已换发"}

    with pytest.raises(services.PublicationRefused, match="只能更正本部门"):
        services.correct(
            publication=found, words=words, reason="原文字漏写许可证换发情况", actor=people.actor("王局"), at=LATER
        )
    found = services.correct(
        publication=found, words=words, reason="原文字漏写许可证换发情况", actor=people.actor("陈处"), at=LATER
    )

    assert found.state == "corrected"
