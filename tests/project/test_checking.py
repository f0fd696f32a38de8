"""The nightly check: what it found is a public entry, said on the page of the ledger, and an alert when it differs."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.project import checking, tasks
from onevisit.stages.draws.events import DrawCommitted
from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import services as oversight
from onevisit.watch.oversight.models import Alert
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Log
from tests.support.ledger.conftest import superuser

pytestmark = pytest.mark.django_db
NIGHT = T0 + timedelta(hours=13)


def _look() -> list[Alert]:
    return oversight.look(actor=SYSTEM, at=NIGHT, keys=("alert.ledger_differs",))


def test_a_sound_night_is_said_to_everybody_and_raises_nothing(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path / "keys")
    draw_scenes.sealed(people, log)
    log.step()
    monkeypatch.setattr(clock, "now", lambda: NIGHT)

    tasks.check_ledger(timestamp=0)

    entry = LedgerEntry.objects.get(event="ledger.checked")
    assert entry.is_public
    assert entry.subject == "2026-11-19"
    page = Client().get("/open/ledger").content.decode()
    assert "最近一次夜间复核（2026-11-19 04:00）：复核留痕" in page
    assert "各项记录与留痕一致" in page
    assert _look() == []


def test_a_row_changed_behind_the_screens_is_found_that_night(people: Cast, tmp_path: Path) -> None:
    log = Log(tmp_path / "keys")
    draw_scenes.sealed(people, log)
    log.step()
    with superuser() as execute:
        execute("UPDATE draws_draw SET seal = repeat('0', 64)")

    found = checking.check(at=NIGHT)

    assert (found.faults, found.differences) == (0, 1)
    assert "记录与留痕有 1 处不符" in Client().get("/open/ledger").content.decode()
    (alert,) = _look()
    assert (alert.rule_id, alert.measured) == ("alert.ledger_differs", "1 处")


def test_an_entry_that_was_rewritten_is_found_that_night(people: Cast, tmp_path: Path) -> None:
    log = Log(tmp_path / "keys")
    draw_scenes.sealed(people, log)
    log.step()
    with superuser() as execute:
        execute("UPDATE ledger_words SET actor_name = '别人' WHERE entry_id = (SELECT id FROM ledger_entry LIMIT 1)")

    assert checking.check(at=NIGHT).faults == 1


def _register_fails(words: str, *, at: datetime = NIGHT) -> None:
    found = checking.check(at=at)

    assert found.registers == (words,)
    said = f"抽取登记有 1 份核验不通过（{words}）"
    assert said in Client().get("/open/ledger").content.decode()
    alerts = oversight.look(actor=SYSTEM, at=at, keys=("alert.ledger_differs",))
    assert [alert.measured for alert in alerts] == [f"{found.differences + 1} 处"]


def test_a_second_manifest_under_one_number_is_an_alert_that_night(people: Cast, tmp_path: Path) -> None:
    log = Log(tmp_path / "keys")
    draw = draw_scenes.sealed(people, log)
    event = DrawCommitted(subject=str(draw.pk), draw=draw.number, digest="ab" * 32)
    ledger.append(event, actor=SYSTEM, at=T0)
    log.step()

    _register_fails(f"{draw.organiser.code} R2 E_DUPLICATE")


def test_a_number_that_is_missing_is_an_alert_that_night(people: Cast, tmp_path: Path) -> None:
    Log(tmp_path / "keys")
    draw = draw_scenes.prepared(people)
    Draw.objects.filter(pk=draw.pk).update(number=draw.number[:-4] + "0003")

    _register_fails(f"{draw.organiser.code} R1 E_GAP")


def test_a_commitment_that_came_to_nothing_is_an_alert_once_its_day_is_over(people: Cast, tmp_path: Path) -> None:
    draw = draw_scenes.committed(people, Log(tmp_path / "keys"))

    assert checking.check(at=T0 + timedelta(hours=23)).registers == ()
    _register_fails(f"{draw.organiser.code} R4 E_OUTCOME", at=T0 + timedelta(hours=25))
