"""The browser's verifier agrees with the public vectors: its own tests, run by node."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def _node() -> str:
    bundled = Path(sys.prefix) / "node" / "bin" / "node"
    found = str(bundled) if bundled.exists() else shutil.which("node")
    assert found, "no node: run `make setup`"
    return found


@pytest.mark.requirement("R149")
def test_the_browser_recomputes_every_draw_of_the_vectors_and_refuses_every_mutation() -> None:
    tests = ROOT / "tests" / "web" / "portal" / "verify.test.mjs"

    run = subprocess.run(
        [_node(), "--test", "--test-reporter=tap", str(tests)], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout[-3000:]
    assert "# fail 0" in run.stdout
