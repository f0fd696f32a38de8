"""The command line: sections, unknown words, and an outside part that never loads Django."""

import subprocess
import sys
from pathlib import Path

import pytest

from onevisit import __version__
from onevisit.project import cli

ROOT = Path(__file__).resolve().parents[2]
_OUTSIDE = [command.name for command in cli.SECTIONS[-1][1]]
_LOADS = """
import sys
from onevisit.project.cli import main
try:
    main([sys.argv[1], "--help"])
except SystemExit:
    pass
loaded = {name.split(".")[0] for name in sys.modules} & {"django", "psycopg", "procrastinate", "structlog"}
print("loaded:", *sorted(loaded))
"""


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=180)


def test_help_lists_every_command_in_sections(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["help"]) == 0

    said = capsys.readouterr().out
    assert [word for word in ("run:", "operate:", "check from outside") if word in said] == [
        "run:",
        "operate:",
        "check from outside",
    ]
    assert all(f"  {name} " in said for name in cli.COMMANDS)


def test_every_command_can_be_asked_for_help() -> None:
    for name in cli.COMMANDS:
        if name in {"manage", "ledger"}:
            continue  # these hand everything to a management command
        done = _run("-m", "onevisit", name, "--help")

        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("usage: onevisit"), name


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inspect"]) == 2

    assert "no command 'inspect'" in capsys.readouterr().err


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0

    assert capsys.readouterr().out.strip() == f"onevisit {__version__}"
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("name", _OUTSIDE)
def test_what_outsiders_run_never_loads_django(name: str) -> None:
    done = _run("-c", _LOADS, name)

    assert done.stdout.splitlines()[-1] == "loaded:", done.stderr


def test_python_dash_m_is_the_same_command() -> None:
    assert _run("-m", "onevisit", "help").stdout.strip() == cli.usage()
