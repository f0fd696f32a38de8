"""Each rule trips on its rows and on nothing else, and says the same on a second look."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from onevisit.stages.findings.models import CorrectionOrder
from onevisit.stages.offers.models import OfferReply
from onevisit.stages.publication import requests
from onevisit.stages.visits.models import Answer, Inspection, Visit
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import Deadline
from onevisit.watch.oversight.detectors import Detector, Hit, Look, entries, patterns, terms
from tests import draw_scenes, finding_scenes, scenes, visit_scenes, voice_scenes
from tests.cast import AT, Cast

SHORT = "市商务局"


def _hits(detect: Detector, *, amount: int, at: datetime = AT + timedelta(days=30)) -> list[Hit]:
    look = Look(amount=amount, at=at, since=at - timedelta(days=60))
    found = list(detect(look))
    assert [hit.key for hit in found] == [hit.key for hit in detect(look)]
    return found


@pytest.fixture
def part(people: Cast) -> Inspection:
    """A part that went as it should."""
    visit = visit_scenes.dispatched(people)
    made = visit_scenes.submitted(people, visit, SHORT)
    assert made.entered_at is not None
    made.submitted_at = made.entered_at + timedelta(minutes=40)
    made.save(update_fields=["submitted_at"])
    return made


ENTRIES = [
    (entries.no_code, 1),
    (entries.no_approval, 1),
    (entries.typed_only, 1),
    (entries.far, 500),
    (entries.short_stay, 10),
    (entries.batch, 80),
    (patterns.same_pair, 3),
    (patterns.repeated_target, 2),
]


@pytest.mark.parametrize(("detect", "amount"), ENTRIES)
def test_a_visit_as_it_should_be_trips_nothing(part: Inspection, detect: Detector, amount: int) -> None:
    assert _hits(detect, amount=amount) == []


@pytest.mark.requirement("R137")
def test_a_code_shown_after_the_entry_counts_and_every_second_time_raises(part: Inspection) -> None:
    Visit.objects.update(code_shown_at=part.visit.starts_at + timedelta(minutes=20))

    assert _hits(entries.no_code, amount=2) == []
    (hit,) = _hits(entries.no_code, amount=1)
    assert (hit.department_id, hit.measured, hit.rows[0].subject) == (part.department_id, "1 次", str(part.pk))


def test_colleagues_confirmed_by_a_typed_number_alone_trip(part: Inspection) -> None:
    typed, shown = {"officer": "x", "way": "certificate", "key": ""}, {"officer": "y", "way": "badge", "key": "k"}
    Inspection.objects.filter(pk=part.pk).update(confirmations=[typed])

    assert [hit.rows[0].subject for hit in _hits(entries.typed_only, amount=1)] == [str(part.pk)]
    assert _hits(entries.typed_only, amount=2) == []

    Inspection.objects.filter(pk=part.pk).update(confirmations=[typed, shown])
    assert _hits(entries.typed_only, amount=1) == []


def test_an_entry_far_from_the_address_trips(part: Inspection) -> None:
    Inspection.objects.filter(pk=part.pk).update(entry_distance_m=501)

    assert [hit.measured for hit in _hits(entries.far, amount=500)] == ["501 米"]
    assert _hits(entries.far, amount=501) == []


def test_a_share_of_answers_given_at_once_trips(part: Inspection) -> None:
    total = Answer.objects.filter(inspection=part, is_current=True).count()
    Answer.objects.filter(inspection=part).update(is_batch=True)

    assert [hit.measured for hit in _hits(entries.batch, amount=80)] == [f"{total} / {total} 项（100%）"]
    assert _hits(entries.batch, amount=100) == []


def test_an_entry_without_an_approved_form_trips(people: Cast) -> None:
    offer = scenes.settled(people)
    part = visit_scenes.submitted(people, visit_scenes.dispatched(people), SHORT)
    Visit.objects.update(offer=offer)

    assert [hit.rows[0].subject for hit in _hits(entries.no_approval, amount=1)] == [str(part.pk)]

    offer.parts.filter(department__short_name=SHORT).update(state="approved", decided_at=AT)
    assert _hits(entries.no_approval, amount=1) == []


def _again(part: Inspection, *, days: int, number: str) -> Inspection:
    """Copy a part to another visit of the same team to the same target."""
    visit = Visit.objects.get(pk=part.visit_id)
    members = list(part.members.all())
    visit.pk, visit.number, visit.draw_id = None, number, None
    visit.starts_at, visit.ends_at = visit.starts_at + timedelta(days=days), visit.ends_at + timedelta(days=days)
    visit.save(force_insert=True)
    copy = Inspection.objects.get(pk=part.pk)
    copy.pk, copy.visit = None, visit
    copy.entered_at = visit.starts_at
    copy.submitted_at = visit.starts_at + timedelta(minutes=40)
    copy.save(force_insert=True)
    for member in members:
        member.pk, member.inspection = None, copy
        member.save(force_insert=True)
    return copy


def test_the_same_officer_at_the_same_target_three_times_without_a_problem_trips(part: Inspection) -> None:
    _again(part, days=3, number="V2")
    assert _hits(patterns.same_pair, amount=3) == []

    _again(part, days=6, number="V3")

    hits = _hits(patterns.same_pair, amount=3)
    assert len(hits) == part.members.count()
    assert {len(hit.rows) for hit in hits} == {3}


def test_a_problem_in_between_breaks_the_streak(part: Inspection) -> None:
    _again(part, days=3, number="V2")
    _again(part, days=6, number="V3")
    Answer.objects.filter(pk=Answer.objects.filter(inspection=part).first().pk).update(answer="problem")  # type: ignore[union-attr]  # the part has answers

    assert _hits(patterns.same_pair, amount=3) == []


def test_a_target_entered_again_within_the_days_trips_once_for_each_return(part: Inspection) -> None:
    second = _again(part, days=5, number="V2")

    (hit,) = _hits(patterns.repeated_target, amount=2)

    assert (hit.key, hit.measured) == (str(second.visit_id), "2 次")
    assert all(first.label != then.label for first, then in pairwise(hit.rows))


def test_offers_without_an_answer_are_counted_by_department(people: Cast) -> None:
    offer = scenes.sent(people)
    OfferReply.objects.filter(offer=offer, department__short_name="市消防支队").update(state="expired", due_at=AT)

    (hit,) = _hits(terms.unanswered, amount=1)

    assert hit.department_id == people.departments["市消防支队"].pk
    assert hit.rows[0].url == f"/offers/{offer.pk}"
    assert _hits(terms.unanswered, amount=2) == []


def test_a_publication_past_its_term_trips(people: Cast) -> None:
    term = deadlines.open_deadline(
        key="publication.release",
        subject_type="publication",
        subject="x",
        department_id=people.departments[SHORT].pk,
        sentence="公示结果",
        at=AT,
    )

    assert _hits(terms.late_publication, amount=1, at=term.due_at + timedelta(hours=20)) == []
    (hit,) = _hits(terms.late_publication, amount=1, at=term.due_at + timedelta(days=2, hours=1))
    assert hit.measured == "逾期 2 日"


@pytest.mark.requirement("R148")
def test_an_answer_past_its_term_trips_for_proofs_and_for_requests(people: Cast) -> None:
    proof = finding_scenes.proved(people)
    request = voice_scenes.asked(people)
    much_later = AT + timedelta(days=60)

    hits = _hits(terms.late_answer, amount=1, at=much_later)

    assert {row.subject for hit in hits for row in hit.rows} == {str(proof.pk), str(request.pk)}
    requests.answer(request=request, words="已核实", actor=people.actor("林局"), at=AT)
    assert {row.subject for hit in _hits(terms.late_answer, amount=1, at=much_later) for row in hit.rows} == {
        str(proof.pk)
    }


def test_a_correction_past_its_date_trips_until_it_is_closed(people: Cast) -> None:
    finding = finding_scenes.ordered(people)
    order = CorrectionOrder.objects.get(finding=finding)
    at = AT.replace(year=2026, month=12, day=20)

    (hit,) = _hits(terms.late_correction, amount=3, at=at)
    assert (hit.key, hit.measured) == (str(order.pk), f"逾期 {(date(2026, 12, 20) - order.due_on).days} 日")

    type(finding).objects.update(state="closed")
    assert _hits(terms.late_correction, amount=3, at=at) == []


def test_a_correction_whose_term_stands_still_is_not_late_and_after_it_the_pause_counts(people: Cast) -> None:
    finding = finding_scenes.ordered(people)
    term = Deadline.objects.get(subject_type="finding", subject=str(finding.pk), rule_version__rule_id=terms.CORRECTION)
    head, at = people.actor("林局"), AT.replace(year=2026, month=12, day=20)
    assert len(_hits(terms.late_correction, amount=3, at=at)) == 1
    deadlines.pause(deadline=term, reason="检测", actor=head, at=AT + timedelta(days=5))

    assert _hits(terms.late_correction, amount=3, at=at) == []

    deadlines.resume(deadline=term, actor=head, at=AT + timedelta(days=35))
    assert _hits(terms.late_correction, amount=3, at=at) == []
    assert len(_hits(terms.late_correction, amount=3, at=at + timedelta(days=35))) == 1


def test_draws_declared_void_are_counted_by_organiser(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    type(draw).objects.update(state="void", voided_at=AT)
    assert _hits(terms.void_draws, amount=1) == [], "one that was cancelled before its commitment is no void draw"

    type(draw).objects.update(committed_at=AT)

    assert [hit.department_id for hit in _hits(terms.void_draws, amount=1)] == [draw.organiser_id]
