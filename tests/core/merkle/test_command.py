"""`onevisit merkle`: its exit codes and its lines."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from onevisit.core import merkle
from onevisit.verifier.merkle_command import merkle_command

LEAVES = [merkle.leaf_hash(payload=b"line %d" % number) for number in range(7)]
ROOT = merkle.root(leaves=LEAVES).hex()
INCLUSION = {
    "v": "srd1",
    "kind": "inclusion",
    "index": 4,
    "size": 7,
    "line": "line 4",
    "root": ROOT,
    "proof": [value.hex() for value in merkle.inclusion_proof(leaves=LEAVES, index=4)],
}
CONSISTENCY = {
    "v": "srd1",
    "kind": "consistency",
    "size1": 5,
    "size2": 7,
    "root1": merkle.root(leaves=LEAVES[:5]).hex(),
    "root2": ROOT,
    "proof": [value.hex() for value in merkle.consistency_proof(leaves=LEAVES, size1=5)],
}


def _run(tmp_path: Path, verb: str, value: object) -> int:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(value))
    return merkle_command([verb, str(file)])


@pytest.mark.parametrize(("verb", "value"), [("verify-inclusion", INCLUSION), ("verify-consistency", CONSISTENCY)])
def test_a_proof_that_holds_says_ok(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, value: dict[str, object]
) -> None:
    assert _run(tmp_path, verb, value) == 0
    assert capsys.readouterr().out == "ok\n"


@pytest.mark.parametrize(
    ("verb", "value"),
    [
        ("verify-inclusion", INCLUSION | {"index": 3}),
        ("verify-inclusion", INCLUSION | {"line": "line 5"}),
        ("verify-consistency", CONSISTENCY | {"size1": 0}),
        ("verify-consistency", CONSISTENCY | {"root1": ROOT}),
    ],
)
def test_a_proof_that_does_not_hold_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, value: dict[str, object]
) -> None:
    assert _run(tmp_path, verb, value) == 1
    assert capsys.readouterr().out == "failed E_PROOF\n"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"v": "srd2"}, "E_VERSION"),
        ({"kind": "consistency"}, "E_KIND"),
        ({"v": 1}, "E_TYPE"),
        ({"extra": 1}, "E_FIELD"),
        ({"leaf_hash": "00"}, "E_FIELD"),
        ({"root": "00"}, "E_HEX"),
        ({"root": ROOT.upper()}, "E_HEX"),
        ({"index": "4"}, "E_TYPE"),
        ({"index": -4}, "E_NUMBER"),
        ({"proof": {}}, "E_TYPE"),
        ({"proof": [ROOT] * 65}, "E_RANGE"),
        ({"line": ""}, "E_RANGE"),
        ({"line": "x" * 201}, "E_RANGE"),
        ({"line": None}, "E_TYPE"),
    ],
)
def test_a_malformed_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], code: str
) -> None:
    assert _run(tmp_path, "verify-inclusion", INCLUSION | change) == 1
    assert capsys.readouterr().err.startswith(f"REFUSED {code}: ")


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert merkle_command(["verify-inclusion", "/nowhere/proof.json"]) == 1
    assert "REFUSED E_FILE" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["verify-inclusion"], ["verify-all", "x"], ["verify-inclusion", "a", "b"]])
def test_wrong_usage_is_exit_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert merkle_command(argv) == 2
    assert capsys.readouterr().err.startswith("usage:")


def test_the_command_never_loads_django() -> None:
    code = (
        "import onevisit.verifier.merkle_command, sys; "
        "sys.exit('django' in sys.modules or 'cryptography' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
