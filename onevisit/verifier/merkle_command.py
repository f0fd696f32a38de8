"""`onevisit merkle`: check one Merkle proof from a file, with the core alone."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from onevisit.core import canonical, merkle
from onevisit.core.canonical import Parsed
from onevisit.core.refusals import Refused
from onevisit.verifier.files import read

USAGE = "usage: onevisit merkle (verify-inclusion | verify-consistency) proof.json"
HEXADECIMAL = frozenset("0123456789abcdef")
LONGEST_LINE = 200
MOST_HASHES = 64


def merkle_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 holds, 1 fails or is refused, 2 wrong usage."""
    checks: dict[str, Callable[[bytes], bool]] = {
        "verify-inclusion": inclusion_holds,
        "verify-consistency": consistency_holds,
    }
    if list(argv) in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if len(argv) != 2 or argv[0] not in checks:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        holds = checks[argv[0]](read(Path(argv[1])))
    except Refused as refusal:
        print(f"REFUSED {refusal.code}: {refusal.detail}", file=sys.stderr)
        return 1
    print("ok" if holds else "failed E_PROOF")
    return 0 if holds else 1


def inclusion_holds(data: bytes) -> bool:
    """Tell whether the inclusion proof in a file holds, or refuse the file."""
    value = canonical.parse(data=data)
    leaf_field = "line" if "line" in value else "leaf_hash"
    _check_form(value, kind="inclusion", fields={"index", "size", leaf_field, "root", "proof"})
    leaf = merkle.leaf_hash(payload=_line(value).encode()) if leaf_field == "line" else _hash(value["leaf_hash"])
    return merkle.verify_inclusion(
        index=_number(value["index"]),
        size=_number(value["size"]),
        leaf=leaf,
        root=_hash(value["root"]),
        proof=_hashes(value["proof"]),
    )


def consistency_holds(data: bytes) -> bool:
    """Tell whether the consistency proof in a file holds, or refuse the file."""
    value = canonical.parse(data=data)
    _check_form(value, kind="consistency", fields={"size1", "size2", "root1", "root2", "proof"})
    return merkle.verify_consistency(
        size1=_number(value["size1"]),
        size2=_number(value["size2"]),
        root1=_hash(value["root1"]),
        root2=_hash(value["root2"]),
        proof=_hashes(value["proof"]),
    )


def _check_form(value: dict[str, Parsed], *, kind: str, fields: set[str]) -> None:
    for name, expected, code in (("v", "srd1", "E_VERSION"), ("kind", kind, "E_KIND")):
        if name not in value:
            raise Refused("E_FIELD", name)
        if not isinstance(value[name], str):
            raise Refused("E_TYPE", name)
        if value[name] != expected:
            raise Refused(code, name)
    if wrong := (fields | {"v", "kind"}) ^ value.keys():
        raise Refused("E_FIELD", min(wrong))


def _line(value: dict[str, Parsed]) -> str:
    line = value["line"]
    if not isinstance(line, str):
        raise Refused("E_TYPE", "line")
    if not 1 <= len(line) <= LONGEST_LINE:
        raise Refused("E_RANGE", "line")
    return line


def _number(value: Parsed) -> int:
    if not isinstance(value, int):
        raise Refused("E_TYPE", "a number is expected")
    return value


def _hash(value: Parsed) -> bytes:
    if not isinstance(value, str):
        raise Refused("E_TYPE", "a hash is expected")
    if len(value) != 2 * merkle.HASH_SIZE or not HEXADECIMAL.issuperset(value):
        raise Refused("E_HEX", "a hash is 64 hex digits")
    return bytes.fromhex(value)


def _hashes(value: Parsed) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise Refused("E_TYPE", "proof")
    if len(value) > MOST_HASHES:
        raise Refused("E_RANGE", "proof")
    return tuple(_hash(item) for item in value)


main = merkle_command
