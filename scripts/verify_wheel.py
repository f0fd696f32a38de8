"""Builds the distribution `onevisit-verify`: the core and the verifier of this tree, without Django and the rest.

    python scripts/verify_wheel.py dist

It is made from a copy of the two packages, so that nothing else of the tree can slip in.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("core", "verifier")
NEEDED = ("py-arkworks-bls12381",)
PROJECT = """\
[build-system]
requires = ["setuptools>=80"]
build-backend = "setuptools.build_meta"

[project]
name = "onevisit-verify"
version = "{version}"
description = "Checks a random draw of inspections (protocol srd1) from its public files, without trusting who made it."
readme = "README.md"
requires-python = ">=3.11"
license = "Apache-2.0"
dependencies = [{dependencies}]

[project.scripts]
onevisit-verify = "onevisit.verifier.command:main"

[tool.setuptools.packages.find]
include = ["onevisit*"]
"""


def main(target: Path) -> int:
    """Build the wheel into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        _copy(tree)
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target.resolve())]
        return subprocess.run([*command, str(tree)], check=False).returncode


def _copy(tree: Path) -> None:
    source = ROOT / "onevisit"
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source / package, tree / "onevisit" / package, ignore=ignored)
    shutil.copy(source / "__init__.py", tree / "onevisit")
    shutil.copy(source / "verifier" / "README.md", tree / "README.md")
    shutil.copy(ROOT / "LICENSE", tree)
    text = PROJECT.format(version=_version(), dependencies=", ".join(f'"{line}"' for line in _dependencies()))
    (tree / "pyproject.toml").write_text(text, encoding="utf-8")


def _dependencies() -> list[str]:
    """Take the one library of the core with the bounds that the product has."""
    lines = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip().startswith(NEEDED)]


def _version() -> str:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
