"""`onevisit-verify`: built from this tree, installed where nothing else is, it checks a bundle."""

import subprocess
import sys
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from onevisit.core.draw import bundle
from onevisit.verifier.outcome import UNVERIFIED
from scripts import verify_wheel
from tests.core.draw.vectors import SEALED, files_of, frames_of, receipt_of

NEEDED = ("py_arkworks_bls12381",)


NOTHING_EXCLUDED = "officers infeasible"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built wheel."""
    target = tmp_path_factory.mktemp("dist")
    assert verify_wheel.main(target) == 0
    (found,) = target.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel without network into a new environment that sees the one library of the core alone."""
    home = tmp_path_factory.mktemp("home")
    venv.create(home / "env", with_pip=False)
    python = home / "env" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    libraries = home / "libraries"
    libraries.mkdir()
    for name in NEEDED:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        (libraries / place.name).symlink_to(place)
    (site,) = (home / "env").glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return home / "env" / "bin" / "onevisit-verify"


def test_the_wheel_holds_the_core_and_the_verifier_and_names_one_library(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()

    packages = {"/".join(name.split("/")[:2]) for name in names if name.startswith("onevisit/")}
    assert packages == {"onevisit/__init__.py", "onevisit/core", "onevisit/verifier"}
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    assert [line.split()[1].split(">")[0] for line in needed] == ["py-arkworks-bls12381"]


def test_an_older_bundle_without_lists_of_exclusions_verifies_and_says_what_was_not_checked(
    command: Path, tmp_path: Path
) -> None:
    frames = {f"{item}.txt": data for item, data in frames_of(files_of(SEALED)).items()}
    path = tmp_path / "draw.zip"
    path.write_bytes(bundle.write_bundle(files={"receipt.json": receipt_of(SEALED), **frames}))

    run = subprocess.run([command, "verify", "--bundle", path], capture_output=True, text=True, check=False)

    assert (run.returncode, run.stderr) == (UNVERIFIED, "")
    assert run.stdout.splitlines()[-2:] == [
        "excluded-*.txt not given: the digests of the exclusions are not checked",
        "not verified: V1 skipped; not looked at: V2, sourced.tlog-proof, value-0-1.tlog-proof,"
        " value-0-2.tlog-proof, value-0-3.tlog-proof, key-fire.tlog-proof, key-samr.tlog-proof, excluded-*.txt",
    ]


def test_in_a_new_environment_it_checks_a_bundle_and_names_what_was_changed(command: Path, tmp_path: Path) -> None:
    frames = {f"{item}.txt": data for item, data in frames_of(files_of(NOTHING_EXCLUDED)).items()}
    files = {"receipt.json": receipt_of(NOTHING_EXCLUDED), **frames}
    path = tmp_path / "draw.zip"
    path.write_bytes(bundle.write_bundle(files=files))

    good = subprocess.run([command, "verify", "--bundle", path], capture_output=True, text=True, check=False)

    unpacked = bundle.read_bundle(data=path.read_bytes())
    unpacked["receipt.json"] = unpacked["receipt.json"].replace(b'"plan":"T', b'"plan":"U', 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in unpacked.items():
            archive.writestr(name, data)
    bad = subprocess.run([command, "verify", "--bundle", path], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (UNVERIFIED, "")
    assert "V7 ok" in good.stdout
    assert bad.returncode == 1
    assert bad.stdout.startswith("changed receipt.json /manifest/plan\n")


def test_django_is_not_there_and_not_missed(command: Path) -> None:
    code = "import onevisit.verifier.command, importlib.util as u, sys; sys.exit(u.find_spec('django') is not None)"

    run = subprocess.run([command.with_name("python"), "-c", code], check=False)

    assert run.returncode == 0
