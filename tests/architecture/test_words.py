"""The glossary decides on names; nothing is promised in comments; no path of a machine stands in the repository."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
_PROMISES = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_PLACES = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/[\w.-]+")
_OURSELVES = "tests/architecture/test_words.py"


def _tracked() -> list[Path]:
    """Return the text files that git keeps or would keep; a wheel or an archive has no git and is not tested so."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("no git here")
    suffixes = {".py", ".md", ".toml", ".sh", ".html", ".js", ".mjs", ".ts", ".vue", ".css", ".yml", ".json", ".txt"}
    names = [name for name in done.stdout.splitlines() if name != _OURSELVES]
    return [ROOT / name for name in names if Path(name).suffix in suffixes and (ROOT / name).is_file()]


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _tracked()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_every_model_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("onevisit.")}

    assert sorted(name for name in ours if f"`{name}`" not in glossary) == []


def test_nothing_is_promised_in_comments() -> None:
    assert _found(_PROMISES) == []


def test_no_path_of_a_machine_is_kept() -> None:
    assert _found(_PLACES) == []
