"""Signed notes and their keys (C2SP signed-note): a text, an empty line, and lines of signatures."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

KEY_ID_SIZE = 4
KEY_SIZE = 32
SM2_KEY_SIZE = 64
SM2_IDENTIFIER = b"SM2 with SM3 (GB/T 32918.2-2016), signer 1234567812345678, r and s of 32 bytes"
"""C2SP has no number for SM2; 0xff is followed by a name of one's own that nobody else will use."""
SIGNATURE_MARK = "— "
# White space after Unicode that may not stand in a key name; LF cannot reach a name, since lines end there.
SPACES = frozenset("\u0020\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}


class Malformed(Exception):
    """A text does not have the form of a note, a key or base64; the reader decides which refusal that is."""


class KeyType(IntEnum):
    """The signature types of C2SP that a ledger uses; SM2 is an extra line that a verifier may leave aside."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    SM2 = 0xFF


@dataclass(frozen=True)
class Key:
    """A public key with the name it signs under."""

    name: str
    kind: KeyType
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(name=self.name, kind=self.kind, public=self.public)


@dataclass(frozen=True)
class Signature:
    """One signature line; it says nothing until a key of that name and id verifies it."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A signed text; `text` ends with LF and is what the signatures are over."""

    text: str
    signatures: tuple[Signature, ...]


def key_id(*, name: str, kind: KeyType, public: bytes) -> bytes:
    """Return the four bytes that tell the keys of one name apart."""
    return sha256(name.encode() + b"\n" + _kind(kind) + public).digest()[:KEY_ID_SIZE]


def _kind(kind: KeyType) -> bytes:
    return bytes([kind]) + (SM2_IDENTIFIER if kind is KeyType.SM2 else b"")


def parse_vkey(*, text: str, kind: KeyType) -> Key:
    """Read a verifier key `<name>+<key id>+<base64>` of one type.

    Raises:
        Malformed: the form, the type or the key id is wrong.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]):
        raise Malformed("a key is <name>+<id>+<base64>")
    name, identifier, encoded = parts
    data, start = decode_base64(encoded), _kind(kind)
    size = SM2_KEY_SIZE if kind is KeyType.SM2 else KEY_SIZE
    if len(data) != len(start) + size or not data.startswith(start):
        raise Malformed(f"the key is not of type {kind:#04x}")
    key = Key(name=name, kind=kind, public=data[len(start) :])
    if identifier != key.id.hex():
        raise Malformed("the key id is not that of the key")
    return key


def encode_vkey(*, key: Key) -> str:
    """Write a key the way policies name it."""
    return f"{key.name}+{key.id.hex()}+{encode_base64(_kind(key.kind) + key.public)}"


def parse_note(*, data: bytes) -> Note:
    """Read a signed note whose text has no empty line.

    Raises:
        Malformed: the bytes are not such a note.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    body, gap, tail = text.partition("\n\n")
    if not gap or not body or not tail.endswith("\n") or "\n\n" in tail or has_control(text):
        raise Malformed("a note is a text, an empty line and signature lines")
    return Note(text=body + "\n", signatures=tuple(parse_signature(line=line) for line in tail[:-1].split("\n")))


def parse_signature(*, line: str) -> Signature:
    """Read one signature line.

    Raises:
        Malformed: the line has another shape.
    """
    name, space, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
    if not line.startswith(SIGNATURE_MARK) or not space or not is_key_name(name):
        raise Malformed("a signature line is — <name> <base64>")
    data = decode_base64(encoded)
    if len(data) <= KEY_ID_SIZE:
        raise Malformed("a signature line has a key id and a signature")
    return Signature(name=name, key_id=data[:KEY_ID_SIZE], value=data[KEY_ID_SIZE:])


def encode_signature(*, signature: Signature) -> str:
    """Write a signature as a line of a note, without the LF."""
    return f"{SIGNATURE_MARK}{signature.name} {encode_base64(signature.key_id + signature.value)}"


def encode_note(*, note: Note) -> bytes:
    """Write a note as the bytes that are published."""
    lines = "".join(encode_signature(signature=signature) + "\n" for signature in note.signatures)
    return f"{note.text}\n{lines}".encode()


def is_key_name(name: str) -> bool:
    """Tell whether a name may stand in a signature line."""
    return bool(name) and "+" not in name and not SPACES.intersection(name)


def has_control(text: str) -> bool:
    """Tell whether a text holds a character below U+0020 other than LF."""
    return any(character < " " and character != "\n" for character in text)


def decode_base64(text: str) -> bytes:
    """Decode RFC 4648 base64 with padding and nothing left over.

    Raises:
        Malformed: encoding the bytes again would give another text.
    """
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise Malformed("not base64") from error
    if encode_base64(data) != text:
        raise Malformed("base64 with unused bits set")
    return data


def encode_base64(data: bytes) -> str:
    """Encode bytes as RFC 4648 base64."""
    return b64encode(data).decode()
