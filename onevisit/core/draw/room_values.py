"""The values that people made in the room, held against the entries that fixed them before anybody could choose.

`draw.sourced` carries the digest of the room's values of a draw, and the quorum saw it 60 seconds before `t0` at the
latest: only then are keys handed over (draw-protocol.md section 7). Whoever has the keys and could still type digits
would choose among as many results as there are digits. See docs/adr/0027-values-of-the-room.md.

Every other value that people typed stands in an entry of its own, `draw.value_published`: the room's of a replacement
round before the round's `t0`, since nothing secret comes after them; a lottery's or the market's before the result.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onevisit.core import canonical
from onevisit.core.draw import grammar, results, sources
from onevisit.core.draw.documents import SourceValue
from onevisit.core.draw.logged import check_order
from onevisit.core.draw.results import Receipt
from onevisit.core.draw.sources import DRAND, LOCAL_TYPES
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

SOURCED_PROOF = "sourced.tlog-proof"
PUBLISHED = "draw.value_published"
KEY_MARGIN = 60
"""How many seconds before `t0` the quorum must have seen the values of the room: keys are handed over until then."""
SINCE = "2026-12-01T00:00:00+08:00"
"""A draw whose `t0` is this moment or later brings the proof; the bundles of earlier ones may lack it.

Of a round it is the moment at which the quorum saw its order, without witnesses the order's own.
"""
_VALUE_NAME = re.compile(r"value-(0|[1-9][0-9]?)-(0|[1-9][0-9]?)\.tlog-proof")


@dataclass(frozen=True)
class _Typed:
    """A value that stands in an entry of its own: of which round, at which place, and when the round is drawn."""

    round_number: int
    position: int
    value: SourceValue
    t0: str

    @property
    def name(self) -> str:
        return value_name(round_number=self.round_number, position=self.position)

    @property
    def is_local(self) -> bool:
        return self.value.type in LOCAL_TYPES


def value_name(*, round_number: int, position: int) -> str:
    """Name the proof of the entry that published one value of a draw (round 0) or of a round."""
    return f"value-{round_number}-{position}.tlog-proof"


def value_of_name(name: str) -> tuple[int, int] | None:
    """Return round and place of the value that a proof is of, None for another file."""
    found = _VALUE_NAME.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else None


def is_published(*, type_: str, round_number: int) -> bool:
    """Tell whether a value stands in an entry of its own: all that is typed, but the room's of the draw itself."""
    return type_ != DRAND and (round_number > 0 or type_ not in LOCAL_TYPES)


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
    for typed in _typed(receipt):
        if typed.name in files:
            yield typed.name, _held(files, typed, receipt, trusted)
        else:
            yield typed.name, _unpublished(files, typed, trusted)


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


def _typed(receipt: Receipt) -> Iterator[_Typed]:
    """Name every value of a receipt that stands in an entry of its own."""
    rounds = [(receipt.manifest.t0, receipt.sources), *((one.order.t0, one.sources) for one in receipt.orders)]
    for number, (t0, values) in enumerate(rounds):
        for position, value in enumerate(values):
            if is_published(type_=value.type, round_number=number):
                yield _Typed(number, position, value, t0)


def _held(files: Mapping[str, bytes], typed: _Typed, receipt: Receipt, trusted: Policy | None) -> str:
    """Hold a value against the entry that published it, and that against the moment from which one could choose."""
    if trusted is None:
        return "not held against the ledger: no ledger proofs given"
    proof = tlog_proof.parse_proof(data=files[typed.name])
    said = canonical.parse(data=proof.payload)
    if said.get("event") != PUBLISHED or said.get("round") != str(typed.round_number):
        raise Refused("E_MISMATCH", f"the entry of {typed.name} published no value of round {typed.round_number}")
    if said.get("draw") != receipt.manifest.draw:
        raise Refused("E_DRAW", f"the entry of {typed.name} is of another draw")
    if said.get("line") != sources.source_line(value=typed.value):
        raise Refused("E_MISMATCH", f"the entry of {typed.name} published another value than the receipt has")
    seen = tlog_proof.check_entry(proof=proof, policy=trusted).quorum_time
    result = f"result-{typed.round_number}.tlog-proof"
    check_order(files=files, name=typed.name, later=result, what="result")
    if not typed.is_local or seen is None:
        return "the value that the ledger fixed before the result" + ("; nobody witnessed when" if seen is None else "")
    ahead = grammar.unix(typed.t0) - seen
    if ahead <= 0:
        raise Refused("E_LATE", f"{typed.name} was cosigned {ahead} s before {typed.t0}, when all else is public")
    return f"the value of the room that the ledger fixed {ahead} s before {typed.t0}"


def _unpublished(files: Mapping[str, bytes], typed: _Typed, trusted: Policy | None) -> str:
    """Refuse a value whose entry is not shown, but of a draw or round from before it had to be."""
    if trusted is None:
        return "not shown: no ledger proofs given"
    if _bound_at(files, typed, trusted) >= grammar.unix(SINCE):
        raise Refused("E_FILE", f"{typed.name} is missing, and the value was typed after {SINCE}")
    return "not shown: an older bundle, nothing in it tells that the value stood before the result"


def _bound_at(files: Mapping[str, bytes], typed: _Typed, trusted: Policy) -> int:
    """Return the moment that decides which rule a value is under: `t0` of a draw, the order of a round."""
    name = f"order-{typed.round_number}.tlog-proof"
    if typed.round_number == 0 or name not in files:
        return grammar.unix(typed.t0)
    proof = tlog_proof.parse_proof(data=files[name])
    seen = tlog_proof.check_entry(proof=proof, policy=trusted).quorum_time
    if seen is not None:
        return seen
    said = canonical.parse(data=proof.payload)
    if "at" not in said:
        raise Refused("E_FIELD", f"{name} at")
    return grammar.unix(grammar.moment(said["at"], f"{name} at"))
