"""The values that people made in the room, held against the entries that fixed them before anybody could choose.

`draw.sourced` carries the digest of the room's values of a draw, and the quorum saw it 60 seconds before `t0` at the
latest: only then are keys handed over (draw-protocol.md section 7). Whoever has the keys and could still type digits
would choose among as many results as there are digits. See docs/adr/0027-values-of-the-room.md.
"""

from collections.abc import Iterator, Mapping, Sequence

from onevisit.core.draw import grammar, results
from onevisit.core.draw.documents import SourceValue
from onevisit.core.draw.results import Receipt
from onevisit.core.draw.sources import LOCAL_TYPES
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

SOURCED_PROOF = "sourced.tlog-proof"
KEY_MARGIN = 60
"""How many seconds before `t0` the quorum must have seen the values of the room: keys are handed over until then."""
SINCE = "2026-12-01T00:00:00+08:00"
"""A draw whose `t0` is this moment or later brings the proof; the bundles of earlier ones may lack it."""


def check_room(*, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None) -> Iterator[tuple[str, str]]:
    """Hold the values of the room against the ledger; yield the name of each proof and what it shows.

    Raises:
        Refused: the entry has another digest, came too late, or is missing though the draw has to bring it.
    """
    values = _local(receipt.sources)
    if SOURCED_PROOF in files:
        yield SOURCED_PROOF, _said(files[SOURCED_PROOF], values, receipt, trusted)
    elif values:
        yield SOURCED_PROOF, _absent(receipt.manifest.t0, trusted)


def _local(values: Sequence[SourceValue]) -> tuple[SourceValue, ...]:
    return tuple(value for value in values if value.type in LOCAL_TYPES)


def _said(data: bytes, values: Sequence[SourceValue], receipt: Receipt, trusted: Policy | None) -> str:
    if trusted is None:
        return "not held against the ledger: no ledger proofs given"
    draw, t0, digest = receipt.manifest.draw, receipt.manifest.t0, results.sources_digest(values=values)
    found = tlog_proof.check_proof(data=data, policy=trusted, event="draw.sourced", draw=draw, digest=digest)
    if not values:
        return "no values of the room, as the ledger fixed"
    if found.quorum_time is None:
        return "the values of the room are those that the ledger fixed; nobody witnessed when"
    ahead = grammar.unix(t0) - found.quorum_time
    if ahead < KEY_MARGIN:
        raise Refused("E_LATE", f"{SOURCED_PROOF} was cosigned {ahead} s before {t0}")
    return f"the values of the room are those that the ledger fixed {ahead} s before {t0}"


def _absent(t0: str, trusted: Policy | None) -> str:
    if trusted is None:
        return "not shown: no ledger proofs given"
    if grammar.unix(t0) >= grammar.unix(SINCE):
        raise Refused("E_FILE", f"{SOURCED_PROOF} is missing, and the draw has values of the room after {SINCE}")
    return f"not shown: an older bundle, nothing in it tells that the values of the room stood before {t0}"
