"""A visit to come is told in the target's archive, a sealed one only when its address is open."""

from datetime import timedelta

import pytest

from onevisit.stages.visits.selectors import planned
from tests import visit_scenes
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


def test_a_visit_to_come_names_its_departments_and_day(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)

    coming = planned.planned_for(visit.target_id, at=AT)

    assert [found.visit_id for found in coming] == [visit.pk]
    assert set(coming[0].departments) == set(visit_scenes.DEPARTMENTS)
    assert coming[0].starts_at == visit.starts_at


def test_a_sealed_visit_is_not_told_before_its_address_opens(people: Cast) -> None:
    visit = visit_scenes.dispatched(people, mode="sealed")
    assert visit.address_opens_at is not None

    before = planned.planned_for(visit.target_id, at=visit.address_opens_at - timedelta(minutes=1))
    after = planned.planned_for(visit.target_id, at=visit.address_opens_at + timedelta(minutes=1))

    assert before == []
    assert len(after) == 1
