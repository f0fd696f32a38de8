"""The import contracts hold, and the core takes nothing from outside but cryptography and one BLS library."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.test_shape import ROOT, modules

ALLOWED = {"cryptography", "py_arkworks_bls12381", "onevisit"}


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.split(".")[0] for name in plain | named}


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stdout[-3000:]


def test_the_core_takes_nothing_else_from_outside() -> None:
    outside = {
        str(path.relative_to(ROOT)): foreign
        for path in modules("onevisit/core")
        if (foreign := _imported(path) - ALLOWED - set(sys.stdlib_module_names))
    }

    assert outside == {}


def test_the_core_reads_no_clock_and_no_chance() -> None:
    forbidden = {"random", "secrets", "uuid", "time", "os", "socket"}
    found = {
        str(path.relative_to(ROOT)): hit for path in modules("onevisit/core") if (hit := _imported(path) & forbidden)
    }

    assert found == {}
