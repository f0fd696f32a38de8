"""The statistics from public files: the command, what it refuses, and the program that the recipe prints."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from onevisit.core.draw import bundle
from onevisit.core.fairness.groups import encode_groups
from onevisit.verifier.verify_command import verify_command
from tests import fair_scenes

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "recompute-fairness.md"
ROWS = [(object_id, "AB"[place % 2]) for place, object_id in enumerate(fair_scenes.ids(240))]
PLACES = ("350203", "350206", "350211")


def _files(number: str, *, day: str, whole: int = 0) -> dict[str, bytes]:
    """Draw once; `whole` adds a stratum of so many objects that is drawn whole, all of the first district."""
    t0 = f"{day}T15:00:00+08:00"
    quotas = {"A": 30, "B": 20} | ({"C": whole} if whole else {})
    back = {object_id for object_id, _stratum in ROWS[: 3 * whole : 3]}
    strata = [(object_id, "C" if object_id in back else stratum) for object_id, stratum in ROWS]
    _found, files = fair_scenes.drawn(number, rows=strata, quotas=quotas, t0=t0)
    rows = (
        (object_id, (PLACES[place % 3], "某街道", "company", "S", "某所")) for place, (object_id, _s) in enumerate(ROWS)
    )
    files["groups.txt"] = encode_groups(rows=rows)
    return {name: data for name, data in files.items() if name != "roster.json"}


def _folders(tmp_path: Path) -> list[Path]:
    folders = []
    for number, day, whole in (("2026-X-0001", "2026-03-10", 0), ("2026-X-0002", "2026-09-08", 12)):
        folders.append(tmp_path / number)
        folders[-1].mkdir()
        for name, data in _files(number, day=day, whole=whole).items():
            (folders[-1] / name).write_bytes(data)
    return folders


def test_folders_and_bundles_give_the_same_bytes(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    folders = _folders(tmp_path)
    assert verify_command(["--fairness", *map(str, folders)]) == 0
    first = capfdbinary.readouterr().out
    zips = []
    for folder in folders:
        zips.append(tmp_path / f"{folder.name}.zip")
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        zips[-1].write_bytes(bundle.write_bundle(files=files))

    assert verify_command(["--fairness", *map(str, reversed(zips))]) == 0

    assert capfdbinary.readouterr().out == first
    report = json.loads(first)
    assert report["tables"]["district"]["test"]["degrees"] == 2
    assert report["repeats"]["certain"] == [{"draw": "2026-X-0002", "objects": 12}]


def test_the_program_of_the_recipe_gives_the_same_table(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folders = _folders(tmp_path)
    verify_command(["--fairness", *map(str, folders)])
    table = json.loads(capfdbinary.readouterr().out)["tables"]["district"]
    program = re.search(r"```python\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    assert program is not None
    (tmp_path / "table.py").write_text(program[1], encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, str(tmp_path / "table.py"), *map(str, folders)], capture_output=True, check=True, text=True
    )

    *rows, chi = [line.split() for line in ran.stdout.splitlines()]
    assert table["test"]["method"] == "cmh"
    assert table["test"]["merged"] == []
    assert [(row[0], int(row[1]), int(row[2])) for row in rows] == [
        (row["group"], row["frame"], row["drawn"]) for row in table["rows"]
    ]
    assert [float(row[3]) for row in rows] == pytest.approx([row["expected"] for row in table["rows"]], abs=1e-5)
    assert float(chi[1]) == pytest.approx(table["test"]["statistic"], abs=1e-5)
    assert int(chi[3]) == table["test"]["degrees"]


def test_a_draw_given_twice_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder, _other) = _folders(tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    for path in folder.iterdir():
        (again / path.name).write_bytes(path.read_bytes())

    assert verify_command(["--fairness", str(folder), str(again)]) == 1
    assert "REFUSED E_DUPLICATE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("receipt.json", None, "E_FILE"),
        ("receipt.json", b"{}", "E_"),
        ("A01.txt", None, "E_FRAME_MISSING"),
        ("A01.txt", b"91350200FAIR000001|A\n", "E_MISMATCH"),
        ("groups.txt", b"no separator\n", "E_LINE"),
    ],
)
def test_files_that_do_not_verify_give_no_statistics(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, code: str
) -> None:
    (folder, _other) = _folders(tmp_path)
    if data is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(data)

    assert verify_command(["--fairness", str(folder)]) == 1
    assert f"REFUSED {code}" in capsys.readouterr().err


def test_without_a_file_it_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_command(["--fairness"]) == 2
    assert verify_command(["--fairness", str(tmp_path / "nothing.zip")]) == 1
    assert "REFUSED E_FILE" in capsys.readouterr().err
