"""An outsider's command holds a repetition of the officer half against the receipt of the draw that fell short."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onevisit.core.draw import bundle
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import standing
from onevisit.stages.draws.services import freezing
from onevisit.stages.publication import public_record
from onevisit.support.identity.actors import SYSTEM
from onevisit.verifier.command import main
from onevisit.verifier.outcome import UNVERIFIED
from tests.attacks.test_beside import _ours
from tests.attacks.test_beside import _theirs as theirs
from tests.cast import Cast
from tests.draw_scenes import Log
from tests.stages.draws.test_infeasible import _short
from tests.stages.draws.test_restaffing import AGAIN, _again, _nominate, _walked, fresh_keys

__all__ = ["fresh_keys"]

Change = Callable[[dict[str, Any]], dict[str, Any]]


def _bundle(people: Cast, log: Log, folder: Path) -> tuple[Draw, Path]:
    """Draw short, repeat the officer half, open both, and download the repetition's bundle."""
    short = _short(people, log)
    made = _again(short, people)
    _nominate(made, people, "林五", "林六")
    sealed = _walked(made, people, log)
    log.step()
    draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=AGAIN)
    log.step()
    file = folder / "bundle.zip"
    file.write_bytes(public_record.draw_bundle(number=sealed.number) or b"")
    return short, file


def _without(file: Path, *names: str) -> Path:
    """Write the bundle again as if these files had never stood in it."""
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name not in (*names, "SHA256SUMS", "FIELDS")}
    other = file.with_name("without.zip")
    other.write_bytes(bundle.write_bundle(files=kept))
    return other


def _files(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name not in ("SHA256SUMS", "FIELDS")}


def test_that_the_officers_did_not_suffice_is_held_against_the_ledger(
    people: Cast, log: Log, fresh_keys: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _short, file = _bundle(people, log, tmp_path)
    own = "repeated-result.tlog-proof"

    assert main(["verify", "--bundle", str(_without(file, own))]) == UNVERIFIED
    assert "its officers did not suffice is not held against the ledger" in capsys.readouterr().out
    kept = _files(file)
    changed = {**kept, own: kept["result-0.tlog-proof"]}
    other = tmp_path / "other.zip"
    other.write_bytes(bundle.write_bundle(files=changed))

    assert main(["verify", "--bundle", str(other)]) == 1
    assert "REFUSED E_DRAW" in capsys.readouterr().err, "the entry is of another draw"
    assert theirs({"whole": kept, "changed": changed}) == {"whole": "", "changed": "E_DRAW"}


def _said_otherwise(kept: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Exchange what stands of the draw before: another draw, its proofs, or none of it."""
    before = json.loads(kept["repeated.json"])
    sufficed = {**before, "results": [{**before["results"][0]}]}
    sufficed["results"][0]["digest"] = "00" * 32
    return {
        "whole": kept,
        "left out": {name: data for name, data in kept.items() if not name.startswith("repeated")},
        "no proof": {name: data for name, data in kept.items() if name != "repeated.tlog-proof"},
        "itself": {**kept, "repeated.json": kept["receipt.json"]},
        "does not hold": {**kept, "repeated.json": json.dumps(sufficed).encode()},
        "another entry": {**kept, "repeated.tlog-proof": kept["manifest.tlog-proof"]},
    }


def test_the_page_asks_for_the_draw_before_as_the_command_does(
    people: Cast, log: Log, fresh_keys: None, tmp_path: Path
) -> None:
    _short, file = _bundle(people, log, tmp_path)
    sets = _said_otherwise(_files(file))

    ours = {name: _ours(files) for name, files in sets.items()}

    assert ours == theirs(sets)
    assert ours["whole"] == ""
    assert ours["left out"] == ours["no proof"] == "E_FILE"
    assert ours["itself"] == ours["does not hold"] == "E_MISMATCH"
    assert ours["another entry"] == "E_DRAW"


def test_the_bundle_of_a_repetition_shows_that_its_roster_only_adds(
    people: Cast, log: Log, fresh_keys: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short, file = _bundle(people, log, tmp_path)

    assert main(["verify", "--bundle", str(file)]) == UNVERIFIED
    said = f"repeated.json keeps every officer, pool and recusal of {short.number} and adds 2 officers"
    assert said in capsys.readouterr().out.splitlines()
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("conditions.json"))["officers_of"] == short.number

    assert main(["verify", "--bundle", str(_without(file, "repeated.json", "repeated.tlog-proof"))]) == 1
    assert "E_FILE: repeated.json is missing" in capsys.readouterr().err


def _dropped(roster: dict[str, Any], name: str) -> dict[str, Any]:
    """Take one officer out of a roster, wherever he stands in it."""
    pools = [{**pool, "officers": [one for one in pool["officers"] if one != name]} for pool in roster["pools"]]
    return {
        **roster,
        "officers": [one for one in roster["officers"] if one["id"] != name],
        "pools": pools,
        "recusals": [one for one in roster["recusals"] if one["officer"] != name],
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda roster: _dropped(roster, roster["recusals"][0]["officer"]),
            "officer P",
        ),
        (lambda roster: {**roster, "recusals": []}, "recusal of P"),
    ],
)
def test_an_organiser_whose_server_drops_an_officer_or_a_recusal_is_found_out(
    people: Cast,
    log: Log,
    fresh_keys: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: Change,
    said: str,
) -> None:
    added: Callable[..., dict[str, Any]] = standing.added_to
    monkeypatch.setattr(standing, "added_to", lambda draw, document: change(added(draw, document)))
    monkeypatch.setattr(freezing, "_check_kept", lambda draw, roster: None)
    short, file = _bundle(people, log, tmp_path)

    assert theirs({"changed": _files(file)}) == {"changed": "E_MISMATCH"}
    assert main(["verify", "--bundle", str(file)]) == 1
    refused = capsys.readouterr().err
    assert f"REFUSED E_MISMATCH: the roster does not only add to that of {short.number}: {said}" in refused
