"""未能检查 as a way out: the own department says that a friend's premises are closed, and no second organ is asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from onevisit.stages.draws import documents
from onevisit.stages.draws.models import Draw
from onevisit.stages.registers.models import InspectionTarget
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.stages.visits.selectors import spared
from tests import draw_scenes
from tests.cast import Cast
from tests.stages.draws.test_returning import BEFORE, _older

pytestmark = pytest.mark.django_db


def _drawn_before(people: Cast, **parts: str) -> tuple[Draw, Draw, InspectionTarget]:
    """Let an older draw of the template have drawn a target whose visit is over; `parts`: reasons, "" for inspected."""
    draw = draw_scenes.committed_keys(people)
    target = InspectionTarget.objects.get(pk=documents.ground_of(draw).rows[0].target_id)
    older = _older(draw)
    made: dict[str, Any] = {"target": target, "draw": older, "offer": older.offer, "title": "上次的检查"}
    times = {"starts_at": BEFORE, "ends_at": BEFORE + timedelta(hours=2), "created_at": BEFORE, "closed_at": BEFORE}
    visit = Visit.objects.create(number="350200-YC-2025-0001", state="closed", **made, **times)
    for short, reason in parts.items():
        Inspection.objects.create(
            visit=visit, department=people.departments[short], state="reviewed", unable_reason=reason
        )
    return draw, older, target


@pytest.mark.parametrize("reason", spared.SPARING)
def test_who_was_said_to_be_closed_or_gone_must_come_back_in_the_next_draw(people: Cast, reason: str) -> None:
    draw, older, target = _drawn_before(people, 市商务局=reason)

    (due,) = documents.ground_of(draw).due
    assert (due.object_id, due.draw) == (target.object_id, older.number)


@pytest.mark.parametrize(
    "parts",
    [{"市商务局": "refused"}, {"市商务局": "closed", "市市监局": ""}],
    ids=["a refusal has its own follow-up", "somebody inspected"],
)
def test_who_was_inspected_or_refused_does_not_come_back_for_that(people: Cast, parts: dict[str, str]) -> None:
    draw, _older_draw, _target = _drawn_before(people, **parts)

    assert documents.ground_of(draw).due == ()


def test_how_often_nobody_inspected_is_published_of_each_organiser_and_draw(people: Cast, client: Client) -> None:
    _draw, older, _target = _drawn_before(people, 市商务局="not_found")
    Draw.objects.filter(pk=older.pk).update(commitment_entry=older.pk, manifest=b'{"items":[],"sources":[],"prev":""}')

    assert spared.outcome_of(older.number) == spared.Outcome(inspected=0, unable=1, waiting=0)
    assert spared.unable_by_organiser(Draw.objects.filter(state="opened")) == {older.organiser.code: 1}
    page = client.get("/open/draws/figures").content.decode()
    assert '<td class="is-number" data-label="未能检查"><div>1</div></td>' in page
