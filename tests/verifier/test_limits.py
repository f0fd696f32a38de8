"""Input above its limits is refused within 256 MB: a bomb in an archive, one endless line, JSON nested too deep."""

import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

MEMORY = 256 * 1024 * 1024
HUGE = 2 * 1024**3


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with as much memory as is allowed; without the limit it would be no test."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    command = [sys.executable, "-m", "onevisit.verifier", "verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited, timeout=60)


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
    path.write_bytes(b'{"a":' * 5_000_000)

    run = _run(str(path))

    assert (run.returncode, run.stdout.split(":")[0]) == (1, "V0 failed E_JSON")
