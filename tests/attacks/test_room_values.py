"""Attacks on the digits that people make in the room: chosen when the keys are in the table, or the beacon is known."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import bundle
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, SourceValue
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import drawing
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from onevisit.verifier.verify_command import verify_command
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight import services as oversight
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, T0, Log

CHOSEN = "111111111111"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _change(draw: Draw, digits: str, *, round_number: int = 0) -> None:
    """Change the digits in the table, as an insider with the database can."""
    row = SourceValue.objects.get(draw=draw, round_number=round_number, value__type="ceremony")
    SourceValue.objects.filter(pk=row.pk).update(value={**row.value, "digits": digits})


def _told(client: Client, draw: Draw, folder: Path) -> Path:
    """Download the bundle of a draw."""
    path = folder / "bundle.zip"
    path.write_bytes(client.get(f"/open/draws/{draw.number}/bundle.zip").content)
    return path


def _opened(draw: Draw, log: Log) -> Draw:
    log.step()
    opened = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    return opened


def test_digits_changed_in_the_table_once_the_keys_are_there_stop_the_draw_and_raise_an_alert(
    people: Cast, log: Log
) -> None:
    draw = draw_scenes.keyed(people, log)
    _change(draw, CHOSEN)

    for _try in range(2):
        with pytest.raises(DrawRefused, match="现场取值与交出密钥前登记的指纹不符") as refused:
            draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
        assert refused.value.code == "source_differs"

    draw.refresh_from_db()
    assert (draw.state, draw.receipt) == ("keyed", None)
    assert LedgerEntry.objects.get(event="draw.source_differs").is_public
    raised = oversight.look(actor=SYSTEM, at=T0, keys=rulebook.OF_MINUTES)
    assert [(alert.rule_id, alert.department_id) for alert in raised] == [("alert.source_differs", draw.organiser_id)]
    _change(draw, DIGITS)
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0).state == "sealed"


def test_a_draw_made_with_other_digits_past_the_service_is_refused_by_who_has_its_bundle(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    draw = draw_scenes.keyed(people, log)
    _change(draw, CHOSEN)
    monkeypatch.setattr(drawing, "must_be_as_logged", _nothing)
    path = _told(client, _opened(draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0), log), tmp_path)

    assert verify_command(["--bundle", str(path)]) == 1

    said = capsys.readouterr()
    assert "REFUSED E_MISMATCH: digest of the entry" in said.err
    assert "V7 ok" in said.out, "every other check holds"
    kept = bundle.read_bundle(data=path.read_bytes())
    del kept["sourced.tlog-proof"], kept["SHA256SUMS"], kept["FIELDS"]
    path.write_bytes(bundle.write_bundle(files=kept))
    verify_command(["--bundle", str(path)])
    assert "sourced.tlog-proof not shown: an older bundle" in capsys.readouterr().out, "never silently good"


def _nothing(*_given: object, **_named: object) -> None:
    """Check nothing, as the own code of an insider does."""
