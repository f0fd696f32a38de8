"""A reviewed inspection stands in the archive of its target, once, and several departments' day is one visit."""

import pytest

from onevisit.stages.registers import selectors as registers
from onevisit.stages.registers.models import FormerInspection
from onevisit.stages.visits import archiving, services
from onevisit.stages.visits.models import Visit
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


def _reviewed(people: Cast, short: str, head: str, *, visit: Visit) -> LedgerEntry:
    inspection = visit_scenes.submitted(people, visit, short)
    services.mark_reviewed(inspection=inspection, result_codes=["1"], actor=people.actor(head), at=AT)
    return LedgerEntry.objects.get(event="inspection.reviewed", subject=str(inspection.pk))


def test_reviewed_parts_of_one_day_are_one_visit_of_the_year(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    for short, head in (("市商务局", "林局"), ("市市监局", "王局")):
        entry = _reviewed(people, short, head, visit=visit)
        for _again in range(2):
            archiving.note_in_archive(entry_id=str(entry.pk), at=AT)

    archive = registers.archive(target=visit.target, on=visit.starts_at.date())

    noted = [found for found in archive.inspections if found.kind == "综合查一次"]
    assert [found.result for found in noted] == ["未发现问题", "未发现问题"]
    assert archive.visits_this_year == len({found.on for found in archive.inspections})


def test_the_archive_knows_who_went(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    entry = _reviewed(people, "市商务局", "林局", visit=visit)

    archiving.note_in_archive(entry_id=str(entry.pk), at=AT)

    noted = FormerInspection.objects.get(target=visit.target, kind="综合查一次")
    part = visit_scenes.part(visit, "市商务局")
    assert set(noted.inspector_ids) == set(part.members.values_list("inspector_id", flat=True))
