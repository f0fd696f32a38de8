"""Attacks on the register of draws: a void with a false stage, of another manifest, and a draw left without an end."""

import copy
from typing import Any

import pytest

from onevisit.core import canonical
from onevisit.core.draw.verify_register import verify_register
from tests.core.draw import test_register as registers

VOID = 5
"""The place of the void among the entries of an honest register."""


def _latest(document: dict[str, Any], earlier: dict[str, Any] | None = None) -> str:
    kept = None if earlier is None else canonical.encode(value=earlier)
    return registers._line(verify_register(register=canonical.encode(value=document), earlier=kept))


def _with_record(**changed: str) -> dict[str, Any]:
    """Return a register whose void record says something else; entry and next manifest fit its digest."""
    document = registers._honest()
    record = document["voids"][0] | changed
    digest = canonical.digest(tag="void", value=record)
    document["voids"] = [record]
    document["entries"][VOID]["payload"]["digest"] = digest
    return registers._naming(document, digest)


def test_a_void_written_years_after_the_seed_is_not_before_it() -> None:
    document = registers._honest()
    document["entries"][VOID]["payload"]["at"] = "2026-11-30T09:00:00+08:00"

    assert _latest(document).startswith("R3 failed E_LATE: the void of XM-2026-0002 says before-seed")
    del document["entries"][VOID]["payload"]["at"]
    assert _latest(document).startswith("R3 failed E_FIELD: the void of XM-2026-0002")


def test_a_void_record_says_what_its_entry_says() -> None:
    assert _latest(_with_record()).startswith("R6 skipped"), "the honest one"
    assert _latest(_with_record(stage="after-seed")) == (
        "R3 failed E_MISMATCH: the void record of XM-2026-0002 says after-seed, its entry says before-seed"
    )


def test_a_void_record_is_of_the_manifest_that_was_committed() -> None:
    assert _latest(_with_record(basis="00" * 32)) == (
        "R3 failed E_MISMATCH: the void record of XM-2026-0002 is not of the manifest that was committed"
    )


def _unended(*, at: str = registers.AT) -> dict[str, Any]:
    """Return a register whose last draw came to nothing, and whose manifest is left out."""
    document = registers._without(registers._honest(), 7)
    document["manifests"].pop()
    return document | {"at": at}


def test_a_draw_whose_manifest_is_left_out_does_not_wait_for_ever() -> None:
    written = "2023-08-24T20:00:00+08:00"

    assert "not due: XM-2026-0003" in _lines(_unended(at=written))
    assert _latest(_unended(at="2023-08-24T20:00:01+08:00")) == (
        "R4 failed E_OUTCOME: draw XM-2026-0003 was committed at 2023-08-23T20:00:00+08:00, its manifest is not given, "
        "and has neither result nor void"
    )


def test_a_draw_for_officers_only_says_its_moment_and_keeps_to_it() -> None:
    hidden = [{"draw": "XM-2026-0003", "t0": "2023-12-30T10:00:00+08:00"}]
    document = _unended() | {"withheld": hidden, "at": "2023-12-31T09:00:00+08:00"}
    late = document | {"at": "2023-12-31T10:00:01+08:00"}

    assert "not due: XM-2026-0003" in _lines(document)
    assert _latest(late).startswith("R4 failed E_OUTCOME: draw XM-2026-0003 was due at 2023-12-30T10:00:00+08:00")
    moved = copy.deepcopy(late)
    moved["withheld"][0]["t0"] = "2024-01-30T10:00:00+08:00"
    assert _latest(moved, document).startswith("R6 failed E_MISMATCH: the t0 of XM-2026-0003 was")


def test_no_moment_that_is_claimed_hides_a_draw_for_longer_than_180_days() -> None:
    hidden = [{"draw": "XM-2026-0003", "t0": "2026-11-30T10:00:00+08:00"}]

    assert _latest(_unended() | {"withheld": hidden}).startswith("R4 failed E_OUTCOME")


@pytest.mark.parametrize("draw", ["XM-2026-0001", "XM-2026-0009"])
def test_only_a_committed_draw_without_its_manifest_is_withheld(draw: str) -> None:
    document = registers._honest() | {"withheld": [{"draw": draw, "t0": registers.AT}]}

    assert _latest(document).startswith(f"R3 failed E_MISMATCH: the manifest of {draw} is said to be withheld")


def _lines(document: dict[str, Any]) -> str:
    return "\n".join(check.line for check in verify_register(register=canonical.encode(value=document)))
