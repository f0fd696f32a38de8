"""Attacks on the files beside a receipt: our verifier and the page's own refuse the same lies alike."""

import base64
import json
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import beside, bundle, consent_entries, forms, room_values
from onevisit.core.refusals import Refused
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.attacks.test_room_values import ROUND_T0, _with_a_round
from tests.cast import AT, Cast
from tests.draw_scenes import T0, Beacon, Log
from tests.web.portal.test_lodged_public import Witnessed, log
from tests.web.portal.test_verifier import ROOT, node

pytestmark = pytest.mark.django_db
__all__ = ["log"]

Files = dict[str, bytes]
EARLIER = "2026-11-01T00:00:00+08:00"
"""As if the rules had come before these draws: what is left out is no longer an older bundle's."""


def _bundle(draw: Draw, log: Log) -> Files:
    log.step()
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=ROUND_T0 + timedelta(hours=1))
    log.step()
    return bundle.read_bundle(data=Client().get(f"/open/draws/{draw.number}/bundle.zip").content)


def _ours(files: Files) -> str:
    receipt = forms.parse_receipt(data=files["receipt.json"])
    try:
        list(beside.check_beside(files=files, receipt=receipt, trusted=beside.parse_policy(files=files)))
    except Refused as refused:
        return refused.code
    return ""


def _theirs(
    sets: Mapping[str, Files], *, since: str = "", is_older: bool = False, is_ended: bool = False
) -> dict[str, str]:
    """Ask the page's verifier, once for all: the code of each set of files, empty where everything holds.

    Args:
        since: from when on it asks for what is asked for from 2027 on.
        is_older: as if the commitment announced no last day of opening.
        is_ended: as if from that moment on no draw could be of such an older version.
    """
    given = [{name: base64.b64encode(data).decode() for name, data in files.items()} for files in sets.values()]
    command = [
        node(),
        str(ROOT / "tests/web/portal/beside.mjs"),
        *filter(None, (since, "older" if is_older else "", "every" if is_ended else "")),
    ]
    run = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    said = json.loads(run.stdout)
    return {name: one.split()[0] if isinstance(one, str) else "" for name, one in zip(sets, said, strict=True)}


def _without(files: Files, *names: str) -> Files:
    return {name: data for name, data in files.items() if name not in names}


def _changed(data: bytes) -> bytes:
    """Change one digit, near the end: in a proof that is a signature or the tree's root, in a list one object."""
    place = max(data.rfind(bytes([digit]), 0, len(data) - 1) for digit in b"0123456789")
    return data[:place] + (b"7" if data[place : place + 1] != b"7" else b"3") + data[place + 1 :]


def test_whatever_is_changed_beside_a_lodged_draw_both_verifiers_refuse_it(
    people: Cast, log: Witnessed, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = draw_scenes.committed_keys
    batched = lambda cast: draws.batch(draw=before(cast), count=2, actor=cast.actor("陈"), at=AT)  # noqa: E731
    monkeypatch.setattr(draw_scenes, "committed_keys", batched)
    files = _bundle(draw_scenes.sealed(people, log), log)
    names = ["sourced.tlog-proof", "conditions.json", "conditions.tlog-proof", "batches.txt", "batches.tlog-proof"]
    names += [
        "lodged-1.note",
        "lodged-1.tlog-proof",
        "policy.tlog-proof",
        "sources.json",
        "groups.txt",
        "plan.json",
        "plan.tlog-proof",
    ]
    names += [name for name in files if name.startswith("excluded-")]
    keys = [name for name in files if name.startswith("key-")]
    names += keys
    sets = {"honest": files, "keys exchanged": {**files, keys[0]: files[keys[1]]}}
    sets["another entry as a key"] = {**files, keys[0]: files["conditions.tlog-proof"]}
    sets["digits after a key"] = {**files, "sourced.tlog-proof": files["result-0.tlog-proof"]}
    sets |= {name: {**files, name: _changed(files[name])} for name in names}
    sets |= {f"without {name}": _without(files, name) for name in ("lodged-1.note", "policy.tlog-proof", "batches.txt")}
    sets["without receipts"] = _without(files, "lodged-1.note", "lodged-1.tlog-proof")
    sets["without receipts and policy"] = _without(files, "lodged-1.note", "lodged-1.tlog-proof", "policy.tlog-proof")
    sets["conditions as batches"] = {**files, "batches.tlog-proof": files["conditions.tlog-proof"]}
    sets["later entry"] = {**files, "conditions.tlog-proof": files["result-0.tlog-proof"]}

    theirs = _theirs(sets)

    assert theirs["honest"] == _ours(files) == ""
    assert [name for name, code in theirs.items() if name != "honest" and not code.startswith("E_")] == []
    ours = {name: _ours(given) for name, given in sets.items() if name not in ("sources.json", "groups.txt")}
    assert {name: code for name, code in theirs.items() if name in ours} == ours


def test_values_of_a_round_that_are_exchanged_are_refused_by_both_verifiers(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Log(tmp_path / "log")
    draw = _with_a_round(people, own, Beacon(monkeypatch))
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    draw.refresh_from_db()
    files = _bundle(draw, own)
    name = room_values.value_name(round_number=1, position=0)
    document = json.loads(files["receipt.json"])
    document["orders"][0]["sources"][0]["digits"] = "111111111111"
    lied = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    sets = {
        "honest": files,
        "other digits": {**files, "receipt.json": lied},
        "of another round": {**files, name: files["sourced.tlog-proof"]},
        "changed": {**files, name: _changed(files[name])},
        "without its result": _without(files, "result-1.tlog-proof"),
        "left out of an older bundle": _without(files, name),
    }

    theirs, ours = _theirs(sets), {key: _ours(given) for key, given in sets.items()}

    assert theirs == ours
    assert [key for key, code in ours.items() if not code] == ["honest", "left out of an older bundle"]
    assert ours["other digits"] == "E_MISMATCH"
    monkeypatch.setattr(room_values, "SINCE", EARLIER)
    assert _ours(sets["left out of an older bundle"]) == "E_FILE"
    assert T0 < ROUND_T0


def test_a_draw_with_narrow_strata_and_no_consent_before_its_commitment_is_refused_by_both_verifiers(
    people: Cast, tmp_path: Path
) -> None:
    """A consent that was a row for the moment of the freeze has no entry, so there is no proof to bring."""
    own = Log(tmp_path / "log")
    files = _bundle(draw_scenes.sealed(people, own), own)
    manifest, first = forms.parse_receipt(data=files["receipt.json"]).manifest, "consent-1.tlog-proof"
    assert consent_entries.narrow_places(manifest) == {
        f"{code}:{one.id}:{one.size}"
        for one in manifest.items[0].strata
        for code, is_so in (
            ("few", one.size < 5),
            ("all", one.quota == one.size and one.basis_points != 10_000),
            ("none", one.quota == 0),
        )
        if is_so
    }
    assert len(consent_entries.narrow_places(manifest)) > 1
    sets = {
        "honest": files,
        "changed": {**files, first: _changed(files[first])},
        "after": {**files, first: files["result-0.tlog-proof"]},
        "another entry": {**files, first: files["conditions.tlog-proof"]},
        "older": _without(files, first),
    }

    theirs = _theirs(sets)

    assert theirs == {name: _ours(given) for name, given in sets.items()}
    assert theirs["honest"] == theirs["older"] == ""
    assert theirs["another entry"] == theirs["after"] == "E_MISMATCH"
    assert theirs["changed"].startswith("E_")
