"""The command that `make` puts beside its Python: the documents' lines run in any folder."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_of_the_tree_runs_in_a_folder_of_its_own(tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "bin", tmp_path / "downloads"
    elsewhere.mkdir()
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
