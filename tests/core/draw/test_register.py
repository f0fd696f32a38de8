"""The register of draws: it holds for an honest organiser, and each way to hide a draw fails at its check."""

import copy
import json
from typing import Any

import pytest

from onevisit.core import canonical
from onevisit.core.draw import forms, register
from onevisit.core.draw.verify import Status
from onevisit.core.draw.verify_register import RegisterCheck, verify_register
from tests.core.draw.vectors import PLAIN, files_of

SEED_DIGEST, SEAL = "ab" * 32, "cd" * 32
AT = "2026-12-01T09:00:00+08:00"
WRITTEN = "2023-08-23T20:00:00+08:00"
"""When the entries were written: before the moment of the manifests."""


def _manifest(sequence: int, *, prev: str, mode: str = "open", t0: str = "") -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files_of(PLAIN)["manifest.json"])
    document |= {"draw": f"XM-2026-{sequence:04d}", "prev": prev, "mode": mode}
    return document | ({"t0": t0} if t0 else {})


def _digest(document: dict[str, Any]) -> str:
    return forms.parse_manifest(data=canonical.encode(value=document)).digest


def _entry(event: str, sequence: int, digest: str, *, at: str = "") -> dict[str, Any]:
    payload = {"event": event, "draw": f"XM-2026-{sequence:04d}", "digest": digest, "at": at or WRITTEN}
    return payload | ({"stage": "before-seed"} if event == "draw.voided" else {})


def _void(sequence: int, basis: str, *, stage: str = "before-seed") -> dict[str, Any]:
    return {
        "v": "srd1",
        "kind": "void",
        "draw": f"XM-2026-{sequence:04d}",
        "basis": basis,
        "stage": stage,
        "reason": "KEY_MISSING",
        "evidence_sha256": "ee" * 32,
        "proposer": "P1",
        "confirmer": "P2",
    }


def _honest() -> dict[str, Any]:
    """Three draws: an open one with a replacement, one that was given up, a sealed one; a fourth is in preparation."""
    first = _manifest(1, prev="")
    second = _manifest(2, prev="b2" * 32)
    record = _void(2, _digest(second))
    third = _manifest(3, prev=canonical.digest(tag="void", value=record))
    payloads = [
        _entry("draw.committed", 1, _digest(first)),
        _entry("draw.drawn", 1, "a1" * 32),
        _entry("draw.ordered", 1, "aa" * 32),
        _entry("draw.replaced", 1, "b2" * 32),
        _entry("draw.committed", 2, _digest(second)),
        _entry("draw.voided", 2, canonical.digest(tag="void", value=record)),
        _entry("draw.committed", 3, _digest(third)),
        _entry("draw.drawn", 3, SEAL),
    ]
    return {
        "v": "srd1",
        "kind": "register",
        "organiser": "XM",
        "at": AT,
        "prepared": ["XM-2026-0004"],
        "entries": [{"index": 10 + place, "payload": payload} for place, payload in enumerate(payloads)],
        "manifests": [first, second, third],
        "voids": [record],
    }


def _latest(document: dict[str, Any], earlier: dict[str, Any] | None = None) -> str:
    kept = None if earlier is None else canonical.encode(value=earlier)
    return _line(verify_register(register=canonical.encode(value=document), earlier=kept))


def _line(checks: tuple[RegisterCheck, ...]) -> str:
    """Return the line of the check that failed, else of the last one that needs no ledger."""
    failed = [check for check in checks if check.status is Status.FAILED]
    return (failed or [check for check in checks if check.number == 6])[0].line


