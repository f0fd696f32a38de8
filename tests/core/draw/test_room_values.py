"""Digits that people made in the room: only those count whose digest was cosigned before the keys."""

import pytest

from onevisit.core.draw import forms, grammar, results, room_values
from onevisit.core.draw.results import Receipt
from onevisit.core.draw.sources import CEREMONY
from onevisit.core.refusals import Refused
from tests.core.draw.proven import ProvenLog
from tests.core.draw.vectors import DRAWS, PLAIN, SEALED, encoded

NAME = room_values.SOURCED_PROOF


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

    ((name, said),) = _said(receipt, log, {NAME: data})

    assert (name, said) == (NAME, f"the values of the room are those that the ledger fixed 60 s before {_t0(receipt)}")
    with pytest.raises(Refused) as refused:
        _said(receipt, log, {NAME: log.proof(0, seen=latest + 1)})
    assert str(refused.value) == f"E_LATE: {NAME} was cosigned 59 s before {_t0(receipt)}"
    ((_name, unseen),) = room_values.check_room(files={NAME: data}, receipt=receipt, trusted=log.unwitnessed)
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

    ((name, said),) = _said(receipt, log, {})
    assert (name, said[:35]) == (NAME, "not shown: an older bundle, nothing")

    monkeypatch.setattr(room_values, "SINCE", _t0(receipt))
    with pytest.raises(Refused, match=f"{NAME} is missing") as refused:
        _said(receipt, log, {})
    assert refused.value.code == "E_FILE"
    ((_name, unproven),) = room_values.check_room(files={}, receipt=receipt, trusted=None)
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
