"""Which organs signed the fingerprint of the manifest and which did not, held against the ledger.

A department hands its key over to the one manifest that it signed (draw-protocol.md section 7): the entry of its
signature stands behind the commitment and before the entry of its key. What organs signed without a key, or did not
sign (不签认), stands in the bundle too; nobody can ask for an answer that nobody had to give.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from onevisit.core.draw import grammar, key_entries
from onevisit.core.draw.logged import COMMITMENT_PROOF, check_order, entry_of
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

EVENT = "draw.attested"
HANDED = "draw.key_handed"
"""The entry of a key that its owner brought; for one that was combined from shares nobody signed anything."""
SINCE = "2027-01-01T00:00:00+08:00"
"""A draw whose `t0` is this moment or later brings the proofs; the bundles of earlier ones may lack them."""
_NAME = re.compile(r"attested-[1-9][0-9]{0,2}\.tlog-proof")


@dataclass(frozen=True)
class Attested:
    """What the entry of an answer says."""

    draw: str
    department: str
    fingerprint: str
    is_agreed: bool


def name_of(*, number: int) -> str:
    """Name the proof of the entry of an answer; the first is 1."""
    return f"attested-{number}.tlog-proof"


def is_attested(name: str) -> bool:
    """Say whether a file is the proof of the entry of an answer."""
    return _NAME.fullmatch(name) is not None


def parse_entry(*, payload: bytes, name: str) -> Attested:
    """Read the entry of an answer out of a proof.

    Raises:
        Refused: E_JSON, E_MISMATCH for the entry of something else.
    """
    said = entry_of(payload=payload, name=name)
    department, fingerprint, is_agreed = said.get("department"), said.get("fingerprint"), said.get("is_agreed")
    if (
        said.get("event") != EVENT
        or not isinstance(department, str)
        or not department
        or not isinstance(fingerprint, str)
        or not isinstance(is_agreed, bool)
    ):
        raise Refused("E_MISMATCH", f"the entry of {name} is no answer to a fingerprint")
    return Attested(str(said.get("draw")), department, fingerprint, is_agreed)


def check_attested(
    *, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None
) -> Iterator[tuple[str, str]]:
    """Hold the answers against the ledger, and each key against its owner's; yield each name and what it shows.

    Raises:
        Refused: E_MISMATCH or E_DRAW for the entry of something else, another manifest, or a key without its owner's
            signature among those that are shown; E_ORDER before the commitment or after the key; E_FILE where none is
            shown though a department signed before its key.
    """
    names = sorted(filter(is_attested, files))
    if trusted is None:
        yield from ((name, "not held against the ledger: no ledger proofs given") for name in names)
        return
    signed: dict[str, list[str]] = {}
    for name in names:
        answer = _held(files, name, receipt, trusted)
        if answer.is_agreed:
            signed.setdefault(answer.department, []).append(name)
        verb = "signed" if answer.is_agreed else "did not sign"
        yield name, f"{answer.department} {verb} the fingerprint of the manifest after the commitment"
    unsigned = [
        key.party
        for key in receipt.manifest.keys
        if _asks(files, key.party, receipt) and not _stands(files, key.party, signed.get(key.party, ()))
    ]
    if not unsigned:
        return
    first = name_of(number=1)
    if grammar.unix(receipt.manifest.t0) < grammar.unix(SINCE):
        yield first, f"not shown: an older bundle, nothing in it tells that {unsigned[0]} signed before its key"
    elif not names:
        raise Refused("E_FILE", f"{first} is missing: {unsigned[0]} signed the manifest before its key")
    else:
        raise Refused("E_MISMATCH", f"{key_entries.name_of(party=unsigned[0])}: nothing shows that its owner signed")


def _held(files: Mapping[str, bytes], name: str, receipt: Receipt, trusted: Policy) -> Attested:
    proof = tlog_proof.parse_proof(data=files[name])
    answer = parse_entry(payload=proof.payload, name=name)
    if answer.draw != receipt.manifest.draw:
        raise Refused("E_DRAW", f"the entry of {name} is of another draw")
    if answer.fingerprint != receipt.manifest.digest:
        raise Refused("E_MISMATCH", f"the entry of {name} answers to another fingerprint than the manifest's")
    tlog_proof.check_entry(proof=proof, policy=trusted)
    check_order(files=files, name=COMMITMENT_PROOF, later=name, what=f"answer of {answer.department}")
    return answer


def _asks(files: Mapping[str, bytes], party: str, receipt: Receipt) -> bool:
    """Tell whether a key came with its owner's signature: its entry names the manifest that it was handed over to."""
    name = key_entries.name_of(party=party)
    if name not in files:
        return False  # an older bundle, as the check of the keys has said
    said = entry_of(payload=tlog_proof.parse_proof(data=files[name]).payload, name=name)
    if said.get("event") != HANDED or not said.get("manifest_digest"):
        return False  # from shares, or of a version that took a key without a signature
    if said["manifest_digest"] != receipt.manifest.digest:
        raise Refused("E_MISMATCH", f"the key of {name} was handed over to another manifest")
    return True


def _stands(files: Mapping[str, bytes], party: str, signed: Sequence[str]) -> bool:
    """See that one of an owner's signatures stands before its key, False where it has none.

    Raises:
        Refused: E_ORDER or E_LOG.
    """
    key = key_entries.name_of(party=party)
    for name in signed[:-1]:
        with suppress(Refused):
            check_order(files=files, name=name, later=key, what=f"key of {party}")
            return True
    if signed:
        check_order(files=files, name=signed[-1], later=key, what=f"key of {party}")
    return bool(signed)
