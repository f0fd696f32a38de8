"""Attacks on the rule of the strata that the conditions state: both verifiers hold it against the manifest."""

import hashlib
import json
from typing import Any

import pytest

from onevisit.core.draw import beside, forms
from onevisit.core.refusals import Refused
from tests.attacks.test_beside import Files
from tests.attacks.test_beside import _theirs as theirs
from tests.core.draw.proven import ProvenLog
from tests.core.draw.vectors import PLAIN, files_of, receipt_of


def _files(strata: Any) -> Files:
    """Write a bundle whose conditions, fixed before the commitment by their digest, state some rule."""
    log, data = ProvenLog(), receipt_of(PLAIN)
    manifest = forms.parse_receipt(data=data).manifest
    conditions = json.dumps({"strata": strata}).encode()
    digest = hashlib.sha256(conditions).hexdigest()
    directed = log.append({"event": "draw.directed", "draw": manifest.draw, "digest": digest})
    committed = log.append({"event": "draw.committed", "draw": manifest.draw, "digest": manifest.digest})
    frames = {
        name.removeprefix("frames/"): file for name, file in files_of(PLAIN).items() if name.startswith("frames/")
    }
    return frames | {
        "receipt.json": data,
        "policy.txt": b"\n".join([log.policy_file.splitlines()[0], b"quorum none", b""]),
        "conditions.json": conditions,
        "conditions.tlog-proof": log.proof(directed, seen=1_600_000_000),
        "manifest.tlog-proof": log.proof(committed, seen=1_600_000_000),
    }


def _ours(files: Files) -> str:
    receipt = forms.parse_receipt(data=files["receipt.json"])
    try:
        list(beside.check_beside(files=files, receipt=receipt, trusted=beside.parse_policy(files=files)))
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("strata", "code"),
    [
        (None, ""),
        ({"mapping": {}, "returned": []}, ""),
        ({"mapping": {"思明区": "ELSE"}, "returned": []}, "E_MISMATCH"),
        ({"mapping": {"思明区": "high", "湖里区": "low"}, "returned": ["mid"]}, "E_MISMATCH"),
    ],
    ids=["no rule", "no strata", "of another draw", "of one item only"],
)
def test_a_rule_that_gives_other_strata_than_the_manifest_has_is_refused_by_both(strata: Any, code: str) -> None:
    """That the honest rule holds with both, the bundles of the product show (`test_beside.py`)."""
    files = _files(strata)

    assert _ours(files) == code
    assert theirs({"files": files}) == {"files": code}


UNREADABLE: list[Any] = [[1], "text", {"mapping": [1]}, {"mapping": {"a": []}}, {"mapping": {}, "returned": 3}]


@pytest.mark.parametrize("strata", UNREADABLE)
def test_a_rule_that_cannot_be_read_is_refused_by_both(strata: Any) -> None:
    files = _files(strata)

    assert _ours(files) == "E_TYPE"
    assert theirs({"files": files}) == {"files": "E_TYPE"}
