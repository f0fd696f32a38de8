"""Proof with files, the clock of an order, a follow-up on the spot, a repeat; and words that can be erased."""

from datetime import timedelta
from uuid import uuid4

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.findings import reactions, selectors, services
from onevisit.stages.findings.models import Finding
from onevisit.support.attachments import selectors as attachments
from onevisit.support.attachments import uploads
from onevisit.support.attachments.services import AttachmentRefused
from onevisit.support.deadlines.models import Deadline, RuleVersion
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import finding_scenes as scenes
from tests.cast import AT, Cast
from tests.visit_scenes import JPEG

LATER = AT + timedelta(days=9)


def _term(finding: Finding) -> Deadline:
    return Deadline.objects.get(subject=str(finding.pk), rule_version__rule_id="finding.correction")


def _photo(title: str = "改正后.jpg") -> uploads.Upload:
    return uploads.check(title=title, content=JPEG, most_megabytes=10)


def test_a_proof_keeps_its_files_by_what_their_bytes_are(people: Cast) -> None:
    finding = scenes.ordered(people)

    proof = services.prove_by_business(finding=finding, words="已补齐", files=[_photo()], code_id="c1", at=LATER)

    (file,) = attachments.of_subject("correction_proof", proof.pk)
    assert (file.mime, file.title, file.uploaded_by) == ("image/jpeg", "改正后.jpg", "business:c1")
    assert attachments.read(file) == JPEG


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "size"), (b"<html>", "mime"), (JPEG + b"0" * 1024 * 1024, "size"), (b"GIF89a", "mime"), (b"%PDF", "mime")],
)
def test_what_is_no_picture_or_too_large_is_refused_by_its_name(content: bytes, code: str) -> None:
    with pytest.raises(AttachmentRefused, match="台账") as refusal:
        uploads.check(title="台账.jpg", content=content, most_megabytes=1)

    assert refusal.value.code == code


def test_the_term_stops_for_the_check_runs_on_when_sent_back_and_ends_with_the_problem(people: Cast) -> None:
    finding, clerk = scenes.ordered(people), people.actor(scenes.CLERK)
    due = _term(finding).due_at

    services.prove(finding=finding, words="已补齐", actor=clerk, at=LATER)
    assert _term(finding).closed_at == LATER
    services.return_proof(finding=finding, reason="缺照片", actor=clerk, at=LATER)
    assert (_term(finding).closed_at, _term(finding).due_at) == (None, due)
    services.prove(finding=finding, words="补照片", files=[_photo()], actor=clerk, at=LATER)
    services.close(finding=finding, words="复查合格", actor=clerk, at=LATER)

    assert not Deadline.objects.filter(subject=str(finding.pk), closed_at__isnull=True).exists()


def test_late_proof_is_taken_and_marked(people: Cast) -> None:
    finding = scenes.ordered(people)
    late = AT + timedelta(days=60)

    proof = services.prove_by_business(finding=finding, words="迟了", code_id="c1", at=late)

    assert proof.is_late
    assert "已过期限" in LedgerEntry.objects.get(event="finding.proved").sentence


def test_a_draft_becomes_the_proof_once_and_only_with_its_own_files(people: Cast) -> None:
    finding, draft = scenes.ordered(people), uuid4()
    mine = services.business("c1")
    first, second = uploads.keep(
        uploads=[_photo("一.jpg"), _photo("二.jpg")],
        subject_type="correction_proof",
        subject=draft,
        actor=mine,
        at=LATER,
    )

    with pytest.raises(services.FindingRefused):
        services.prove_by_business(finding=finding, words="", draft=draft, code_id="c2", at=LATER)
    proof = services.prove_by_business(
        finding=finding, words="", draft=draft, sent_files=[second.pk], code_id="c1", at=LATER
    )

    assert proof.pk == draft
    assert list(attachments.of_subject("correction_proof", draft)) == [second]
    assert first.pk != second.pk
    services.return_proof(finding=finding, reason="缺一张", actor=people.actor(scenes.CLERK), at=LATER)
    with pytest.raises(services.FindingRefused, match="已经提交过"):
        services.prove_by_business(finding=finding, words="", draft=draft, code_id="c1", at=LATER)


def test_a_follow_up_on_the_spot_has_a_day_and_a_reason_and_leaves_its_entry(people: Cast) -> None:
    finding, clerk = scenes.proved(people), people.actor(scenes.CLERK)
    given = {"finding": finding, "on": LATER.date() + timedelta(days=3), "reason": "照片看不清铅封", "at": LATER}

    with pytest.raises(MayNot):
        services.revisit(**given, actor=people.actor(scenes.OTHER))
    for changes in ({"on": AT.date()}, {"reason": " "}):
        with pytest.raises(services.FindingRefused):
            services.revisit(**{**given, **changes}, actor=clerk)
    services.revisit(**given, actor=clerk)

    finding.refresh_from_db()
    assert finding.state == "revisit"
    assert LedgerEntry.objects.filter(event="finding.revisit_arranged", subject=str(finding.pk)).exists()
    with pytest.raises(WrongState):
        services.revisit(**given, actor=clerk)
    services.close(finding=finding, words="现场已看，合格", actor=clerk, at=LATER)


