"""The checkpoint (C2SP tlog-checkpoint): what a log or a witness signs about the tree at one moment."""

import re
from dataclasses import dataclass

from onevisit.core import sm2
from onevisit.core.merkle.ed25519 import is_signed
from onevisit.core.merkle.note import Key, KeyType, Malformed, Signature, decode_base64, encode_base64
from onevisit.core.merkle.tree import HASH_SIZE

GREATEST = 2**63 - 1
NUMBER = re.compile("0|[1-9][0-9]{0,18}")
TIME_SIZE = 8
COSIGNED = "cosignature/v1"


@dataclass(frozen=True)
class Checkpoint:
    """Which log, how many entries, and the root over them; `text` is what is signed."""

    origin: str
    size: int
    root: bytes
    text: str


def body(*, origin: str, size: int, root: bytes) -> str:
    """Write the text that a log signs."""
    return f"{origin}\n{size}\n{encode_base64(root)}\n"


def parse(*, text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are allowed and not looked at.

    Raises:
        Malformed: the three first lines are not origin, size and root.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise Malformed("a checkpoint is an origin, a size and a root")
    root = decode_base64(lines[2])
    if len(root) != HASH_SIZE:
        raise Malformed("a root has 32 bytes")
    return Checkpoint(origin=lines[0], size=parse_number(lines[1]), root=root, text=text)


def parse_number(text: str) -> int:
    """Read a number without sign or leading zero, at most 2^63 - 1.

    Raises:
        Malformed: it is not one.
    """
    if not NUMBER.fullmatch(text) or int(text) > GREATEST:
        raise Malformed("not a number")
    return int(text)


def cosigned_message(*, text: str, time: int) -> bytes:
    """Return what a witness signs: the checkpoint and the moment it saw it."""
    return f"{COSIGNED}\ntime {time}\n{text}".encode()


def cosignature_value(*, time: int, signature: bytes) -> bytes:
    """Return the value of a witness's signature line."""
    return time.to_bytes(TIME_SIZE, "big") + signature


def cosignature_time(*, signature: Signature) -> int:
    """Return the moment a witness claims in its line."""
    return int.from_bytes(signature.value[:TIME_SIZE], "big")


def verifies(*, signature: Signature, key: Key, text: str) -> bool:
    """Tell whether a line of a log or witness is good over the checkpoint's text."""
    if key.kind is KeyType.SM2:
        return sm2.is_signed(public_key=key.public, message=text.encode(), signature=signature.value)
    if key.kind is KeyType.ED25519:
        return is_signed(public_key=key.public, message=text.encode(), signature=signature.value)
    if len(signature.value) != TIME_SIZE + 64:
        return False
    message = cosigned_message(text=text, time=cosignature_time(signature=signature))
    return is_signed(public_key=key.public, message=message, signature=signature.value[TIME_SIZE:])
