"""Attacks on who is said to have approved the lists of exclusions: left out, of another list, after the commitment."""

import json
from pathlib import Path

import pytest

from onevisit.core.draw import approval_entries, beside, forms, logged, whole
from onevisit.core.refusals import Refused
from onevisit.stages.draws import readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.pool import pool_events
from onevisit.support.ledger import services as ledger
from tests import draw_scenes
from tests.attacks.test_beside import EARLIER, Files, _bundle, _changed, _without
from tests.attacks.test_beside import _theirs as theirs
from tests.cast import Cast
from tests.draw_scenes import KEY_AT, T0, Log

pytestmark = pytest.mark.django_db


def _said(files: Files) -> dict[str, str]:
    receipt = forms.parse_receipt(data=files["receipt.json"])
    said = dict(beside.check_beside(files=files, receipt=receipt, trusted=beside.parse_policy(files=files)))
    return said | dict(whole.check_whole(files=files, receipt=receipt))


def _ours(files: Files) -> str:
    try:
        _said(files)
    except Refused as refused:
        return refused.code
    return ""


def _approvals(files: Files) -> list[str]:
    return sorted(filter(approval_entries.reason_of, files))


def test_the_bundle_shows_who_approved_each_list_and_a_lie_is_refused_by_both_verifiers(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Log(tmp_path / "log")
    files = _bundle(draw_scenes.sealed(people, own), own)
    stated = json.loads(files["manifest.json"])["items"][0]["excluded"]
    first, second, *_more = _approvals(files)
    sets = {
        "honest": files,
        "one left out": _without(files, first),
        "all left out": _without(files, *_approvals(files)),
        "of another list": {**files, first: files[second]},
        "changed": {**files, first: _changed(files[first])},
        "another entry": {**files, first: files["conditions.tlog-proof"]},
    }

    said = _said(files)
    organ = people.officers["陈处"].department.code
    assert [said[name].partition(" before")[0] for name in _approvals(files)] == [
        f"{organ} (approver) approved the {one['n']} exclusions" for one in stated
    ]
    assert _said(sets["one left out"])[first].startswith("not shown: an older bundle")
    assert {name for name, code in theirs(sets).items() if not code} == {"honest", "one left out", "all left out"}
    monkeypatch.setattr(approval_entries, "SINCE", EARLIER)
    ours = {name: _ours(given) for name, given in sets.items()}
    assert ours == theirs(sets, since=EARLIER)
    assert ours["honest"] == ""
    assert ours["one left out"] == ours["all left out"] == "E_FILE"
    assert ours["of another list"] == ours["another entry"] == "E_MISMATCH"
    assert ours["changed"].startswith("E_")
    monkeypatch.setattr(logged, "ANNOUNCED", "no field of its commitment")
    assert _ours(sets["all left out"]) == "", "frozen by a version that may not have asked for approvals"
    assert theirs(sets, since=EARLIER, is_older=True)["all left out"] == ""


def test_a_list_that_was_approved_after_the_commitment_is_refused_by_both_verifiers(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The freeze was made to look away, and the approvals were written once the frame was public."""
    own = Log(tmp_path / "log")
    with monkeypatch.context() as around:
        around.setattr(draw_scenes, "approve_exclusions", lambda draw, people, **at: None)
        around.setattr(readiness, "_unapproved_exclusions", lambda draw, ground: [])
        draw = draw_scenes.keyed(people, own)
    for one in json.loads(bytes(draw.manifest or b""))["items"][0]["excluded"]:
        event = pool_events.ExclusionsApproved(
            subject=str(draw.pk),
            draw=draw.number,
            reason=one["reason"],
            count=one["n"],
            list_sha256=one["list_sha256"],
            department=people.officers["陈处"].department.code,
            role="approver",
        )
        ledger.append(event, actor=people.actor("陈处"), at=KEY_AT)
    own.step()
    files = _bundle(draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0), own)

    assert _approvals(files)
    assert _ours(files) == "E_ORDER"
    assert theirs({"late": files}) == {"late": "E_ORDER"}