def _insert(document: dict[str, Any], place: int, payload: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    payloads = [entry["payload"] for entry in changed["entries"]]
    payloads.insert(place, payload)
    changed["entries"] = [{"index": 10 + number, "payload": each} for number, each in enumerate(payloads)]
    return changed


def _without(document: dict[str, Any], *places: int) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    changed["entries"] = [entry for place, entry in enumerate(changed["entries"]) if place not in places]
    return changed


def test_an_honest_register_holds_and_is_written_as_it_was_read() -> None:
    document = _honest()

    checks = verify_register(register=canonical.encode(value=document))

    assert [check.status for check in checks] == [Status.OK] * 6 + [Status.SKIPPED] * 3
    assert checks[1].text == "4 numbers without a gap, 1 in preparation"
    written = register.encode_register(
        organiser="XM",
        at=AT,
        prepared=document["prepared"],
        entries=[(entry["index"], canonical.encode(value=entry["payload"])) for entry in document["entries"][::-1]],
        manifests=[canonical.encode(value=manifest) for manifest in document["manifests"]],
        voids=[canonical.encode(value=void) for void in document["voids"]],
    )
    assert written == canonical.encode(value=document) + b"\n"


def test_a_number_left_out_is_a_gap() -> None:
    without_second = _without(_honest(), 4, 5)
    without_second["manifests"].pop(1)
    without_second["voids"] = []

    assert _latest(without_second) == "R1 failed E_GAP: number XM-2026-0002 is missing"
    assert _latest(_without(_honest(), 0, 1, 2, 3)).startswith("R1 failed E_GAP: number XM-2026-0001")


def test_a_second_manifest_of_one_number_is_named() -> None:
    second = _insert(_honest(), 7, _entry("draw.committed", 3, "77" * 32))

    assert _latest(second) == "R2 failed E_DUPLICATE: draw XM-2026-0003 has a second manifest at index 17"


def test_several_orders_of_one_round_are_named() -> None:
    second = _insert(_honest(), 3, _entry("draw.ordered", 1, "99" * 32))

    assert _latest(second) == "R2 failed E_DUPLICATE: draw XM-2026-0001 has a second order of one round at index 13"


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (_insert(_honest(), 8, _entry("draw.drawn", 3, SEAL)), "R2 failed E_DUPLICATE"),
        (_without(_honest(), 2), "R2 failed E_ORDER"),
        (_without(_honest(), 6), "R2 failed E_ORDER"),
        (_without(_honest(), 7), "R4 failed E_OUTCOME"),
        (_without(_honest(), 3), "R4 failed E_OUTCOME"),
        (
            _honest() | {"manifests": _honest()["manifests"][:1] * 2 + [_manifest(3, prev="00" * 32)]},
            "R3 failed E_MISM",
        ),
        (_honest() | {"voids": [_void(2, "00" * 32)]}, "R3 failed E_MISMATCH"),
        (_honest() | {"organiser": "YM"}, "R1 failed E_DRAW"),
        (_honest() | {"prepared": ["X"]}, "R1 failed E_NAME"),
        (_honest() | {"more": 1}, "R0 failed E_FIELD"),
        (_honest() | {"entries": _honest()["entries"][::-1]}, "R0 failed E_ORDER"),
    ],
)
def test_every_way_to_hide_a_draw_fails_at_its_check(document: dict[str, Any], line: str) -> None:
    assert _latest(document).startswith(line)


def test_a_commitment_whose_moment_has_not_passed_is_not_due_yet() -> None:
    document = _without(_honest(), 7) | {"at": _honest()["manifests"][0]["t0"]}

    checks = verify_register(register=canonical.encode(value=document))

    assert checks[4].line.endswith("not due: XM-2026-0003")


def _lapsed() -> dict[str, Any]:
    """The first draw's round lapsed: the second names its result, and two more draws follow."""
    document = _honest()
    document["entries"][3]["payload"] = {
        "event": "draw.round_lapsed",
        "draw": "XM-2026-0001",
        "round": "1",
        "reason": "LOCAL_MISSING",
        "at": WRITTEN,
    }
    second = _manifest(2, prev="a1" * 32)
    record = _void(2, _digest(second))
    third = _manifest(3, prev=canonical.digest(tag="void", value=record))
    payloads = [entry["payload"] for entry in document["entries"]]
    payloads[4]["digest"], payloads[6]["digest"] = _digest(second), _digest(third)
    payloads[5]["digest"] = third["prev"]
    return document | {"manifests": [document["manifests"][0], second, third], "voids": [record]}


def test_a_lapsed_round_ends_its_order_is_named_and_hides_nothing_behind_it() -> None:
    checks = verify_register(register=canonical.encode(value=_lapsed()))

    assert checks[4].line.endswith("a round lapsed: XM-2026-0001")
    assert _line(checks).startswith("R6 skipped"), "the chain is looked at again"
    again = _insert(_lapsed(), 4, _entry("draw.ordered", 1, "99" * 32))
    line = "R2 failed E_DUPLICATE: draw XM-2026-0001 has an order after a lapsed round at index 14"
    assert _latest(again) == line
    assert _latest(_without(_lapsed(), 2)).startswith("R2 failed E_ORDER")


