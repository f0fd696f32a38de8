"""The verifier in one file of JavaScript agrees with the public vectors, in node as in a browser."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onevisit.verifier.command import main
from tests.core.draw.vectors import PROOFS, SEALED, content, files_of, receipt_of

ROOT = Path(__file__).resolve().parents[3]


def node() -> str:
    """Return the node of the tool chain, else that of the machine."""
    bundled = Path(sys.prefix) / "node" / "bin" / "node"
    found = str(bundled) if bundled.exists() else shutil.which("node")
    assert found, "no node: run `make setup`"
    return found


@pytest.mark.requirement("R149")
def test_the_browser_recomputes_every_draw_of_the_vectors_and_refuses_every_mutation() -> None:
    tests = ROOT / "tests" / "web" / "portal" / "verify.test.mjs"

    run = subprocess.run(
        [node(), "--test", "--test-reporter=tap", str(tests)], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout[-3000:]
    assert "# fail 0" in run.stdout


def test_the_one_file_runs_as_a_command_without_an_installation(tmp_path: Path) -> None:
    files = files_of(SEALED)
    (tmp_path / "frames").mkdir()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    receipt = tmp_path / "receipt.json"

    drawn = _run("draw", str(tmp_path))
    receipt.write_text(drawn.stdout, encoding="ascii")
    verified = _run(str(receipt), "--frames", str(tmp_path / "frames"))
    receipt.write_text(drawn.stdout.replace('"plan":"', '"plan":"X', 1), encoding="ascii")
    failed = _run(str(receipt), "--frames", str(tmp_path / "frames"))

    assert drawn.stdout.encode() == receipt_of(SEALED)
    assert [line.split()[1] for line in verified.stdout.splitlines()].count("ok") == 9
    assert (verified.returncode, failed.returncode, _run().returncode) == (0, 1, 2)


def test_the_command_checks_ledger_proofs_with_the_policy_of_the_verifier(tmp_path: Path) -> None:
    case = next(one for one in PROOFS["bad"] if one["name"] == "--policy stronger than policy.txt and missed")
    base = PROOFS["bases"][case["base"]]
    for name, text in base["files"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, changed in case["change"].items():
        (tmp_path / name.replace("--policy", "own.txt")).write_bytes(content(changed))
    for name, data in files_of(base["draw"]).items():
        if name.startswith("frames/"):
            (tmp_path / name.removeprefix("frames/")).write_bytes(data)
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(receipt_of(base["draw"]))
    options = [str(receipt), "--frames", str(tmp_path), "--proofs", str(tmp_path)]

    given, own = _run(*options), _run(*options, "--policy", str(tmp_path / "own.txt"))

    assert given.returncode == 0, given.stdout
    assert given.stdout.splitlines()[1].startswith("V1 ok policy ")
    assert (own.returncode, own.stdout.splitlines()[-1].split(":")[0]) == (1, "V1 failed E_QUORUM")
    assert _run(str(receipt), "--policy", str(tmp_path / "own.txt")).returncode == 2
    for option, line in (("--proofs", "V1 failed E_FILE"), ("--frames", "V3 failed E_FRAME_MISSING")):
        lost = _run(str(receipt), option, str(tmp_path / "nowhere"))
        assert (lost.returncode, lost.stdout.splitlines()[-1].split(":")[0]) == (1, line)


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    file = ROOT / "onevisit" / "web" / "portal" / "static" / "portal" / "verify" / "srd1.js"
    return subprocess.run([node(), str(file), *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("--frames",), ("--frames", "--proofs")])
def test_both_verifiers_end_with_the_same_words(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A receipt by itself ends with exit code 0; the last line says what that is worth."""
    given = next(one for one in PROOFS["good"] if one["V1"].startswith("V1 ok"))
    base = PROOFS["bases"][given["base"]]
    assert not given.get("change"), "the files as the base has them"
    for name, text in base["files"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, data in files_of(base["draw"]).items():
        if name.startswith("frames/"):
            (tmp_path / name.removeprefix("frames/")).write_bytes(data)
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(receipt_of(base["draw"]))
    arguments = [str(receipt), *(part for option in options for part in (option, str(tmp_path)))]

    ours, run = main(["verify", *arguments]), _run(*arguments)

    said = capsys.readouterr().out.splitlines()
    assert (ours, run.returncode) == (0, 0)
    assert said[-1] == run.stdout.splitlines()[-1]
    skipped = {0: "V1, V3, V7", 1: "V1", 2: ""}[len(options)]
    word = f"not verified: {skipped} skipped" if skipped else "verified"
    assert said[-1] == f"{word}; not looked at: V2, the files beside the receipt"
