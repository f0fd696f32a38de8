"""Verification: every receipt verifies, every change fails at its check, proofs and plans included."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.draw import forms, plan, verify
from onevisit.core.draw.verify import Check, Status
from tests.core.draw.vectors import (
    DRAWS,
    PLAIN,
    PROOFS,
    REPLACED,
    SEALED,
    SRD1,
    content,
    encoded,
    files_of,
    frames_of,
    mutated,
    receipt_of,
)


@pytest.mark.parametrize("name", DRAWS)
def test_every_receipt_verifies(name: str) -> None:
    checks = verify.verify(receipt=receipt_of(name), frames=frames_of(files_of(name)))

    assert [check.number for check in checks] == list(range(12))
    assert {check.number for check in checks if check.status is not Status.OK} == {1, 2, 10}


def test_without_frames_a_choice_is_never_called_checked() -> None:
    checks = verify.verify(receipt=receipt_of(REPLACED))

    skipped = {check.number: check.text for check in checks if check.status is Status.SKIPPED}
    assert skipped.keys() == {1, 2, 3, 7, 8, 10}
    assert skipped[7].startswith("choice not checked")
    assert skipped[8].startswith("choice not checked")


@pytest.mark.parametrize("case", SRD1["mutated_receipts"]["cases"], ids=lambda case: case["name"])
def test_a_mutated_receipt_fails_at_its_check(case: dict[str, Any]) -> None:
    base = SRD1["mutated_receipts"]["base"]
    receipt = encoded(mutated(DRAWS[base]["receipt"], case))

    latest = verify.verify(receipt=receipt, frames=frames_of(files_of(base)))[-1]

    assert (latest.status, latest.number) == (Status.FAILED, case["fails_at"])
    assert latest.text.startswith("E_")
    is_failed = verify.verify(receipt=receipt)[-1].status is Status.FAILED
    assert is_failed is case["fails_without_frames"]


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(receipt_of(REPLACED)) - 2), st.integers(1, 255))
def test_every_changed_byte_fails(position: int, change: int) -> None:
    receipt = bytearray(receipt_of(REPLACED))
    receipt[position] ^= change

    checks = verify.verify(receipt=bytes(receipt), frames=frames_of(files_of(REPLACED)))

    assert checks[-1].status is Status.FAILED


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_verifier_stumble(data: bytes) -> None:
    assert verify.verify(receipt=data)[-1].number == 0


@pytest.mark.parametrize("case", PROOFS["good"], ids=lambda case: case["name"])
def test_good_ledger_proofs_give_the_lines_of_the_vectors(case: dict[str, Any]) -> None:
    lines = {check.number: check.line for check in _with_proofs(case)}

    assert (lines[1], lines[11]) == (case["V1"], case["V11"])


@pytest.mark.parametrize("case", PROOFS["bad"], ids=lambda case: case["name"])
def test_bad_ledger_proofs_fail_with_the_code_of_the_vectors(case: dict[str, Any]) -> None:
    latest = _with_proofs(case)[-1]

    assert (latest.status, latest.number) == (Status.FAILED, case["check"])
    assert latest.text.startswith(case["code"] + ":")


def test_a_draw_is_held_against_its_plan() -> None:
    manifest = forms.parse_manifest(data=files_of(PLAIN)["manifest.json"])
    entry = plan.plan_entry(manifest=manifest)
    other = {**entry, "draw": "TEST-2026-J01-0009"}

    assert _plan_status(manifest.plan, [other, entry]) is Status.OK
    assert _plan_status(manifest.plan, [other]) is Status.FAILED
    assert _plan_status(manifest.plan, [entry, entry]) is Status.FAILED
    assert _plan_status("ANOTHER", [entry]) is Status.FAILED
    assert _plan_status(manifest.plan, [{**entry, "max_rounds": 9}]) is Status.FAILED


def test_a_draw_follows_the_record_before_it() -> None:
    following, before = receipt_of(REPLACED), receipt_of(PLAIN)

    assert _check(10, verify.verify(receipt=following, previous=before)) is Status.OK
    assert _check(10, verify.verify(receipt=before, previous=following)) is Status.FAILED
    void = json.dumps(SRD1["void_record"]["record"]).encode()
    assert _check(10, verify.verify(receipt=following, previous=void)) is Status.FAILED


def test_a_missing_frame_fails_the_check_of_frames() -> None:
    frames = frames_of(files_of(PLAIN))
    del frames["B02"]

    latest = verify.verify(receipt=receipt_of(PLAIN), frames=frames)[-1]

    assert latest.line.startswith("V3 failed E_FRAME_MISSING:")


@pytest.mark.parametrize("name", [PLAIN, REPLACED, SEALED])
def test_an_object_is_told_its_place_in_every_round_and_item(name: str) -> None:
    receipt = forms.parse_receipt(data=receipt_of(name))
    drawn = receipt.results[0].result.items[0].strata[0].selected[0]

    lines = verify.explain(receipt=receipt, object_id=drawn.object_id, frames=None)

    assert len(lines) == len(receipt.results) * len(receipt.manifest.items)
    assert lines[0] == f"ID A01 round 0 {drawn.ticket} drawn {receipt.results[0].result.items[0].strata[0].stratum}"


def _with_proofs(case: dict[str, Any]) -> tuple[Check, ...]:
    base = PROOFS["bases"][case["base"]]
    files = {path: text.encode() for path, text in base["files"].items()}
    for path, change in case["change"].items():
        if change is None:
            files.pop(path)
        elif path != "--policy":
            files[path] = content(change)
    if "--policy" in case["change"]:
        files["policy.txt"] = content(case["change"]["--policy"])
    frames = frames_of(files_of(base["draw"]))
    return verify.verify(receipt=receipt_of(base["draw"]), frames=frames, proofs=files)


def _plan_status(name: str, entries: list[Any]) -> Status:
    document = json.dumps({"v": "srd1", "kind": "plan", "plan": name, "draws": entries}).encode()
    return _check(2, verify.verify(receipt=receipt_of(PLAIN), plan=document))


def _check(number: int, checks: tuple[Check, ...]) -> Status:
    return next(check.status for check in checks if check.number == number)
