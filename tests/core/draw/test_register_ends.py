"""The register of draws that have ended: what tells how stays in the file, nothing but a record ends a commitment."""

from typing import Any

import pytest

from onevisit.core.draw import verify_register
from tests.core.draw.test_register import SEAL, _entry, _honest, _insert, _latest, _without

LATE = "2026-11-01T09:00:00+08:00"
"""Long after the moment of every manifest here."""


def _late(**shown: Any) -> dict[str, Any]:
    """The second draw says it was given up before the seed, and was so long after it; some documents stay away."""
    document = _honest()
    for entry in document["entries"][5:]:
        entry["payload"]["at"] = LATE
    return document | shown


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ({}, "R3 failed E_LATE: the void of XM-2026-0002 says before-seed and was written at"),
        ({"manifests": [0, 2]}, "R3 failed E_FILE: draw XM-2026-0002 has ended and its manifest is not given"),
        ({"voids": []}, "R3 failed E_FILE: draw XM-2026-0002 was given up and its void record is not given"),
        ({"manifests": [], "voids": []}, "R3 failed E_FILE: draw XM-2026-0001 has ended"),
    ],
)
def test_a_void_called_before_the_seed_after_it_is_not_hidden_by_leaving_documents_out(
    shown: dict[str, Any], line: str
) -> None:
    if "manifests" in shown:
        shown = shown | {"manifests": [_honest()["manifests"][place] for place in shown["manifests"]]}

    assert _latest(_late(**shown)).startswith(line)


def test_a_withheld_manifest_hides_neither_when_a_draw_was_given_up_nor_another_moment() -> None:
    """Of a draw for officers only the commitment itself says the moment, whatever the organiser writes beside it."""
    document = _late()
    t0 = document["manifests"].pop(1)["t0"]
    document["withheld"] = [{"draw": "XM-2026-0002", "t0": t0}]
    later = document | {"withheld": [{"draw": "XM-2026-0002", "t0": "2026-12-24T09:00:00+08:00"}]}

    assert _latest(document).startswith("R3 failed E_LATE")
    assert _latest(later).startswith("R6 skipped"), "commitments of before this did not say their moment"
    for one in (document, later):
        one["entries"][4]["payload"]["t0"] = t0
    assert _latest(document).startswith("R3 failed E_LATE")
    assert _latest(later).startswith("R3 failed E_MISMATCH: the commitment of XM-2026-0002 says")


def test_a_commitment_that_says_another_moment_than_its_manifest_is_named() -> None:
    document = _honest()
    document["entries"][6]["payload"]["t0"] = LATE

    line = f"R3 failed E_MISMATCH: the commitment of XM-2026-0003 says {LATE} of its t0, which is "
    assert _latest(document).startswith(line)


def test_from_mid_2027_on_every_commitment_says_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leaves it out would be of an older version for ever, and could say another one of a withheld draw."""
    document = _honest()
    assert _latest(document).startswith("R6 skipped")
    monkeypatch.setattr(verify_register, "EVERY_SINCE", "2020-01-01T00:00:00+08:00")

    line = "R3 failed E_MISMATCH: the commitment of XM-2026-0001 says nothing of its t0, which is "
    assert _latest(document).startswith(line)
    for entry, manifest in zip((0, 4, 6), document["manifests"], strict=True):
        document["entries"][entry]["payload"]["t0"] = manifest["t0"]
    assert _latest(document).startswith("R6 skipped")


def test_a_draw_with_a_result_shows_its_manifest_though_it_is_sealed() -> None:
    document = _honest()
    document["manifests"].pop()
    assert _latest(document) == "R3 failed E_FILE: draw XM-2026-0003 has ended and its manifest is not given"

    document["withheld"] = [{"draw": "XM-2026-0003", "t0": "2026-11-30T09:00:00+08:00"}]
    assert _latest(document).startswith("R4 failed E_OUTCOME"), "only officers are drawn: it may wait for its opening"


def test_an_opened_draw_shows_its_manifest() -> None:
    """Left out, nobody would see that it names no record before it."""
    document = _honest()
    document["entries"].append({"index": 18, "payload": _entry("draw.opened", 3, SEAL)})
    assert _latest(document).startswith("R6 skipped")
    document["manifests"].pop()

    assert _latest(document) == "R3 failed E_FILE: draw XM-2026-0003 has ended and its manifest is not given"


@pytest.mark.parametrize("stage", ["before-commitment", "", "whatever"])
def test_a_commitment_does_not_end_in_a_void_of_another_kind(stage: str) -> None:
    document = _without(_honest(), 6, 7) | {"prepared": ["XM-2026-0003"], "voids": []}
    document["manifests"].pop()
    document["entries"][5]["payload"] |= {"stage": stage, "digest": ""}

    said = f"says {stage or 'nothing'} after its commitment"
    assert _latest(document) == f"R3 failed E_MISMATCH: the void of XM-2026-0002 at index 15 {said}"


def test_a_void_without_a_commitment_is_one_of_a_preparation() -> None:
    cancelled = _entry("draw.voided", 4, "") | {"stage": "before-commitment"}
    document = _insert(_honest(), 8, cancelled) | {"prepared": []}
    assert _latest(document).startswith("R6 skipped")

    lines = {_latest(_insert(_honest(), 8, cancelled | {"stage": stage})) for stage in ("before-seed", "after-seed")}
    assert lines == {"R3 failed E_ORDER: the void of XM-2026-0004 at index 18 has no commitment before it"}
