"""What every check of a file beside a receipt asks of the ledger: that an entry was logged, and before what."""

import json
from collections.abc import Mapping
from dataclasses import replace

from onevisit.core import canonical
from onevisit.core.draw import grammar
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import NONE, Policy
from onevisit.core.merkle.tlog_proof import TlogProof
from onevisit.core.refusals import Refused

COMMITMENT_PROOF = "manifest.tlog-proof"
EVERY_SINCE = "2027-07-01T00:00:00+08:00"
"""A draw whose `t0` is this moment or later is of no earlier version: the commitment is 180 days before it at most."""
ANNOUNCED = "opens"
"""A commitment whose entry has this field is of a version that fixes the groups at the freeze, lets nobody lower the
figure of small strata, and has every list of exclusions approved; earlier ones may not be."""


def needed(*, files: Mapping[str, bytes], name: str) -> bytes:
    """Return a file that has to be there.

    Raises:
        Refused: E_FILE.
    """
    if name not in files:
        raise Refused("E_FILE", f"{name} is missing")
    return files[name]


def entry_of(*, payload: bytes, name: str) -> dict[str, object]:
    """Read what an entry says; it may hold true, false and other letters than ASCII, so it is no document of srd1.

    The ledger writes RFC 8785: a field that stands twice, or is written in another way, was never written by it.

    Raises:
        Refused: E_JSON.
    """
    try:
        found = json.loads(payload.decode("utf-8"), parse_constant=_no_constant)
        is_canonical = canonical.encode(value=found) == payload
    except (ValueError, RecursionError, Refused):
        found, is_canonical = None, False
    if not isinstance(found, dict) or not is_canonical:
        raise Refused("E_JSON", f"the entry of {name}")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def announces(*, files: Mapping[str, bytes], t0: str) -> bool:
    """Tell by the entry of the commitment, or by its `t0`, whether a draw is of a version that had all these rules."""
    if grammar.unix(t0) >= grammar.unix(EVERY_SINCE):
        return True
    if COMMITMENT_PROOF not in files:
        return False
    return ANNOUNCED in canonical.parse(data=tlog_proof.parse_proof(data=files[COMMITMENT_PROOF]).payload)


def check_logged(*, proof: TlogProof, trusted: Policy) -> None:
    """Check that the log has signed an entry's checkpoint, whoever cosigned it."""
    tlog_proof.check_entry(proof=proof, policy=replace(trusted, quorum=NONE))


def check_before_commitment(*, files: Mapping[str, bytes], name: str) -> None:
    """See that an entry stands before the commitment in the same log: nobody fixed it with the result in hand."""
    check_order(files=files, name=name, later=COMMITMENT_PROOF, what="commitment")


def check_order(*, files: Mapping[str, bytes], name: str, later: str, what: str) -> None:
    """See that the entry of one proof stands before that of another in the same log.

    Args:
        what: what the later entry is, in the words of the refusal.

    Raises:
        Refused: E_FILE, E_PROOF, E_LOG or E_ORDER.
    """
    own, other = (tlog_proof.parse_proof(data=needed(files=files, name=one)) for one in (name, later))
    if own.checkpoint.origin != other.checkpoint.origin:
        raise Refused("E_LOG", f"{name} and {later} are of two logs, their order shows nothing")
    if own.index >= other.index:
        raise Refused("E_ORDER", f"{name} is entry {own.index}, after the {what}, entry {other.index}")