@pytest.mark.parametrize(
    ("t0", "at", "line"),
    [
        ("2023-08-25T10:00:00+08:00", "2023-08-27T10:00:00+08:00", "R4 ok"),
        ("2023-08-25T10:00:00+08:00", "2023-08-27T10:00:01+08:00", "R4 failed E_OUTCOME"),
        ("2033-08-25T10:00:00+08:00", "2024-02-21T20:00:00+08:00", "R4 ok"),
        ("2033-08-25T10:00:00+08:00", "2024-02-21T20:00:01+08:00", "R4 failed E_OUTCOME"),
        ("", "2024-02-21T20:00:01+08:00", "R4 failed E_OUTCOME"),
    ],
)
def test_an_order_is_due_two_days_after_its_own_moment_whatever_is_drawn_meanwhile(t0: str, at: str, line: str) -> None:
    document = _without(_honest(), 3) | {"at": at}
    document["entries"][2]["payload"] |= {"t0": t0} if t0 else {}

    lines = [check.line for check in verify_register(register=canonical.encode(value=document))]

    assert lines[4].startswith(line)
    assert ("not due: XM-2026-0001" in lines[4]) is (line == "R4 ok")


@pytest.mark.parametrize(
    ("at", "line"), [("2024-02-20T20:00:00+08:00", "R4 ok"), ("2024-02-20T20:00:01+08:00", "R4 failed E_OUTCOME")]
)
def test_a_withheld_draw_is_due_180_days_after_its_commitment_whatever_moment_is_said(at: str, line: str) -> None:
    document = _without(_honest(), 7) | {
        "at": at,
        "withheld": [{"draw": "XM-2026-0003", "t0": "2033-08-25T10:00:00+08:00"}],
    }
    document["manifests"].pop()
    document["entries"][6]["payload"]["t0"] = "2033-08-25T10:00:00+08:00"

    assert verify_register(register=canonical.encode(value=document))[4].line.startswith(line)


@pytest.mark.parametrize(
    ("is_opened", "at", "line"),
    [
        (False, "2024-02-22T10:00:00+08:00", "R4 ok"),
        (False, "2024-02-22T10:00:01+08:00", "R4 failed E_OUTCOME"),
        (True, "2026-12-01T09:00:00+08:00", "R4 ok"),
    ],
)
def test_a_sealed_draw_is_opened_180_days_after_its_moment(is_opened: bool, at: str, line: str) -> None:
    """What nobody ever opens nobody ever checks: a hand-picked list would stay sealed."""
    document = _honest()
    third = _manifest(3, prev=document["manifests"][2]["prev"], mode="sealed", t0="2023-08-25T10:00:00+08:00")
    document["manifests"][2] = third
    document["entries"][6]["payload"]["digest"] = _digest(third)
    if is_opened:
        opened = _entry("draw.opened", 3, SEAL, at="2024-02-01T10:00:00+08:00")
        document["entries"].append({"index": 18, "payload": opened})
    document["at"] = at

    assert verify_register(register=canonical.encode(value=document))[4].line.startswith(line)


def test_a_withheld_draw_is_opened_360_days_after_its_commitment_at_the_latest() -> None:
    document = _honest() | {"withheld": [{"draw": "XM-2026-0003", "t0": "2033-08-25T10:00:00+08:00"}]}
    document["manifests"].pop()
    document["entries"][6]["payload"]["t0"] = "2033-08-25T10:00:00+08:00"

    line = verify_register(register=canonical.encode(value=document))[4].line
    assert line == "R4 failed E_OUTCOME: draw XM-2026-0003 is sealed and was not opened within 180 days of its t0"


def test_a_draw_that_names_another_record_breaks_the_chain() -> None:
    document = _honest()
    wrong = _manifest(3, prev="00" * 32)
    document["manifests"][2] = wrong
    document["entries"][6]["payload"]["digest"] = _digest(wrong)

    assert _latest(document) == "R5 failed E_PREV: draw XM-2026-0003 does not name the record of XM-2026-0002"


def test_what_an_earlier_copy_showed_must_still_stand() -> None:
    now, earlier = _honest(), _without(_honest(), 7)
    forged = copy.deepcopy(earlier)
    forged["entries"][1]["payload"]["digest"] = "00" * 32

    assert _latest(now, earlier).startswith("R6 ok all 7 entries")
    assert _latest(now, forged) == "R6 failed E_MISMATCH: the entry draw.drawn of XM-2026-0001 at index 11 is gone"
    assert "was not shown before" in _latest(now, _without(_honest(), 3))


def _corrected(*stages: str) -> dict[str, Any]:
    document = _without(_honest(), 5)
    for index, stage in enumerate(stages):
        record = _void(2, _digest(document["manifests"][1]), stage=stage)
        document["voids"] = [record]
        digest = canonical.digest(tag="void", value=record)
        document = _insert(document, 5 + index, _entry("draw.voided", 2, digest) | {"stage": stage})
    return document


