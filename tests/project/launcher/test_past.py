"""The past of the demo city on the terminal: told, left out where one asks for it, never in a start's way."""

import sys
from pathlib import Path

import pytest

from onevisit.project.connections import Connections
from onevisit.project.launcher import past, processes
from onevisit.project.launcher.processes import Place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("ONEVISIT_DEMO_PAST", "ONEVISIT_WITNESSES"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "log").mkdir()
    connections = Connections(owner="", application="")
    return Place(var=tmp_path, host="127.0.0.1", port=1, connections=connections, is_demo=True)


def _runs(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(processes, "manage", lambda *_arguments: [sys.executable, "-c", program])


def test_it_is_played_by_default_and_what_it_tells_is_passed_on(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _runs(monkeypatch, "print('2026-10-23')")
    past.play(place)

    said = capsys.readouterr()
    assert "playing the last weeks of the demo city" in said.out
    assert "2026-10-23" in said.out
    assert not said.err


def test_a_fault_is_told_loudly_and_stops_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _runs(monkeypatch, "import sys; sys.exit('a key does not open its commitment')")
    past.play(place)

    said = capsys.readouterr().err
    assert "COULD NOT BE PLAYED: a key does not open its commitment" in said
    assert "onevisit manage play_past" in said


def test_it_is_left_out_and_the_terminal_says_why(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _runs(monkeypatch, "print('played')")
    monkeypatch.setenv("ONEVISIT_DEMO_PAST", "0")
    past.play(place)

    said = capsys.readouterr().out
    assert "ONEVISIT_DEMO_PAST=0" in said
    assert "played" not in said.replace("playing", "")


def test_with_witnesses_it_is_played_and_the_terminal_says_that_they_did_not_see_it(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _runs(monkeypatch, "print('2026-10-23')")
    monkeypatch.setenv("ONEVISIT_WITNESSES", "2")
    past.play(place)

    said = capsys.readouterr().out
    assert "committed without them" in said
    assert "2026-10-23" in said
