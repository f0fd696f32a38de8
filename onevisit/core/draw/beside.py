"""What stands beside a receipt in a bundle: how the pool was chosen, and the batches, each held against the ledger.

`conditions.json` is what the public entry `draw.directed` fixed by its digest at the freeze. `batches.txt` follows from
the receipt and the number of batches in the public entry `draw.batched` (`batches.py`). Neither changes a byte of srd1.
"""

import hashlib
from collections.abc import Iterator, Mapping

from onevisit.core import canonical
from onevisit.core.draw import batches
from onevisit.core.draw.results import Receipt, Result
from onevisit.core.merkle import policy, tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

CONDITIONS, BATCHES = "conditions.json", "batches.txt"
CONDITIONS_PROOF, BATCHES_PROOF = "conditions.tlog-proof", "batches.tlog-proof"
MOST_BATCHES = 400
"""More days an inspection does not last."""


def placed(*, receipt: Receipt, count: int) -> tuple[batches.Placed, ...]:
    """Put every object that a receipt draws into its batch."""
    first, *later = (one.result for one in receipt.results)
    return batches.placed(
        seed=first.seed,
        drawn=_selected(first),
        substitutes={one for result in later for one in _selected(result)},
        count=count,
    )


def check_beside(*, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None) -> Iterator[tuple[str, str]]:
    """Check the files beside the receipt; yield the name of each and what was found.

    Args:
        trusted: the policy of the ledger; without it only what the receipt alone can tell is checked.

    Raises:
        Refused: a file that does not follow from the receipt or is not what the ledger fixed.
    """
    draw = receipt.manifest.draw
    for name, proof_name in ((CONDITIONS, CONDITIONS_PROOF), (BATCHES, BATCHES_PROOF)):
        if proof_name in files and name not in files:
            raise Refused("E_FILE", f"{name} is missing, and {proof_name} says that there is one")
    if CONDITIONS in files:
        if trusted is None:
            yield CONDITIONS, "not checked: no ledger proofs given"
        else:
            digest = hashlib.sha256(files[CONDITIONS]).hexdigest()
            proof = _proof(files, CONDITIONS_PROOF)
            tlog_proof.check_proof(data=proof, policy=trusted, event="draw.directed", draw=draw, digest=digest)
            yield CONDITIONS, "as the ledger fixed it at the freeze"
    if BATCHES in files:
        count = _count(files, draw, trusted)
        lines = "".join(f"{one.batch}|{one.object_id}|{one.value}\n" for one in placed(receipt=receipt, count=count))
        if lines.encode("ascii") != files[BATCHES]:
            raise Refused("E_MISMATCH", f"{BATCHES} is not what the seed gives for {count} batches")
        fixed = "as the ledger fixed" if trusted else "their number not checked: no ledger proofs given"
        yield BATCHES, f"{count} batches by the seed, {fixed}"


def parse_policy(*, files: Mapping[str, bytes]) -> Policy:
    """Read the ledger's policy out of a bundle."""
    return policy.parse_policy(data=_proof(files, "policy.txt"))


def _count(files: Mapping[str, bytes], draw: str, trusted: Policy | None) -> int:
    """Return the number of batches: as the ledger fixed it, or as the file itself says."""
    if trusted is None:
        said = files[BATCHES].decode("ascii", "replace").splitlines()
        last = max((line.partition("|")[0] for line in said), key=lambda text: (len(text), text), default="")
        return _within(int(last) if last.isascii() and last.isdecimal() and len(last) < 5 else 0)
    proof = tlog_proof.parse_proof(data=_proof(files, BATCHES_PROOF))
    value = canonical.parse(data=proof.payload)
    if value.get("event") != "draw.batched" or value.get("draw") != draw:
        raise Refused("E_MISMATCH", f"the entry of {BATCHES_PROOF} is not this draw's number of batches")
    tlog_proof.check_entry(proof=proof, policy=trusted)
    count = value.get("count")
    return _within(count if isinstance(count, int) and not isinstance(count, bool) else 0)


def _within(count: int) -> int:
    if not 1 <= count <= MOST_BATCHES:
        raise Refused("E_RANGE", f"a draw has 1 to {MOST_BATCHES} batches")
    return count


def _proof(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Refused("E_FILE", f"{name} is missing")
    return files[name]


def _selected(result: Result) -> set[str]:
    return {drawn.object_id for item in result.items for stratum in item.strata for drawn in stratum.selected}
