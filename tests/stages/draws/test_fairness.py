"""The statistics over all draws: counted when a draw becomes public, kept, rebuilt, and silent about what is sealed."""

import json

import pytest

from onevisit.core.draw import forms
from onevisit.core.fairness import report
from onevisit.core.fairness.groups import parse_groups
from onevisit.stages.draws import fairness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawStatistics
from onevisit.stages.draws.public import open_files
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.jobs import services as jobs
from tests import draw_scenes, fair_stored, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import T0, Log

pytestmark = pytest.mark.django_db


def _report() -> dict[str, object]:
    return json.loads(fairness.report_file() or b"{}")  # type: ignore[no-any-return]


def test_before_any_draw_the_report_is_empty() -> None:
    assert fairness.report_file() is None

    fairness.refresh(at=AT)

    assert _report()["draws"] == []
    assert fairness.waiting() == []


@pytest.mark.requirement("R149")
def test_a_sealed_draw_is_counted_only_when_it_opens(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    drawn = {
        one.object_id
        for stratum in forms.parse_receipt(data=bytes(draw.receipt or b"")).results[0].result.items[0].strata
        for one in stratum.selected
    }
    jobs.run_now(at=T0)

    assert [(one.number, one.drawn_count) for one in fairness.waiting()] == [(draw.number, len(drawn))]
    assert _report()["draws"] == []
    assert not any(object_id.encode() in (fairness.report_file() or b"") for object_id in drawn)

    log.step()
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    jobs.run_now(at=T0)

    (counted,) = _report()["draws"]  # type: ignore[misc]
    assert (counted["draw"], counted["drawn"]) == (draw.number, len(drawn))
    assert fairness.waiting() == []
    assert sum(cell[1] for cells in counted["tables"]["district"].values() for cell in cells) == len(drawn)


def test_officers_are_counted_by_who_they_are_for_the_house_alone(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    log.step()
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)

    fairness.refresh(at=T0)

    found = fairness.people()
    assert found is not None
    known = {str(pk) for short in scenes.CLERKS for pk in scenes.inspector_ids(people, short)}
    assert {pk for row in found["pairs"] for pk in row["inspectors"]} <= known
    assert found["pairs"][0]["times"] >= 1
    assert not any(pk.encode() in (fairness.report_file() or b"") for pk in known)


def test_a_second_look_changes_nothing_and_a_rebuild_gives_the_same_bytes(people: Cast) -> None:
    fair_stored.several(people)
    assert fairness.refresh(at=AT)
    first = fairness.report_file()

    assert not fairness.refresh(at=AT)
    fairness.rebuild(at=AT)

    assert fairness.report_file() == first
    assert DrawStatistics.objects.count() == 4


def test_a_new_version_of_the_formulas_writes_the_report_anew(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    fair_stored.several(people)
    with monkeypatch.context() as older:
        older.setattr(report, "VERSION", "fairness1")
        fairness.refresh(at=AT)
    assert _report()["v"] == "fairness1"
    kept = set(DrawStatistics.objects.values_list("pk", flat=True))

    assert fairness.refresh(at=AT)

    assert _report()["v"] == report.VERSION
    assert set(DrawStatistics.objects.values_list("pk", flat=True)) == kept


def test_only_a_new_draw_is_counted_anew(people: Cast) -> None:
    fair_stored.several(people)
    fairness.refresh(at=AT)
    kept = set(DrawStatistics.objects.values_list("pk", flat=True))

    fair_stored.opened(people, number="350200-2026-0005", day="2026-11-20")
    fairness.refresh(at=AT)

    assert kept < set(DrawStatistics.objects.values_list("pk", flat=True))
    assert len(_report()["draws"]) == 5  # type: ignore[arg-type]


def test_a_draw_that_is_given_up_is_forgotten(people: Cast) -> None:
    fair_stored.register()
    draw = fair_stored.opened(people, number="350200-2026-0001", day="2026-11-10")
    fairness.refresh(at=AT)
    assert len(_report()["draws"]) == 1  # type: ignore[arg-type]

    Draw.objects.filter(pk=draw.pk).update(state="void")
    fairness.refresh(at=AT)

    assert _report()["draws"] == []
    assert not DrawStatistics.objects.exists()


def test_tables_add_up_over_draws_and_fair_draws_are_called_fair(people: Cast) -> None:
    fair_stored.several(people)
    fairness.refresh(at=AT)

    tables = _report()["tables"]

    for name in ("district", "street", "kind", "size", "station", "position"):
        table = tables[name]  # type: ignore[index]
        assert sum(row["frame"] for row in table["rows"]) == 800, name
        assert sum(row["drawn"] for row in table["rows"]) == 160, name
        assert table["test"]["method"] == "cmh", name
        assert table["test"]["p"] > 0.001, name
    assert [row["group"] for row in tables["district"]["rows"]] == ["350203", "350206", "350211"]  # type: ignore[index]


def test_repeats_within_twelve_months_stand_beside_the_expectation(people: Cast) -> None:
    fair_stored.several(people)
    fairness.refresh(at=AT)

    found = _report()["repeats"]

    assert sum(row["observed"] for row in found["rows"]) == 200  # type: ignore[index]
    assert sum(row["times"] * row["observed"] for row in found["rows"]) == 160  # type: ignore[index]
    # Four draws of one fifth each: 1 - 0.8^4 - 4 (0.2) (0.8^3) of two hundred.
    assert found["expected"] == pytest.approx(200 * (1 - 0.8**4 - 4 * 0.2 * 0.8**3), abs=1e-5)  # type: ignore[index]


def test_the_same_people_over_several_draws_are_put_together(people: Cast) -> None:
    scenes.ready(people)
    fair_stored.several(people)
    fairness.refresh(at=AT)

    found = fairness.people()

    assert found is not None
    assert len(found["draws"]) == 4
    assert found["inspectors"] == 6
    # Forty visits of two a draw, fifteen pairs: 40 / 15 a draw, four draws.
    assert found["pairs"][0]["expected"] == pytest.approx(4 * 40 / 15, abs=1e-5)
    assert found["expected"] > 0
    assert found["observed"] == sum(len(row["draws"]) * (len(row["draws"]) - 1) // 2 for row in found["returns"])


def test_groups_name_every_object_of_the_frame(people: Cast) -> None:
    (draw, *_others) = fair_stored.several(people)
    assert open_files.file_of(number=draw.number, name="groups.txt") is None
    fairness.refresh(at=AT)

    groups = parse_groups(data=open_files.file_of(number=draw.number, name="groups.txt") or b"")

    assert len(groups) == 200
    assert groups["91350200FAIR000001"] == ("350206", "第1街道", "company", "M", "第1所")
