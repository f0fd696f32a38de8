"""The ledger proof (C2SP tlog-proof): an entry, its place in the tree, and who signed the tree."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from onevisit.core import canonical
from onevisit.core.merkle import checkpoint, tree
from onevisit.core.merkle.checkpoint import Checkpoint
from onevisit.core.merkle.note import (
    Key,
    Malformed,
    Note,
    Signature,
    decode_base64,
    encode_base64,
    encode_note,
    has_control,
    parse_note,
)
from onevisit.core.merkle.policy import GREATEST_FILE, Policy
from onevisit.core.refusals import Refused

FIRST_LINE = "c2sp.org/tlog-proof@v1"
GREATEST_PAYLOAD = 65_535
MOST_HASHES = 63
DEEPEST = 32


@dataclass(frozen=True)
class TlogProof:
    """A proof as it stands in its file, its parts read and nothing believed."""

    payload: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True)
class ProofResult:
    """What a good proof shows: when the quorum was complete (None with `quorum none`), and by which log."""

    quorum_time: int | None
    log_name: str


def encode_proof(*, payload: bytes, index: int, hashes: Sequence[bytes], note: Note) -> bytes:
    """Write a proof file."""
    lines = [FIRST_LINE, f"extra {encode_base64(payload)}", f"index {index}", *map(encode_base64, hashes)]
    return "".join(line + "\n" for line in lines).encode() + b"\n" + encode_note(note=note)


def parse_proof(*, data: bytes) -> TlogProof:
    """Read a proof file without checking what it claims.

    Raises:
        Refused: E_PROOF, the form is wrong.
    """
    try:
        return _parse(data)
    except Malformed as error:
        raise Refused("E_PROOF", str(error)) from error


def check_proof(*, data: bytes, policy: Policy, event: str, draw: str, digest: str) -> ProofResult:
    """Check that a draw's entry is in a log of the policy and that the quorum has seen it.

    Raises:
        Refused: the first thing that does not hold, in the order of draw-protocol.md 14.1.
    """
    proof = parse_proof(data=data)
    check_payload(payload=proof.payload, event=event, draw=draw, digest=digest)
    return check_entry(proof=proof, policy=policy)


def check_entry(*, proof: TlogProof, policy: Policy) -> ProofResult:
    """Check signatures, inclusion and quorum, whatever the entry says.

    Raises:
        Refused: E_LOG, E_SIGNATURE, E_PROOF or E_QUORUM.
    """
    return check_note(note=proof.note, policy=policy, leads=lambda signed: _leads(proof, signed))


def check_note(*, note: Note, policy: Policy, leads: Callable[[Checkpoint], bool]) -> ProofResult:
    """Check who signed a checkpoint, and that what is shown leads to its root.

    Raises:
        Refused: E_LOG, E_SIGNATURE, E_PROOF or E_QUORUM.
    """
    try:
        signed = checkpoint.parse(text=note.text)
    except Malformed as error:
        raise Refused("E_PROOF", str(error)) from error
    known = _known_lines(note=note, keys=_keys_of(policy))
    _check_log(note=note, origin=signed.origin, policy=policy, known=known)
    if not leads(signed):
        raise Refused("E_PROOF", "the hashes do not lead from the entry to the root")
    return ProofResult(quorum_time=_quorum_time(policy=policy, known=known), log_name=signed.origin)


def _leads(proof: TlogProof, signed: Checkpoint) -> bool:
    return tree.verify_inclusion(
        index=proof.index,
        size=signed.size,
        leaf=tree.leaf_hash(payload=proof.payload),
        root=signed.root,
        proof=proof.hashes,
    )


def check_payload(*, payload: bytes, event: str, draw: str, digest: str) -> None:
    """Check that an entry says what is expected of it.

    Raises:
        Refused: a code of section 2, E_FIELD, E_TYPE, E_MISMATCH or E_DRAW.
    """
    if _depth(payload) > DEEPEST:
        raise Refused("E_JSON", "nested too deep")
    value = canonical.parse(data=payload)
    if canonical.encode(value=value) != payload:
        raise Refused("E_JSON", "the payload is not canonical")
    check_said(said=value, event=event, draw=draw, digest=digest)


def check_said(*, said: Mapping[str, object], event: str, draw: str, digest: str) -> None:
    """Check what an entry says, however it was read: names of witnesses in it need not be ASCII.

    Raises:
        Refused: E_FIELD, E_TYPE, E_MISMATCH or E_DRAW.
    """
    for name in ("event", "draw", "digest"):
        if name not in said:
            raise Refused("E_FIELD", name)
        if not isinstance(said[name], str):
            raise Refused("E_TYPE", name)
    for name, expected, code in (
        ("event", event, "E_MISMATCH"),
        ("draw", draw, "E_DRAW"),
        ("digest", digest, "E_MISMATCH"),
    ):
        if said[name] != expected:
            raise Refused(code, f"{name} of the entry")


def _parse(data: bytes) -> TlogProof:
    if len(data) > GREATEST_FILE:
        raise Malformed("larger than 262,144 bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    head, gap, tail = text.partition("\n\n")
    if not gap or not text.endswith("\n") or has_control(text) or text[:-1].split("\n").count("") != 2:
        raise Malformed("a proof has exactly two empty lines and ends with LF")
    note = parse_note(data=tail.encode())
    payload, index, hashes = _parse_head(head.split("\n"))
    return TlogProof(
        payload=payload, index=index, hashes=hashes, note=note, checkpoint=checkpoint.parse(text=note.text)
    )


def _parse_head(lines: list[str]) -> tuple[bytes, int, tuple[bytes, ...]]:
    if not 3 <= len(lines) <= 3 + MOST_HASHES or lines[0] != FIRST_LINE:
        raise Malformed("a proof begins with its version, the entry and its index")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise Malformed("the entry or the index is missing")
    payload = decode_base64(lines[1].removeprefix("extra "))
    if not 1 <= len(payload) <= GREATEST_PAYLOAD:
        raise Malformed("an entry has 1 to 65,535 bytes")
    hashes = tuple(decode_base64(line) for line in lines[3:])
    if any(len(value) != tree.HASH_SIZE for value in hashes):
        raise Malformed("a hash has 32 bytes")
    return payload, checkpoint.parse_number(lines[2].removeprefix("index ")), hashes


def _depth(payload: bytes) -> int:
    """Return how deep the brackets outside strings nest, so that a hostile entry cannot exhaust the reader."""
    depth = deepest = 0
    is_string = is_escaped = False
    for byte in payload:
        if is_string:
            is_string = byte != 0x22 or is_escaped
            is_escaped = byte == 0x5C and not is_escaped
        elif byte == 0x22:
            is_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _keys_of(policy: Policy) -> Iterable[Key]:
    yield from policy.logs
    for witness in policy.witnesses:
        yield witness.key


Known = tuple[tuple[Signature, Key], ...]


def _known_lines(*, note: Note, keys: Iterable[Key]) -> Known:
    by_identity = {(key.name, key.id): key for key in keys}
    lines = ((line, by_identity.get((line.name, line.key_id))) for line in note.signatures)
    return tuple((line, key) for line, key in lines if key is not None)


def _check_log(*, note: Note, origin: str, policy: Policy, known: Known) -> None:
    if origin not in {key.name for key in policy.logs}:
        raise Refused("E_LOG", "the origin is no log of the policy")
    for line, key in known:
        if not checkpoint.verifies(signature=line, key=key, text=note.text):
            raise Refused("E_SIGNATURE", f"the line of {key.name}")
    if not any(key in policy.logs and key.name == origin for _, key in known):
        raise Refused("E_LOG", "the log did not sign")


def _quorum_time(*, policy: Policy, known: Known) -> int | None:
    if policy.is_unwitnessed:
        return None
    names = {witness.key: witness.name for witness in policy.witnesses}
    times: dict[bytes, int] = {}
    for line, key in known:
        if key not in names:
            continue
        time = checkpoint.cosignature_time(signature=line)
        if 1 <= time <= checkpoint.GREATEST:
            times[names[key]] = min(time, times.get(names[key], time))
    found = policy.quorum_time(times=times)
    if found is None:
        raise Refused("E_QUORUM", "too few witnesses have signed")
    return found
