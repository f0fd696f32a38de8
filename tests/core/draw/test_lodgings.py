"""Whether somebody outside had the lists before the commitment: asked for in two entries, so nobody leaves it out."""

import pytest

from onevisit.core.canonical import Json
from onevisit.core.draw import forms, grammar, lodging, lodgings
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import note
from onevisit.core.refusals import Refused
from tests.core.draw.proven import ProvenLog
from tests.core.draw.vectors import DRAWS, SEALED, encoded

RECEIPT, PROOF, POLICY = "lodged-1.note", "lodged-1.tlog-proof", lodgings.POLICY_PROOF


@pytest.fixture
def receipt() -> Receipt:
    return forms.parse_receipt(data=encoded(DRAWS[SEALED]["receipt"]))


class Lodged:
    """A log with an adopted policy, a lodged freeze and its commitment, an hour before `t0`."""

    def __init__(self, receipt: Receipt, *, lodge: list[Json], named: str | None = None) -> None:
        self.log, self._receipt = ProvenLog(), receipt
        self.seen = grammar.unix(receipt.manifest.t0) - 3600
        digest = self.log.policy.digest
        adopted: dict[str, Json] = {"event": "ledger_policy.adopted", "digest": digest, "lodge": lodge}
        note_file = self.receipt_file()
        line = lodging.parse_receipt(data=note_file).note.signatures[0]
        draw, manifest = receipt.manifest.draw, receipt.manifest.digest
        entry: dict[str, Json] = {
            "event": "draw.lodged",
            "draw": draw,
            "digest": manifest,
            "signature": note.encode_base64(line.key_id + line.value),
        }
        committed: dict[str, Json] = {"event": "draw.committed", "draw": draw, "digest": manifest}
        if named is not None:
            committed["policy"] = named or digest
        self.files = {
            "policy.txt": self.log.policy_file,
            POLICY: self.log.proven(adopted, seen=self.seen),
            RECEIPT: note_file,
            PROOF: self.log.proven(entry, seen=self.seen),
            "manifest.tlog-proof": self.log.proven(committed, seen=self.seen),
        }

    def receipt_file(self) -> bytes:
        manifest = self._receipt.manifest
        text = lodging.statement(
            origin=self.log.origin,
            draw=manifest.draw,
            manifest=manifest.digest,
            listing=lodging.listing_digest(manifest=manifest),
            time=self.seen - 60,
        )
        return self.log.sign_note(text)

    def said(self, *without: str, **other: bytes) -> dict[str, str]:
        files = {name: data for name, data in {**self.files, **other}.items() if name not in without}
        return dict(lodgings.check_lodgings(files=files, receipt=self._receipt, trusted=self.log.policy))


def test_a_policy_that_asked_for_lodging_and_the_receipt_that_came(receipt: Receipt) -> None:
    said = Lodged(receipt, lodge=["audit"], named="").said()

    assert said[POLICY] == "the policy of the commitment asks audit to lodge the lists"
    assert said[RECEIPT].startswith("frames, roster and exclusions were lodged with audit.example/witness")


@pytest.mark.parametrize("gone", [(RECEIPT, PROOF), (RECEIPT,), (PROOF,), (RECEIPT, PROOF, POLICY), (POLICY,)])
def test_a_bundle_that_leaves_out_what_was_asked_for_is_refused(receipt: Receipt, gone: tuple[str, ...]) -> None:
    lodged = Lodged(receipt, lodge=["audit"], named="")

    with pytest.raises(Refused, match="E_FILE") as refused:
        lodged.said(*gone)

    assert gone[-1] in refused.value.detail or RECEIPT in refused.value.detail


def test_a_receipt_of_a_witness_that_was_not_asked_is_not_the_one(receipt: Receipt) -> None:
    with pytest.raises(Refused, match=r"E_FILE: .*asks court for it"):
        Lodged(receipt, lodge=["court"], named="").said()


def test_a_policy_that_asks_nobody_is_said_to(receipt: Receipt) -> None:
    said = Lodged(receipt, lodge=[], named="").said(RECEIPT, PROOF)

    assert said == {POLICY: "the policy of the commitment asks nobody to lodge the lists"}


def test_another_policy_than_the_commitment_names_is_refused(receipt: Receipt) -> None:
    lodged = Lodged(receipt, lodge=["audit"], named="")
    softer = lodged.log.proven({"event": "ledger_policy.adopted", "digest": "00" * 32, "lodge": []}, seen=lodged.seen)

    for name, data in (("policy.txt", lodged.files["policy.txt"] + b"# an older one\n"), (POLICY, softer)):
        with pytest.raises(Refused, match="E_MISMATCH"):
            lodged.said(RECEIPT, PROOF, **{name: data})


def test_a_policy_that_was_adopted_after_the_commitment_did_not_rule_it(receipt: Receipt) -> None:
    lodged = Lodged(receipt, lodge=["audit"], named="")
    adopted: dict[str, Json] = {"event": "ledger_policy.adopted", "digest": lodged.log.policy.digest, "lodge": []}

    with pytest.raises(Refused, match="E_ORDER"):
        lodged.said(RECEIPT, PROOF, **{POLICY: lodged.log.proven(adopted, seen=lodged.seen)})


def test_lodgers_that_are_no_list_of_names_are_refused(receipt: Receipt) -> None:
    with pytest.raises(Refused, match="E_TYPE"):
        Lodged(receipt, lodge=[1], named="").said()


def test_a_commitment_that_names_no_policy_is_an_older_one_or_refused(
    receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Lodged(receipt, lodge=["audit"])

    assert older.said(RECEIPT, PROOF)[POLICY].startswith("not shown: an older commitment")
    monkeypatch.setattr(lodgings, "NAMED_SINCE", "2020-01-01T00:00:00+08:00")
    with pytest.raises(Refused, match="E_FIELD: the commitment does not name the policy"):
        older.said(RECEIPT, PROOF)
    unwitnessed = lodgings.check_lodgings(files=older.files, receipt=receipt, trusted=older.log.unwitnessed)
    assert POLICY not in dict(unwitnessed)


def test_without_a_policy_the_receipt_says_what_is_not_checked(receipt: Receipt) -> None:
    lodged = Lodged(receipt, lodge=["audit"], named="")

    said = dict(lodgings.check_lodgings(files=lodged.files, receipt=receipt, trusted=None))

    assert said == {RECEIPT: "names this manifest; its signature is not checked: no policy given"}
