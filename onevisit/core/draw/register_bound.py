"""What a register brings along to bind it to its ledger: a checkpoint, and what the ledger itself stated of its draws.

Whether they hold is asked by `verify_seen`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from onevisit.core import canonical, merkle
from onevisit.core.canonical import Json, Parsed
from onevisit.core.draw import grammar
from onevisit.core.merkle.note import encode_base64
from onevisit.core.merkle.policy import GREATEST_FILE
from onevisit.core.refusals import Refused

STATED = "ledger.checked"
"""The entry of every night in which the ledger says how many entries each organiser has, and over which leaves."""
_MOST_TEXT = 4 * (GREATEST_FILE // 3 + 1)


@dataclass(frozen=True)
class Statement:
    """An entry in which the ledger said what it holds: how many entries of the organiser, and the digest of them."""

    index: int
    leaf: str
    at: str
    count: int
    digest: str


@dataclass(frozen=True)
class Bound:
    """What a register brings along: note and policy as they were written, and the hashes between its entries."""

    note: str
    policy: str
    hashes: tuple[str, ...]


def encode_bound(*, note: bytes, policy_text: bytes, hashes: Sequence[bytes]) -> dict[str, Json]:
    """Write the field `checkpoint` of a register."""
    return {
        "note": encode_base64(note),
        "policy": encode_base64(policy_text),
        "hashes": [one.hex() for one in hashes],
    }


def encode_stated(*, index: int, payload: bytes) -> dict[str, Json]:
    """Write the field `stated` of a register."""
    return {"index": index, "payload": canonical.parse(data=payload)}


def statement_line(*, organiser: str, leaves: Sequence[str]) -> str:
    """Write what a statement says of one organiser: its code, how many entries, and the digest over their leaves."""
    return f"{organiser} {len(leaves)} {digest_of(leaves=leaves)}"


def read_bound(value: Parsed) -> Bound:
    """Read the field `checkpoint`; whether it holds is asked by `verify_seen`."""
    found = grammar.fields(value, "checkpoint", "note", "policy", "hashes")
    hashes = grammar.array(found["hashes"], "checkpoint.hashes", grammar.hexadecimal, low=0, high=grammar.MOST_ENTRIES)
    texts = {name: grammar.string(found[name], f"checkpoint.{name}") for name in ("note", "policy")}
    for name, text in texts.items():
        if len(text) > _MOST_TEXT:
            raise Refused("E_RANGE", f"checkpoint.{name} is larger than 262,144 bytes")
    return Bound(note=texts["note"], policy=texts["policy"], hashes=hashes)


def read_stated(value: Parsed, *, organiser: str) -> Statement:
    """Read the field `stated`: an entry of the ledger, and what it says of this organiser."""
    found = grammar.fields(value, "stated", "index", "payload")
    payload = grammar.mapping(found["payload"], "stated.payload")
    if payload.get("event") != STATED:
        raise Refused("E_MISMATCH", f"stated.payload is no {STATED}")
    for name in ("draws", "at"):
        if name not in payload:
            raise Refused("E_FIELD", f"stated.payload.{name} is missing")
    lines = grammar.array(payload["draws"], "stated.payload.draws", grammar.string, low=0, high=grammar.MOST_ENTRIES)
    own = [parts for line in lines if (parts := line.split(" "))[0] == organiser]
    if len(own) > 1:
        raise Refused("E_DUPLICATE", f"stated.payload.draws names {organiser} twice")
    count, digest = _stated_of(own[0]) if own else (0, digest_of(leaves=()))
    return Statement(
        index=grammar.whole(found["index"], "stated.index", low=0, high=2**53 - 1),
        leaf=merkle.leaf_hash(payload=canonical.encode(value=payload)).hex(),
        at=grammar.moment(payload["at"], "stated.payload.at"),
        count=count,
        digest=digest,
    )


def _stated_of(parts: Sequence[str]) -> tuple[int, str]:
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) < 8):
        raise Refused("E_RANGE", "stated.payload.draws is not organiser, number of entries and digest")
    return int(parts[1]), grammar.hexadecimal(parts[2], "stated.payload.draws")


def digest_of(*, leaves: Sequence[str]) -> str:
    """Hash leaves in their order, one line of hex each."""
    return hashlib.sha256("".join(f"{leaf}\n" for leaf in leaves).encode("ascii")).hexdigest()
