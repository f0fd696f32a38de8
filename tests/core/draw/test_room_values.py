"""Digits that people made in the room: only those count whose digest was cosigned before the keys."""

from dataclasses import replace

import pytest

from onevisit.core.draw import forms, grammar, results, room_values, sources
from onevisit.core.draw.results import Receipt
from onevisit.core.draw.sources import CEREMONY
from onevisit.core.refusals import Refused
from tests.core.draw.proven import ProvenLog
from tests.core.draw.vectors import DRAWS, PLAIN, REPLACED, SEALED, encoded

NAME = room_values.SOURCED_PROOF
AT = "2026-11-01T00:00:00+08:00"


@pytest.fixture
def receipt() -> Receipt:
    """The receipt of a sealed draw, one of whose sources is a ceremony."""
    return forms.parse_receipt(data=encoded(DRAWS[SEALED]["receipt"]))


def _entry(receipt: Receipt, **other: str) -> dict[str, str]:
    local = [value for value in receipt.sources if value.type == CEREMONY]
    digest = results.sources_digest(values=local)
    return {"event": "draw.sourced", "draw": receipt.manifest.draw, "digest": digest, **other}


def _said(receipt: Receipt, log: ProvenLog, files: dict[str, bytes]) -> list[tuple[str, str]]:
    return list(room_values.check_room(files=files, receipt=receipt, trusted=log.policy))


def test_values_that_were_cosigned_a_minute_before_t0_hold(receipt: Receipt) -> None:
    log, latest = ProvenLog(), grammar.unix(receipt.manifest.t0) - 60
    data = log.proven(_entry(receipt), seen=latest)

    (name, said), *_others = _said(receipt, log, {NAME: data})

    assert (name, said) == (NAME, f"the values of the room are those that the ledger fixed 60 s before {_t0(receipt)}")
    with pytest.raises(Refused) as refused:
        _said(receipt, log, {NAME: log.proof(0, seen=latest + 1)})
    assert str(refused.value) == f"E_LATE: {NAME} was cosigned 59 s before {_t0(receipt)}"
    (_name, unseen), *_others = room_values.check_room(files={NAME: data}, receipt=receipt, trusted=log.unwitnessed)
    assert unseen.endswith("nobody witnessed when")


def test_other_digits_than_the_cosigned_ones_are_refused(receipt: Receipt) -> None:
    log = ProvenLog()
    for change, code in (
        ({"digest": results.sources_digest(values=receipt.sources)}, "E_MISMATCH"),
        ({"event": "draw.drawn"}, "E_MISMATCH"),
        ({"draw": "OTHER"}, "E_DRAW"),
    ):
        with pytest.raises(Refused) as refused:
            _said(receipt, log, {NAME: log.proven(_entry(receipt, **change), seen=1)})
        assert refused.value.code == code


