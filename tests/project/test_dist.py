"""`make dist`: one wheel holds everything, and an installation from it knows that it is whole."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.project.launcher.copies import environment

ROOT = Path(__file__).resolve().parents[2]
FIELD = "onevisit/web/field/static/field/app/index.html"
DESK = "onevisit/web/ui/static/vendor/tabler.min.css"
pytestmark = [
    pytest.mark.xdist_group("launcher"),
    pytest.mark.skipif(
        not ((ROOT / FIELD).exists() and (ROOT / DESK).exists()), reason="the screens are not built: make setup"
    ),
]


def _run(*command: str | Path, cwd: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env or None, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tree, so that nothing is left beside the sources."""
    folder = tmp_path_factory.mktemp("dist")
    tree = folder / "tree"
    tree.mkdir()
    names = ("onevisit", "pyproject.toml", "README.md", "LICENSE", "requirements")
    assert _run("cp", "-r", *(ROOT / name for name in names), tree, cwd=ROOT).returncode == 0
    done = _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, tree, cwd=folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(folder.glob("onevisit-*.whl"))


def test_the_wheel_holds_the_screens_the_packs_the_templates_and_no_test(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert FIELD in names
    assert DESK in names
    assert "onevisit/demo/xiamen/pack.toml" in names
    assert "onevisit/web/ui/templates/ui/base.html" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))]


def test_every_file_of_the_package_that_is_no_code_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "onevisit").rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and "__pycache__" not in path.parts
    }

    assert ours - names == set(), "add their suffix to package-data in pyproject.toml"


def test_an_installation_from_the_wheel_is_well(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    # Its dependencies are those of this environment: a test installs nothing from a registry.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    env = environment(tmp_path / "var", 8000)
    env.pop("PYTHONPATH")

    done = _run(home / "bin" / "python", "-m", "onevisit", "doctor", cwd=tmp_path, **env)

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "this installation is well"
    assert "the field app: built in" in done.stdout
    assert "phones need HTTPS" in done.stdout