def test_the_same_problem_within_a_year_shows_the_earlier_one(people: Cast) -> None:
    finding = scenes.ordered(people)
    former = Finding.objects.create(
        number="厦商务问〔2026〕900号",
        inspection=finding.inspection,
        target=finding.target,
        department=finding.department,
        item=finding.item,
        title=finding.title,
        result_type="6",
        state="closed",
        found_at=finding.found_at - timedelta(days=100),
    )
    assert selectors.earlier_of(finding) == [former]

    former.found_at = finding.found_at - timedelta(days=400)
    former.save(update_fields=["found_at"])

    assert selectors.earlier_of(finding) == []


def test_filters_tell_late_from_due_soon(people: Cast) -> None:
    finding = scenes.ordered(people)
    day = scenes.DUE_ON

    def found(term: str, days: int) -> bool:
        return Finding.objects.filter(selectors.due_within(term, on=day + timedelta(days=days)), pk=finding.pk).exists()

    assert [found("soon", days) for days in (-4, -3, 0, 1)] == [False, True, True, False]
    assert [found("late", days) for days in (0, 1)] == [False, True]


def test_a_persons_words_stand_beside_the_entry_and_can_be_erased(people: Cast) -> None:
    words = "经张某来电说明属误填现场已核对"
    finding = scenes.found(people)
    services.drop(finding=finding, reason=words, actor=people.actor(scenes.CLERK), at=LATER)
    entry = LedgerEntry.objects.get(event="finding.dropped")

    assert words in entry.sentence
    assert words.encode() not in bytes(entry.payload)
    finding.refresh_from_db()
    assert finding.dropped_reason == words
    ledger.erase_words(entry=entry, basis="个人信息保护法第四十七条", actor=people.actor("运"), at=LATER)

    assert words not in LedgerEntry.objects.get(pk=entry.pk).sentence


def test_the_term_stands_still_for_a_test_and_the_day_moves_with_it(people: Cast) -> None:
    finding, head = scenes.ordered(people), people.actor(scenes.HEAD)
    due, much_later = _term(finding).due_at, AT + timedelta(days=60)
    given = {"finding": finding, "at": LATER}
    # The pack of the city allows this reason; the rules of the tests leave it open.
    RuleVersion.objects.filter(rule_id="finding.correction").update(pauses=["检测检验"])

    with pytest.raises(MayNot):
        services.pause_term(**given, reason="检测检验", actor=people.actor(scenes.CLERK))
    with pytest.raises(services.FindingRefused, match="检测检验"):
        services.pause_term(**given, reason="忙", actor=head)
    services.pause_term(**given, reason="检测检验", actor=head)
    assert not selectors.is_late(finding, on=much_later.date())
    late = Finding.objects.filter(selectors.due_within("late", on=much_later.date()))
    assert not late.exists()
    services.resume_term(finding=finding, actor=head, at=LATER + timedelta(days=6, hours=1))

    finding.refresh_from_db()
    assert _term(finding).due_at == due + timedelta(days=7)
    assert finding.order.due_on == scenes.DUE_ON + timedelta(days=7)
    assert late.get() == finding
    assert LedgerEntry.objects.filter(event="deadline.resumed").exists()
    with pytest.raises(services.FindingRefused, match="没有中止"):
        services.resume_term(finding=finding, actor=head, at=much_later)


def test_the_departments_clerk_is_told_of_each_proof_once(people: Cast) -> None:
    finding = scenes.ordered(people)
    services.prove_by_business(finding=finding, words="已补齐", code_id="c1", at=LATER)
    entry = LedgerEntry.objects.get(event="finding.proved")

    reactions.tell_proved(entry_id=str(entry.pk), at=LATER)
    reactions.tell_proved(entry_id=str(entry.pk), at=LATER)

    assert Notice.objects.get().officer.name == scenes.CLERK


@pytest.mark.requirement("R61")
def test_a_problem_has_a_clock_from_the_first_moment_to_the_last(people: Cast) -> None:
    clerk = people.actor(scenes.CLERK)
    running: list[list[str]] = []

    def note(finding: Finding) -> None:
        rows = Deadline.objects.filter(subject=str(finding.pk), closed_at__isnull=True)
        running.append(sorted(rows.values_list("rule_version__rule_id", flat=True)))

    note(scenes.found(people))
    finding = Finding.objects.get()
    services.order(finding=finding, demand="补齐", due_on=scenes.DUE_ON, public_words="台账不全", actor=clerk, at=LATER)
    note(finding)
    services.prove(finding=finding, words="已补齐", actor=clerk, at=LATER)
    note(finding)
    services.close(finding=finding, words="复查合格", actor=clerk, at=LATER)
    note(finding)

    assert running == [["finding.order"], ["finding.correction"], ["finding.follow_up"], []]
    assert finding.owner is not None


def test_a_dropped_problem_has_no_clock(people: Cast) -> None:
    finding = scenes.found(people)

    services.drop(finding=finding, reason="台账已在现场补看，属误填", actor=people.actor(scenes.CLERK), at=LATER)

    assert not Deadline.objects.filter(subject=str(finding.pk), closed_at__isnull=True).exists()
