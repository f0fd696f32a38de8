"""From the real draw to the visits, and from the last closed visit back to the opened draw."""

from datetime import timedelta
from pathlib import Path

import pytest

from onevisit.stages.draws.models import Draw
from onevisit.stages.visits import services
from onevisit.stages.visits.models import Inspection, TeamMember, Visit
from onevisit.support.jobs import services as jobs
from onevisit.support.notices.models import Notice
from tests import draw_scenes, visit_scenes
from tests.cast import Cast
from tests.draw_scenes import Log

HEADS = {"市商务局": "林局", "市市监局": "王局", "市应急局": "何局", "市生态局": "苏局", "市消防支队": "周局"}


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def test_the_sealed_draw_sends_its_officers_and_is_opened_by_its_last_closed_visit(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    jobs.run_now(at=draw_scenes.T0)
    jobs.run_now(at=draw_scenes.T0)

    visits = list(Visit.objects.filter(draw=draw))
    targets = set(draw.slots.values_list("target_id", flat=True))
    assert {visit.target_id for visit in visits} == targets
    assert Inspection.objects.filter(visit__draw=draw).count() == 5 * len(targets)
    assert all(visit.address_opens_at for visit in visits)
    drawn = set(draw.slots.values_list("inspector__officer_id", flat=True))
    assert set(TeamMember.objects.values_list("inspector__officer_id", flat=True)) == drawn
    assert set(Notice.objects.filter(kind="visit").values_list("officer_id", flat=True)) == drawn
    assert not Inspection.objects.filter(checklist__items=[]).exists()

    for visit in visits:
        for short, head in HEADS.items():
            part = visit_scenes.part(visit, short)
            leader = part.members.get(is_leader=True).inspector.officer.name
            phone = visit_scenes.phone(people, visit, short, name=leader)
            phone.send("unable", {"reason": "closed", "note": "大门紧闭"})
            services.mark_reviewed(
                inspection=visit_scenes.part(visit, short),
                result_codes=["10"],
                actor=people.actor(head),
                at=visit.ends_at,
            )
    latest = max(visit.ends_at for visit in visits)
    jobs.run_now(at=latest + timedelta(minutes=1))

    assert set(Visit.objects.values_list("state", flat=True)) == {"closed"}
    assert Draw.objects.get(pk=draw.pk).state == "opened"