def test_a_void_that_nobody_saw_in_time_may_be_corrected_once_to_one_after_the_seed() -> None:
    assert "R2 ok" in "\n".join(
        check.line
        for check in verify_register(register=canonical.encode(value=_corrected("before-seed", "after-seed")))
    )


def _naming(document: dict[str, Any], prev: str) -> dict[str, Any]:
    """Let the third draw name another record, its commitment included."""
    wrong = _manifest(3, prev=prev)
    for entry in document["entries"]:
        if entry["payload"]["event"] == "draw.committed" and entry["payload"]["draw"] == "XM-2026-0003":
            entry["payload"]["digest"] = _digest(wrong)
    document["manifests"][2] = wrong
    return document


def test_only_the_last_void_record_of_a_pair_may_be_named_by_the_next_draw() -> None:
    pair = _corrected("before-seed", "after-seed")
    superseded = pair["manifests"][2]["prev"]

    last = canonical.digest(tag="void", value=pair["voids"][0])
    assert _latest(_naming(copy.deepcopy(pair), last)).startswith("R6 skipped")
    refused = "R5 failed E_PREV: draw XM-2026-0003 does not name the record of XM-2026-0002"
    assert _latest(_naming(copy.deepcopy(pair), superseded)) == refused


def test_of_an_open_draw_only_the_latest_result_may_be_named() -> None:
    document = _honest()
    earlier = _manifest(2, prev="a1" * 32)
    document["manifests"][1] = earlier
    document["entries"][4]["payload"]["digest"] = _digest(earlier)
    document["voids"] = [_void(2, _digest(earlier))]
    document["entries"][5]["payload"]["digest"] = canonical.digest(tag="void", value=document["voids"][0])

    assert _latest(document) == "R5 failed E_PREV: draw XM-2026-0002 does not name the record of XM-2026-0001"


@pytest.mark.parametrize("rounds", [0, 1])
def test_a_sealed_draw_may_be_followed_before_and_after_its_opening(rounds: int) -> None:
    """The digest of a later round is in no entry: the register cannot tell, and does not blame."""
    first = _manifest(1, prev="", mode="sealed")
    first["keys"] = [{"party": "P1", "commit": "11" * 32}]
    named = "e1" * 32 if rounds else "e0" * 32
    second = _manifest(2, prev=named)
    payloads = [_entry("draw.committed", 1, _digest(first)), _entry("draw.drawn", 1, SEAL)]
    payloads += [_entry("draw.ordered", 1, "aa" * 32), _entry("draw.replaced", 1, "bb" * 32)] * rounds
    payloads += [_entry("draw.committed", 2, _digest(second)), _entry("draw.drawn", 2, "d2" * 32)]
    payloads += [_entry("draw.opened", 1, "e0" * 32)]
    document = _honest() | {
        "prepared": [],
        "entries": [{"index": place, "payload": payload} for place, payload in enumerate(payloads)],
        "manifests": [first, second],
        "voids": [],
    }

    assert _latest(document).startswith("R6 skipped")
    if not rounds:
        document["entries"][-1]["payload"]["digest"] = "e9" * 32
        assert _latest(document).startswith("R5 failed E_PREV: draw XM-2026-0002")


@pytest.mark.parametrize(
    "stages",
    [
        ("after-seed", "before-seed"),
        ("before-seed", "before-seed"),
        ("before-seed", "after-seed", "after-seed"),
        ("", "after-seed"),
    ],
)
def test_any_other_second_void_record_is_named(stages: tuple[str, ...]) -> None:
    assert _latest(_corrected(*stages)).startswith("R2 failed E_DUPLICATE: draw XM-2026-0002 has a second void record")


def test_a_register_that_is_dated_before_its_own_entries_judges_nothing() -> None:
    """What is overdue is counted from its date, so the date may not be chosen."""
    document = _honest() | {"at": "2023-08-23T19:49:59+08:00"}
    on_time = document | {"at": "2023-08-23T19:50:00+08:00"}

    def latest(given: dict[str, Any], earlier: dict[str, Any] | None = None) -> str:
        kept = canonical.encode(value=earlier) if earlier else None
        return _line(verify_register(register=canonical.encode(value=given), earlier=kept))

    assert latest(document) == f"R0 failed E_ORDER: the register is dated {document['at']}, its latest entry {WRITTEN}"
    assert not latest(on_time).startswith("R0"), "two clocks may differ by ten minutes"
    assert latest(_honest() | {"at": "2026-11-30T09:00:00+08:00"}, _honest()).startswith("R6 failed E_ORDER")
    assert latest(_honest(), _honest()).startswith("R6 ok")
