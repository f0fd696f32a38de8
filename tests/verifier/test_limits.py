"""Input above its limits is refused within 256 MB: a bomb in an archive, one endless line, JSON nested too deep."""

import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from onevisit.core import canonical
from tests.core.draw.vectors import PLAIN, files_of, frames_of, receipt_of

MEMORY = 256 * 1024 * 1024
HUGE = 2 * 1024**3


def _run(*arguments: str, command: str = "verify") -> "subprocess.CompletedProcess[str]":
    """Run the command with as much memory as is allowed; without the limit it would be no test."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    whole = [sys.executable, "-m", "onevisit.verifier", *command.split(), *arguments]
    return subprocess.run(whole, capture_output=True, text=True, check=False, preexec_fn=limited, timeout=180)


def _sparse(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(HUGE)
    return path


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("A01.txt", "w") as file:
        for _ in range(300):
            file.write(b"0" * (1 << 20))

    run = _run("--bundle", str(path))

    assert (run.returncode, run.stderr.split(":")[0]) == (1, "REFUSED E_RANGE")


@pytest.mark.parametrize("option", ["receipt", "--register", "--bundle"])
def test_a_file_of_2_gb_in_one_line_is_refused(tmp_path: Path, option: str) -> None:
    path = str(_sparse(tmp_path / "receipt.json"))

    run = _run(*([path] if option == "receipt" else [option, path]))

    assert run.returncode == 1
    assert "E_RANGE: receipt.json has more than" in run.stdout + run.stderr


def test_json_nested_too_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    path.write_bytes(b'{"a":' * 3_000_000)

    run = _run(str(path))

    assert (run.returncode, run.stdout.split(":")[0]) == (1, "V0 failed E_JSON")


@pytest.mark.parametrize(
    ("command", "start", "piece", "end"),
    [
        ("verify", b"[", b"0,", b"0]"),
        ("draw", b"[", b"{},", b"{}]"),
        ("merkle verify-inclusion", b'{"a":[', b'{"b":[]},', b"{}]}"),
    ],
)
def test_a_file_below_the_size_but_with_too_many_values_is_refused(
    tmp_path: Path, command: str, start: bytes, piece: bytes, end: bytes
) -> None:
    path = tmp_path / "receipt.json"
    path.write_bytes(start + piece * (45_000_000 // len(piece)) + end)
    others = ["--frames", str(tmp_path), "--sources", str(path), "--out", str(tmp_path / "out.json")]

    run = _run(*(["--manifest", str(path), *others] if command == "draw" else [str(path)]), command=command)

    assert run.returncode == 1
    assert "E_RANGE: the document holds more than" in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("piece", [b'{"b":{}},', b'"abcdefgh",', b"[[]],"])
def test_a_file_of_just_as_many_values_as_are_allowed_ends_without_a_traceback(tmp_path: Path, piece: bytes) -> None:
    path = tmp_path / "receipt.json"
    each = sum(piece.count(mark) for mark in (b",", b"[", b"{"))
    path.write_bytes(b"[" + piece * (canonical.MOST_VALUES // each - 1) + b"0]")

    run = _run(str(path))

    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout.startswith("V0 failed E_")


def test_an_honest_draw_verifies_within_the_same_memory(tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_bytes(receipt_of(PLAIN))
    for name, data in frames_of(files_of(PLAIN)).items():
        (tmp_path / f"{name}.txt").write_bytes(data)

    run = _run(str(tmp_path / "receipt.json"), "--frames", str(tmp_path))

    assert (run.returncode, run.stderr) == (0, "")
    assert "V4 ok" in run.stdout
