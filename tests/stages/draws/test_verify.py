"""我核验过: one report a visitor and draw, no trace of who, a complaint to the organiser when something failed."""

import pytest

from onevisit.stages.draws.models import Draw, Verification
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.publication import requests, selectors, verifications
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.support.deadlines.todos import Todo
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes, fair_stored
from tests.cast import AT, Cast
from tests.draw_scenes import Log

pytestmark = pytest.mark.django_db

MARK, OTHER = "ab" * 16, "cd" * 16


@pytest.fixture
def draw(people: Cast) -> Draw:
    fair_stored.register()
    return fair_stored.opened(people, number="350200-2026-0001", day="2026-11-10")


def _report(draw: Draw, *, failing: tuple[str, ...] = (), visitor: str = MARK) -> verifications.Reported:
    outcome = "failed" if failing else "ok"
    return verifications.report(number=draw.number, outcome=outcome, failing=failing, visitor=visitor, at=AT)


@pytest.mark.requirement("R149")
def test_a_report_is_counted_and_leaves_a_public_entry_without_a_person(draw: Draw) -> None:
    found = _report(draw)

    row = Verification.objects.get()
    entry = LedgerEntry.objects.get(event="draw.verified")
    assert (found.outcome, found.receipt, row.failing) == ("ok", "", [])
    assert entry.is_public
    assert (entry.subject, entry.actor) == (str(draw.pk), "public")
    assert MARK not in row.visitor
    assert row.visitor.encode() not in bytes(entry.payload)
    assert not PublicRequest.objects.exists()


def test_a_visitor_counts_once_a_draw(people: Cast, draw: Draw) -> None:
    other = fair_stored.opened(people, number="350200-2026-0002", day="2026-11-12")
    _report(draw)
    _report(other)
    _report(draw, visitor=OTHER)

    with pytest.raises(DrawRefused) as refused:
        _report(draw, failing=("V7",))

    assert refused.value.code == "verified"
    assert Verification.objects.count() == 3
    assert not PublicRequest.objects.exists()
    assert Verification.objects.filter(draw=draw)[0].visitor != Verification.objects.get(draw=other).visitor


@pytest.mark.requirement("R149")
def test_a_failed_report_is_a_complaint_that_the_organiser_must_answer(people: Cast, draw: Draw) -> None:
    found = _report(draw, failing=("V7 E_MISMATCH", " V3  E_FRAME_HASH "))

    request = PublicRequest.objects.get(receipt=found.receipt)
    assert Verification.objects.get().failing == ["V3 E_FRAME_HASH", "V7 E_MISMATCH"]
    assert request.department == people.departments["领导小组办公室"]
    assert "V3 E_FRAME_HASH、V7 E_MISMATCH" in request.words
    assert draw.number in request.words
    sentences = [todo.sentence for todo in _todos(people, "陈处")]
    assert any(request.receipt in sentence or "投诉" in sentence for sentence in sentences), sentences


def test_the_same_failure_joins_the_open_complaint_and_an_answered_one_opens_another(people: Cast, draw: Draw) -> None:
    first = _report(draw, failing=("V7 E_MISMATCH",))
    again = _report(draw, failing=("V7 E_MISMATCH",), visitor=OTHER)
    assert again.receipt == first.receipt

    request = PublicRequest.objects.get(receipt=first.receipt)
    requests.answer(request=request, words="已重新核验，全部通过。", actor=people.actor("陈处"), at=AT)
    third = _report(draw, failing=("V7 E_MISMATCH",), visitor="ef" * 16)

    assert third.receipt != first.receipt
    assert Verification.objects.count() == 3


@pytest.mark.parametrize(
    ("outcome", "failing", "code"),
    [
        ("failed", (), "failing"),
        ("failed", ("王某说的",), "failing"),
        ("failed", ("V12",), "failing"),
        ("failed", tuple(f"V1 E_{letter}" for letter in "ABCDEFGHIJKLM"), "failing"),
        ("perhaps", (), "outcome"),
    ],
)
def test_a_report_that_says_nothing_is_refused(draw: Draw, outcome: str, failing: tuple[str, ...], code: str) -> None:
    with pytest.raises(DrawRefused) as refused:
        verifications.report(number=draw.number, outcome=outcome, failing=failing, visitor=MARK, at=AT)

    assert refused.value.code == code
    assert not Verification.objects.exists()


def test_nobody_has_verified_what_is_still_sealed(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    with pytest.raises(DrawRefused) as refused:
        _report(draw)

    assert refused.value.code == "not_public"


def test_reports_are_counted_for_the_register(people: Cast, draw: Draw) -> None:
    _report(draw)
    _report(draw, failing=("V9",), visitor=OTHER)

    found = Draw.objects.with_verifications().get(pk=draw.pk)  # type: ignore[attr-defined]

    assert (found.verified_count, found.failed_count) == (1, 1)


def _todos(people: Cast, name: str) -> list[Todo]:
    return list(selectors.todos(people.actor(name), AT))
