"""A draw that was given up: before the seed only if the quorum saw that before `t0`."""

import pytest

from onevisit.core import canonical
from onevisit.core.draw import forms, grammar
from onevisit.core.draw.verify_void import verify_void
from onevisit.core.refusals import Refused
from tests.core.draw.proven import ProvenLog
from tests.core.draw.vectors import SEALED, files_of

MANIFEST = files_of(SEALED)["manifest.json"]
T0 = forms.parse_manifest(data=MANIFEST).t0
MOMENT = grammar.unix(T0)


def _record(stage: str, **other: str) -> dict[str, str]:
    manifest = forms.parse_manifest(data=MANIFEST)
    record = {"v": "srd1", "kind": "void", "draw": manifest.draw, "basis": manifest.digest, "stage": stage}
    record |= {"reason": "KEY_MISSING", "evidence_sha256": "ee" * 32, "proposer": "P1", "confirmer": "P2"}
    return record | other


def _found(record: dict[str, str], *, seen: int, **entry: str) -> str:
    log = ProvenLog()
    digest = canonical.digest(tag="void", value=dict(record))
    payload = {"event": "draw.voided", "draw": record["draw"], "digest": digest, "stage": record["stage"], **entry}
    proof, void = log.proven(payload, seen=seen), canonical.encode(value=dict(record))
    try:
        return verify_void(void=void, manifest=MANIFEST, proof=proof, trusted=log.policy)[1]
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(
    ("stage", "seen", "said"),
    [
        ("before-seed", MOMENT - 1, f"cosigned 1 s before {T0}"),
        ("before-seed", MOMENT, "E_LATE"),
        ("after-seed", MOMENT, f"cosigned 0 s after {T0}"),
        ("after-seed", MOMENT - 1, "E_MISMATCH"),
    ],
)
def test_the_stage_of_a_void_is_what_the_witnesses_clocks_say(stage: str, seen: int, said: str) -> None:
    assert _found(_record(stage), seen=seen) == said


def test_a_record_of_another_draw_manifest_or_entry_is_refused() -> None:
    early = MOMENT - 1

    assert _found(_record("before-seed", basis="00" * 32), seen=early) == "E_MISMATCH"
    assert _found(_record("before-seed", draw="OTHER"), seen=early) == "E_DRAW"
    assert _found(_record("before-seed"), seen=early, stage="after-seed") == "E_MISMATCH"
    assert _found(_record("before-seed"), seen=early, digest="00" * 32) == "E_MISMATCH"


def test_without_witnesses_the_record_holds_and_no_time_is_claimed() -> None:
    log, record = ProvenLog(), _record("before-seed")
    digest = canonical.digest(tag="void", value=dict(record))
    payload = {"event": "draw.voided", "draw": record["draw"], "digest": digest, "stage": "before-seed"}
    proof, void = log.proven(payload, seen=MOMENT + 9), canonical.encode(value=dict(record))

    found = verify_void(void=void, manifest=MANIFEST, proof=proof, trusted=log.unwitnessed)

    assert found[1] == "nobody witnessed when"
