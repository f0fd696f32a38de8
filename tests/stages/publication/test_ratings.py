"""Ratings: one per code, nothing that leads back to who gave it, sums only in full batches."""

import json

import pytest

from onevisit.stages.publication import ratings
from onevisit.stages.publication.ratings import Given
from onevisit.stages.publication.request_models import Rating, RatingOpinion, SpentRating
from onevisit.stages.publication.requests import RequestRefused
from onevisit.stages.visits.models import Visit
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import Department
from onevisit.support.ledger.models import LedgerEntry
from tests import voice_scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
GIVEN = Given(stars=4, showed_code=True, done_at_once=True, made_demands=False, words="态度好")


def _give(visit: Visit, code: str, given: Given = GIVEN) -> None:
    ratings.give(code=code, visit_id=visit.pk, key_id=voice_scenes.key_id(visit), given=given, at=AT)


def _count() -> int:
    (found,) = ratings.sums(Department.objects.filter(short_name="市商务局"), at=AT)
    return found.count


def test_a_code_rates_once(people: Cast) -> None:
    visit = scene.visit(people)
    _give(visit, "C1")

    assert ratings.has_rated("C1")
    assert not ratings.has_rated("C2")
    with pytest.raises(RequestRefused, match="已经评价过"):
        _give(visit, "C1")
    assert Rating.objects.count() == len(scene.DEPARTMENTS)


def test_nothing_of_a_rating_leads_to_its_code_its_visit_or_its_hour(people: Cast) -> None:
    visit = scene.visit(people)
    _give(visit, "SECRETCODE1")

    entry = LedgerEntry.objects.get(event="rating.given")
    payload = json.loads(bytes(entry.payload))
    assert (entry.subject, entry.related, entry.actor) == ("2026-11", [], "public")
    assert not {"stars", "words_sha256", "code", "visit", "department"} & payload.keys()
    names = {field.name for model in (Rating, RatingOpinion, SpentRating) for field in model._meta.fields}
    assert not {"visit", "code", "at", "created_at", "target"} & names
    for row in (*Rating.objects.values(), *RatingOpinion.objects.values(), *SpentRating.objects.values()):
        said = str(row)
        assert "SECRETCODE1" not in said
        assert str(visit.pk) not in said


def test_sums_come_in_full_batches_so_that_no_difference_is_one_answer(people: Cast) -> None:
    visit = scene.visit(people)
    counts = []
    for number in range(11):
        _give(visit, f"C{number}")
        counts.append(_count())

    assert counts == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]


def test_stars_are_one_to_five(people: Cast) -> None:
    visit = scene.visit(people)

    with pytest.raises(RequestRefused):
        _give(visit, "C1", Given(stars=6, showed_code=True, done_at_once=True, made_demands=True))
    assert not ratings.has_rated("C1")


def test_words_are_for_the_supervisor_alone_and_each_reading_is_an_entry(people: Cast) -> None:
    _give(scene.visit(people), "C1")

    for name in ("林局", "陈", "陈处"):
        with pytest.raises(MayNot):
            ratings.opinions(actor=people.actor(name), at=AT)
    ((opinion, names),) = ratings.opinions(actor=people.actor("司"), at=AT)
    assert (opinion.words, names) == ("态度好", "、".join(names.split("、")))
    assert LedgerEntry.objects.filter(event="record.read").count() == 1
