"""The commit that a manifest names is the one that stands in the working copy, however git keeps it."""

import subprocess
from pathlib import Path

import pytest

from onevisit.stages.draws.computing import software


def _git(folder: Path, *words: str) -> str:
    said = subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.strip()


@pytest.mark.parametrize("kept", ["loose", "packed", "detached", "worktree"])
def test_the_commit_is_read_however_git_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str) -> None:
    place = tmp_path / "copy"
    place.mkdir()
    _git(place, "init", "-q", "-b", "main")
    _git(place, "commit", "-q", "--allow-empty", "-m", "first")
    commit = _git(place, "rev-parse", "HEAD")
    if kept == "packed":
        _git(place, "pack-refs", "--all")
        assert not (place / ".git" / "refs" / "heads" / "main").exists()
    elif kept == "detached":
        _git(place, "checkout", "-q", "--detach")
    elif kept == "worktree":
        _git(place, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
        place = tmp_path / "side"
    monkeypatch.setattr(software, "_PACKAGE", place / "onevisit")

    assert software._commit() == commit


def test_a_program_without_a_working_copy_names_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "_PACKAGE", tmp_path / "onevisit")

    assert software._commit() == "0" * 40


def test_a_wheel_names_the_commit_that_was_written_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "_PACKAGE", tmp_path)
    (tmp_path / "commit.txt").write_text("ab" * 20 + "\n")

    assert software._commit() == "ab" * 20
