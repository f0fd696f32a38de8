"""The commands `draw` and `verify` over files, with their exit codes and lines."""

import subprocess
import sys
from pathlib import Path

import pytest

from onevisit.verifier.command import main
from tests.core.draw.vectors import DRAWS, PLAIN, REPLACED, SEALED, drawn, files_of, receipt_of

INFEASIBLE = "officers infeasible"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "frames").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", DRAWS)
def test_draw_writes_the_receipt_and_says_its_digest(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["draw", *_options(name, folder)])

    assert code == DRAWS[name]["exit"]
    assert (folder / "receipt.json").read_bytes() == receipt_of(name)
    receipt = DRAWS[name]["receipt"]
    assert capsys.readouterr().out == f"{receipt['manifest']['draw']} {receipt['results'][-1]['digest']}\n"


def test_a_refused_draw_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = _options(PLAIN, folder)
    (folder / "frames" / "A01.txt").unlink()

    code = main(["draw", *options])

    assert code == 1
    assert capsys.readouterr().err.startswith("REFUSED E_FRAME_MISSING: ")
    assert not (folder / "receipt.json").exists()


def test_verify_prints_one_line_per_check_and_then_the_places_of_an_object(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = _written(REPLACED, folder)
    withdrawn = DRAWS[REPLACED]["receipt"]["orders"][0]["order"]["withdrawn"][0]["object"]

    code = main(["verify", str(receipt), "--frames", str(folder / "frames"), "--id", withdrawn])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines[:12]] == [f"V{number}" for number in range(12)]
    assert [line.split()[5] for line in lines[12:-1]] == ["drawn", "drawn", "excluded", "excluded"]
    assert lines[-1].startswith("not verified: V1, V10 skipped; not looked at: V2, ")


def test_verify_stops_at_the_first_failed_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = _written(PLAIN, folder)
    receipt.write_bytes(receipt.read_bytes().replace(b'"cap":4', b'"cap":5', 1))

    code = main(["verify", str(receipt), "--frames", str(folder / "frames")])

    assert code == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("V9 failed E_ROSTER_DIGEST: ")


def test_without_frames_an_object_learns_where_it_would_have_to_be(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["verify", str(_written(SEALED, folder)), "--id", "91350200MA31ABCD0X"])

    *places, last = capsys.readouterr().out.splitlines()[12:]
    assert code == 0
    assert [line.split()[5] for line in places] == ["not-drawn-unless-in", "not-drawn-unless-in"]
    assert last == "not verified: V1, V3, V7 skipped; not looked at: V2, the files beside the receipt"


def test_with_frames_a_stranger_is_absent(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = _written(PLAIN, folder)

    main(["verify", str(receipt), "--frames", str(folder / "frames"), "--id", "91350200MA31ABCD0X"])

    *places, last = capsys.readouterr().out.splitlines()[12:]
    assert [line.split(maxsplit=5)[5] for line in places] == ["absent -"] * 2
    assert last == "not verified: V1 skipped; not looked at: V2, the files beside the receipt"


def test_files_that_are_not_there_fail_the_check_that_needs_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, nowhere = str(_written(PLAIN, folder)), str(folder / "nowhere")

    for arguments, line in (
        ([nowhere], "V0 failed E_FILE: "),
        ([receipt, "--plan", nowhere], "V2 failed E_FILE: "),
        ([receipt, "--frames", nowhere], "V3 failed E_FRAME_MISSING: "),
        ([receipt, "--previous", nowhere], "V10 failed E_FILE: "),
        ([receipt, "--proofs", nowhere], "V1 failed E_FILE: "),
    ):
        assert main(["verify", *arguments]) == 1
        assert capsys.readouterr().out.splitlines()[-1].startswith(line)


def test_a_bad_id_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(_written(PLAIN, folder)), "--id", "abc"]) == 1
    assert capsys.readouterr().err.startswith("REFUSED E_ID: ")


@pytest.mark.parametrize(
    "arguments",
    [[], ["what"], ["draw"], ["verify"], ["verify", "a", "--policy", "b"], ["verify", "a", "b"], ["merkle"]],
)
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    assert main(arguments) == 2


def test_the_commands_never_load_django() -> None:
    code = "import sys, onevisit.verifier.command; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _written(name: str, folder: Path) -> Path:
    _options(name, folder)
    (folder / "receipt.json").write_bytes(drawn(files_of(name)))
    return folder / "receipt.json"


def _options(name: str, folder: Path) -> list[str]:
    options = ["--frames", str(folder / "frames"), "--out", str(folder / "receipt.json")]
    for path, data in files_of(name).items():
        (folder / path).write_bytes(data)
        if not path.startswith("frames/"):
            options += [f"--{Path(path).stem}", str(folder / path)]
    return options
