"""When each key came in, held against the ledger: after the room's values were fixed, and seen before `t0`.

Who has the keys before the digits of the room are typed chooses them; who brings the last key once the beacon is
public chooses whether to bring it (draw-protocol.md section 7). The entry of a key carries its commitment only.
"""

import re
from collections.abc import Iterator, Mapping

from onevisit.core.draw import grammar, room_values
from onevisit.core.draw.logged import check_order, entry_of
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

EVENTS = ("draw.key_handed", "draw.key_combined")
SINCE = "2027-01-01T00:00:00+08:00"
"""A draw whose `t0` is this moment or later brings the proofs; the bundles of earlier ones may lack them."""
_NAME = re.compile(r"key-([^/]{1,96})\.tlog-proof")


def name_of(*, party: str) -> str:
    """Name the proof of the entry with which a party's key came in."""
    return f"key-{party}.tlog-proof"


def party_of(name: str) -> str:
    """Return whose key a proof is of, empty for another file."""
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def check_keys(*, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None) -> Iterator[tuple[str, str]]:
    """Hold the moment of each key against the ledger; yield the name of each proof and what it shows.

    Raises:
        Refused: E_MISMATCH or E_DRAW for the entry of something else, E_ORDER before the room's values or after the
            result, E_LATE seen at `t0` or later, E_FILE missing though the draw has to bring it.
    """
    for key in receipt.manifest.keys:
        name = name_of(party=key.party)
        if trusted is None:
            yield name, "not held against the ledger: no ledger proofs given"
        elif name in files:
            yield name, _held(files, name, (key.party, key.commit), receipt, trusted)
        elif grammar.unix(receipt.manifest.t0) >= grammar.unix(SINCE):
            raise Refused("E_FILE", f"{name} is missing, and t0 is after {SINCE}")
        else:
            yield name, "not shown: an older bundle, nothing in it tells when the key came in"


def _held(files: Mapping[str, bytes], name: str, key: tuple[str, str], receipt: Receipt, trusted: Policy) -> str:
    proof = tlog_proof.parse_proof(data=files[name])
    said = entry_of(payload=proof.payload, name=name)
    if said.get("event") not in EVENTS or (said.get("party"), said.get("commitment")) != key:
        raise Refused("E_MISMATCH", f"the entry of {name} is not the one of the key of {key[0]}")
    if said.get("draw") != receipt.manifest.draw:
        raise Refused("E_DRAW", f"the entry of {name} is of another draw")
    seen = tlog_proof.check_entry(proof=proof, policy=trusted).quorum_time
    if room_values.SOURCED_PROOF in files:
        check_order(files=files, name=room_values.SOURCED_PROOF, later=name, what=f"key of {key[0]}")
    check_order(files=files, name=name, later="result-0.tlog-proof", what="result")
    if seen is None:
        return "the key came after the values of the room; nobody witnessed when"
    ahead = grammar.unix(receipt.manifest.t0) - seen
    if ahead <= 0:
        raise Refused("E_LATE", f"{name} was cosigned {ahead} s before {receipt.manifest.t0}")
    return f"the key came after the values of the room, {ahead} s before {receipt.manifest.t0}"
