"""An import of inspectors and the draws under way: who stands behind a row of a frozen roster stays."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, Pseudonym
from onevisit.stages.draws.pool import behind
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import ImportRun, Inspector
from onevisit.support.identity.models import Officer
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Beacon, Log
from tests.stages.registers import files

SHORT = "市商务局"
Row = dict[str, str]


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _file(people: Cast, *rows: Row, at: datetime = cast.AT) -> ImportRun:
    content = files.inspector_rows(*rows)
    return imports.upload(kind="inspectors", file_name="名录.csv", content=content, actor=people.actor("陈"), at=at)


def _row(inspector: Inspector, *, number: str = "", officer: Officer | None = None) -> Row:
    who = officer or inspector.officer
    return {"人员编号": who.personnel_number, "执法证号": number or inspector.certificate_no}


def _drawable(draw: Draw) -> list[Inspector]:
    rows = Pseudonym.objects.filter(draw=draw, inspector__department__short_name=SHORT)
    return list(Inspector.objects.filter(pk__in=rows.values("inspector_id")).select_related("officer").order_by("pk"))


def _renumbered(inspector: Inspector) -> Officer:
    """Give the person of an entry a second personnel number, as the personnel office does."""
    held = inspector.officer
    return Officer.objects.create(name=held.name, personnel_number="N-0001", department=held.department)


def _people() -> dict[object, object]:
    return dict(Inspector.objects.values_list("pk", "officer_id"))


def test_another_officer_behind_a_row_of_a_frozen_roster_is_refused_and_the_rest_of_the_file_is_written(
    people: Cast, log: Log
) -> None:
    draw = draw_scenes.keyed(people, log)
    first, second = _drawable(draw)[:2]
    other, before = _renumbered(first), _people()

    run = _file(people, _row(first, officer=other), _row(second, number="新证-2"))

    (fault,) = run.errors
    assert (fault["row"], fault["title"], fault["value"]) == (2, "人员编号", "N-0001")
    assert f"抽取 {draw.number} 的名册" in fault["words"]
    assert f"{first.officer.name}（人员编号 {first.officer.personnel_number}）" in fault["words"]
    assert "请剔除本行，其余各行照常导入；抽取公开或作废后再改本行" in fault["words"]
    with pytest.raises(imports.ImportRefused, match="还有 1 行有误"):
        imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)
    run = imports.correct(run=run, cells={}, dropped=[2], actor=people.actor("陈"), at=cast.AT)
    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)
    assert Inspector.objects.get(pk=second.pk).certificate_no == "新证-2"
    assert _people() == before
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0).state == "sealed"
    assert not LedgerEntry.objects.filter(event="draw.officers_differ").exists()


def test_certificates_registered_the_wrong_way_round_are_exchanged_while_a_draw_is_under_way(
    people: Cast, log: Log
) -> None:
    """An entry is its officer's: who is drawn stays who he is, whatever number his certificate has."""
    draw = draw_scenes.keyed(people, log)
    first, second = _drawable(draw)[:2]
    before = _people()

    run = _file(people, _row(first, number=second.certificate_no), _row(second, number=first.certificate_no))
    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)

    assert run.errors == []
    numbers = dict(Inspector.objects.values_list("pk", "certificate_no"))
    assert (numbers[first.pk], numbers[second.pk]) == (second.certificate_no, first.certificate_no)
    assert _people() == before
    assert not behind.have_officers_changed(draw)
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0).state == "sealed"


def _unfreeze(draw: Draw, people: Cast) -> None:
    draws.unfreeze(draw=draw, reason="人员换了编号，改正后重新冻结", actor=people.actor("陈"), at=draw_scenes.FREEZE_AT)


def _cancel(draw: Draw, people: Cast) -> None:
    draws.cancel(draw=draw, reason="人员换了编号，改正后重新抽取", actor=people.actor("陈"), at=draw_scenes.FREEZE_AT)


@pytest.mark.parametrize("let_go", [_unfreeze, _cancel])
def test_a_draw_that_let_go_of_its_roster_keeps_nobody(people: Cast, let_go: Callable[[Draw, Cast], None]) -> None:
    draw = draw_scenes.frozen(people)
    first = _drawable(draw)[0]
    other = _renumbered(first)
    assert _file(people, _row(first, officer=other)).errors
    let_go(draw, people)

    run = _file(people, _row(first, officer=other))
    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)

    assert run.errors == []
    assert Inspector.objects.get(pk=first.pk).officer_id == other.pk


def test_an_open_draw_keeps_its_officers_until_its_visits_must_be_over(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.open_drawn(people, log, Beacon(monkeypatch))
    log.step()
    draws.publish(draw=draw, at=T0)
    draw.refresh_from_db()
    assert draw.state == "opened"
    first = _drawable(draw)[0]
    row = _row(first, officer=_renumbered(first))
    assert draw.offer is not None
    late = cast.AT + timedelta(days=31) + (draw.offer.ends_on - cast.AT.date())

    found = [_file(people, row, at=at).errors for at in (T0, late)]

    assert [len(errors) for errors in found] == [1, 0]
    assert draw.number in found[0][0]["words"]
