"""That a second person approved what stays out of the frame, held against the ledger list by list.

The manifest states each list by reason, length and digest. The entry of its approval says the same three, and of which
organ and post the approver was (draw-protocol.md section 12); without it a business that was dropped under a good
reason would stand there by the word of whoever prepared the draw.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onevisit.core.draw import grammar
from onevisit.core.draw.documents import Exclusion
from onevisit.core.draw.logged import announces, check_before_commitment, entry_of
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

EVENT = "draw.exclusions_approved"
SINCE = "2027-01-01T00:00:00+08:00"
"""A draw whose `t0` is this moment or later brings the proofs, if its commitment is not of an older version."""
_NAME = re.compile(r"approved-([^/]{1,96})\.tlog-proof")


@dataclass(frozen=True)
class Approved:
    """What the entry of an approval says."""

    draw: str
    department: str
    role: str
    exclusion: Exclusion


def name_of(*, reason: str) -> str:
    """Name the proof of the entry that approved the list of one reason."""
    return f"approved-{reason}.tlog-proof"


def reason_of(name: str) -> str:
    """Return of which reason's list a proof is, empty for another file."""
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def parse_entry(*, payload: bytes, name: str) -> Approved:
    """Read the entry of an approval out of a proof.

    Raises:
        Refused: E_JSON, E_MISMATCH for the entry of something else.
    """
    said = entry_of(payload=payload, name=name)
    texts = [said.get(field) for field in ("draw", "department", "role", "reason", "list_sha256")]
    draw, department, role, reason, digest = (one if isinstance(one, str) else "" for one in texts)
    count = said.get("count")
    is_count = isinstance(count, int) and not isinstance(count, bool)
    if said.get("event") != EVENT or not department or not role or not is_count:
        raise Refused("E_MISMATCH", f"the entry of {name} approved no list of exclusions")
    return Approved(draw, department, role, Exclusion(reason=reason, count=int(str(count)), list_sha256=digest))


def check_approvals(
    *, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None
) -> Iterator[tuple[str, str]]:
    """Hold the approval of each list of the manifest against the ledger; yield each name and what it shows.

    Raises:
        Refused: E_MISMATCH or E_DRAW for the entry of something else or of another list, E_ORDER after the commitment,
            E_FILE none though the draw has to bring it.
    """
    is_asked = grammar.unix(receipt.manifest.t0) >= grammar.unix(SINCE) and announces(
        files=files, t0=receipt.manifest.t0
    )
    for stated in dict.fromkeys(one for item in receipt.manifest.items for one in item.excluded):
        name = name_of(reason=stated.reason)
        if trusted is None:
            if name in files:
                yield name, "not held against the ledger: no ledger proofs given"
        elif name in files:
            yield name, _held(files, name, stated, receipt, trusted)
        elif is_asked:
            raise Refused("E_FILE", f"{name} is missing: {stated.count} objects are kept out for {stated.reason}")
        else:
            yield name, "not shown: an older bundle, nothing in it tells who approved the list"


def _held(files: Mapping[str, bytes], name: str, stated: Exclusion, receipt: Receipt, trusted: Policy) -> str:
    proof = tlog_proof.parse_proof(data=files[name])
    approved = parse_entry(payload=proof.payload, name=name)
    if approved.draw != receipt.manifest.draw:
        raise Refused("E_DRAW", f"the entry of {name} is of another draw")
    if approved.exclusion != stated:
        raise Refused("E_MISMATCH", f"the entry of {name} approved another list than the manifest states")
    tlog_proof.check_entry(proof=proof, policy=trusted)
    check_before_commitment(files=files, name=name)
    return f"{approved.department} ({approved.role}) approved the {stated.count} exclusions before the commitment"
