"""The command that `make` puts beside its Python: the documents' lines run in any folder."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_of_the_tree_runs_in_any_folder_and_nothing_of_that_folder_with_it(tmp_path: Path) -> None:
    """A bundle that somebody unpacked must not bring a program that says that it holds."""
    target, elsewhere = tmp_path / "bin", tmp_path / "downloads"
    elsewhere.mkdir()
    for name in ("argparse.py", "json.py", "onevisit/__init__.py", "onevisit/__main__.py"):
        (elsewhere / name).parent.mkdir(exist_ok=True)
        (elsewhere / name).write_text("raise SystemExit(0)\n")
    environment = {**os.environ, "PY": sys.executable, "TARGET": str(target)}
    environment.pop("PYTHONPATH", None)
    subprocess.run(["sh", str(ROOT / "scripts" / "command.sh")], env=environment, check=True, timeout=60)

    command = [str(target / "onevisit"), "verify", "receipt.json", "--frames", ".", "--proofs", "."]
    done = subprocess.run(
        command, env=environment, cwd=elsewhere, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert done.stdout == "V0 failed E_FILE: receipt.json cannot be read\n"
    assert done.stderr == ""