def test_a_bundle_without_the_proof_says_so_and_fails_once_the_rule_was_in_force(
    receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = ProvenLog()

    (name, said), *_others = _said(receipt, log, {})
    assert (name, said[:35]) == (NAME, "not shown: an older bundle, nothing")

    monkeypatch.setattr(room_values, "SINCE", _t0(receipt))
    with pytest.raises(Refused, match=f"{NAME} is missing") as refused:
        _said(receipt, log, {})
    assert refused.value.code == "E_FILE"
    (_name, unproven), *_others = room_values.check_room(files={}, receipt=receipt, trusted=None)
    assert unproven == "not shown: no ledger proofs given"


def test_a_draw_without_values_of_the_room_needs_no_proof_and_one_given_is_held_to_it() -> None:
    plain, log = forms.parse_receipt(data=encoded(DRAWS[PLAIN]["receipt"])), ProvenLog()
    good = _entry(plain)

    assert _said(plain, log, {}) == []
    assert _said(plain, log, {NAME: log.proven(good, seen=1)}) == [(NAME, "no values of the room, as the ledger fixed")]
    with pytest.raises(Refused):
        _said(plain, log, {NAME: log.proven({**good, "digest": "00" * 32}, seen=1)})


def _t0(receipt: Receipt) -> str:
    return receipt.manifest.t0


VALUE = "value-1-0.tlog-proof"


@pytest.fixture
def replaced(receipt: Receipt) -> Receipt:
    """A receipt with one round whose digits were typed in the room, t0 an hour after that of the draw."""
    plain = forms.parse_receipt(data=encoded(DRAWS[REPLACED]["receipt"]))
    local = tuple(value for value in receipt.sources if value.type == CEREMONY)
    first = plain.orders[0]
    return replace(plain, orders=(replace(first, sources=local),))


def _line(receipt: Receipt) -> dict[str, str]:
    line = sources.source_line(value=receipt.orders[0].sources[0])
    return {"event": "draw.value_published", "draw": receipt.manifest.draw, "round": "1", "line": line}


def _files(receipt: Receipt, log: ProvenLog, *, seen: int, **other: str) -> dict[str, bytes]:
    """Return the proofs of a round in the order in which they stand in the log: its order, its value, its result."""
    order = {"event": "draw.ordered", "draw": receipt.manifest.draw, "digest": receipt.orders[0].order.digest}
    files = {"order-1.tlog-proof": log.proven({**order, "at": AT}, seen=seen)}
    files[VALUE] = log.proven({**_line(receipt), **other}, seen=seen)
    files["result-1.tlog-proof"] = log.proven({"event": "draw.replaced"}, seen=seen)
    return files


def _of_round(receipt: Receipt, log: ProvenLog, files: dict[str, bytes]) -> str:
    return dict(_said(receipt, log, files))[VALUE]


def test_digits_of_a_round_hold_that_were_cosigned_before_its_own_t0(replaced: Receipt) -> None:
    log, t0 = ProvenLog(), grammar.unix(replaced.orders[0].order.t0)
    files = _files(replaced, log, seen=t0 - 1)

    assert _of_round(replaced, log, files).startswith("the value of the room that the ledger fixed 1 s before")
    with pytest.raises(Refused, match="E_LATE"):
        _of_round(replaced, log, {**files, VALUE: log.proof(1, seen=t0)})
    unseen = dict(room_values.check_room(files=files, receipt=replaced, trusted=log.unwitnessed))[VALUE]
    assert unseen.endswith("nobody witnessed when")
    assert dict(room_values.check_room(files=files, receipt=replaced, trusted=None))[VALUE].startswith("not held")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"line": "ceremony:000000"}, "E_MISMATCH"),
        ({"round": "2"}, "E_MISMATCH"),
        ({"event": "draw.drawn"}, "E_MISMATCH"),
        ({"draw": "OTHER"}, "E_DRAW"),
    ],
)
def test_another_value_of_a_round_than_the_published_one_is_refused(
    replaced: Receipt, change: dict[str, str], code: str
) -> None:
    log = ProvenLog()

    with pytest.raises(Refused) as refused:
        _of_round(replaced, log, _files(replaced, log, seen=1, **change))

    assert refused.value.code == code


def test_a_value_that_was_published_after_the_result_decided_nothing(replaced: Receipt) -> None:
    log = ProvenLog()
    files = _files(replaced, log, seen=1)
    late = log.proven(_line(replaced), seen=1)

    with pytest.raises(Refused, match="E_ORDER"):
        _of_round(replaced, log, {**files, VALUE: late})
    del files["result-1.tlog-proof"]
    with pytest.raises(Refused, match=r"E_FILE: result-1\.tlog-proof is missing"):
        _of_round(replaced, log, files)


@pytest.mark.parametrize("is_witnessed", [True, False])
def test_a_round_without_its_proof_passes_only_if_it_was_ordered_before_the_rule(
    replaced: Receipt, monkeypatch: pytest.MonkeyPatch, is_witnessed: bool
) -> None:
    log = ProvenLog()
    files = _files(replaced, log, seen=grammar.unix(AT))
    del files[VALUE]
    trusted = log.policy if is_witnessed else log.unwitnessed

    def said() -> str:
        return dict(room_values.check_room(files=files, receipt=replaced, trusted=trusted))[VALUE]

    monkeypatch.setattr(room_values, "SINCE", "2026-11-01T00:00:01+08:00")
    assert said().startswith("not shown: an older bundle")
    monkeypatch.setattr(room_values, "SINCE", AT)
    with pytest.raises(Refused, match=f"E_FILE: {VALUE} is missing"):
        said()


def test_the_name_of_a_proof_says_round_and_place() -> None:
    assert room_values.value_of_name(room_values.value_name(round_number=3, position=12)) == (3, 12)
    for name in ("value-1.tlog-proof", "value-01-0.tlog-proof", "value-1-0.note", "xvalue-1-0.tlog-proof"):
        assert room_values.value_of_name(name) is None
