"""The files around SM2: public keys in PEM, and a detached signature in DER, as other programs read and write them.

A key file is the one form that OpenSSL, Tongsuo and GmSSL write for a key of this curve; a signature of a file is DER
(GM/T 0009), over the bytes of the file, so that anybody's tool for SM2 can check it.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from textwrap import wrap

from onevisit.core import sm2

MOST_KEY_BYTES = 4096
MOST_KEYS_BYTES = 64 * 1024
_SEQUENCE, _INTEGER = 0x30, 0x02
PUBLIC, PRIVATE = "PUBLIC KEY", "PRIVATE KEY"
_ALGORITHM = "301306072a8648ce3d020106082a811ccf5501822d"  # an elliptic curve, and that it is SM2
_PUBLIC_START = bytes.fromhex(f"3059{_ALGORITHM}03420004")
_PRIVATE_START = bytes.fromhex(f"308187020100{_ALGORITHM}046d306b0201010420")
_PRIVATE_MIDDLE = bytes.fromhex("a14403420004")


class NotSm2(Exception):
    """A file that is not the key or signature it should be; the message is a clause in English."""


@dataclass(frozen=True)
class KeyPair:
    """The two halves of a key: 32 bytes to keep secret, and x ‖ y to publish."""

    private: bytes
    public: bytes


def read_public(*, data: bytes) -> bytes:
    """Read x ‖ y from a PEM file.

    Raises:
        NotSm2: it is no public key of the curve SM2.
    """
    der = _from_pem(data, PUBLIC)
    if len(der) != len(_PUBLIC_START) + 2 * sm2.SIZE or not der.startswith(_PUBLIC_START):
        raise NotSm2("it is not a public key of the curve SM2")
    public = der[len(_PUBLIC_START) :]
    if not sm2.is_public_key(public):
        raise NotSm2("its point is not on the curve SM2")
    return public


def read_publics(*, data: bytes) -> tuple[bytes, ...]:
    """Read every public key of a PEM file that may hold several, in its order; text between them is left aside.

    Raises:
        NotSm2: there is none, or one is no public key of the curve SM2.
    """
    if len(data) > MOST_KEYS_BYTES:
        raise NotSm2("it is too large for a file of keys")
    end = f"-----END {PUBLIC}-----".encode()
    blocks = [block + end for block in data.split(end)[:-1]]
    if not blocks:
        raise NotSm2(f"it has no block BEGIN {PUBLIC}")
    return tuple(dict.fromkeys(read_public(data=block[block.find(b"-----BEGIN") :]) for block in blocks))


def fingerprint(*, public: bytes) -> str:
    """Return what people compare to tell one key from another: SM3 over x ‖ y, the first 16 digits."""
    return sm2.sm3(public).hex()[:16]


def write_public(*, public: bytes) -> bytes:
    """Write x ‖ y as a PEM file."""
    return _to_pem(_PUBLIC_START + public, PUBLIC)


def read_pair(*, data: bytes) -> KeyPair:
    """Read a private key, unencrypted PKCS#8 in PEM.

    Raises:
        NotSm2: it is no private key of the curve SM2 in that form.
    """
    der = _from_pem(data, PRIVATE)
    middle = len(_PRIVATE_START) + sm2.SIZE
    end = middle + len(_PRIVATE_MIDDLE)
    is_form = der.startswith(_PRIVATE_START) and der[middle:end] == _PRIVATE_MIDDLE
    if not is_form or len(der) != end + 2 * sm2.SIZE:
        raise NotSm2("it is not a private key of the curve SM2 in PKCS#8")
    pair = KeyPair(private=der[len(_PRIVATE_START) : middle], public=der[end:])
    if not 0 < int.from_bytes(pair.private, "big") < sm2.ORDER - 1 or not sm2.is_public_key(pair.public):
        raise NotSm2("its number or its point is not one of the curve SM2")
    return pair


def write_pair(*, pair: KeyPair) -> bytes:
    """Write a private key the way `openssl genpkey -algorithm SM2` does."""
    return _to_pem(_PRIVATE_START + pair.private + _PRIVATE_MIDDLE + pair.public, PRIVATE)


def encode_signature(*, raw: bytes) -> bytes:
    """Turn r ‖ s into DER."""
    numbers = b"".join(_integer(int.from_bytes(half, "big")) for half in (raw[: sm2.SIZE], raw[sm2.SIZE :]))
    return bytes((_SEQUENCE, len(numbers))) + numbers


def decode_signature(*, data: bytes) -> bytes:
    """Turn DER into r ‖ s.

    Raises:
        NotSm2: the bytes are not two numbers of at most 32 bytes, written the one way DER allows.
    """
    length = data[3] if len(data) > 3 else 0
    halves = (data[4 : 4 + length], data[6 + length :])
    raw = b"".join(half.lstrip(b"\0").rjust(sm2.SIZE, b"\0") for half in halves)
    if len(raw) != 2 * sm2.SIZE or encode_signature(raw=raw) != data:  # so that nothing else reads as the same
        raise NotSm2("it is not a signature: two numbers in DER")
    return raw


def _integer(number: int) -> bytes:
    value = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes((_INTEGER, len(value))) + value


def _from_pem(data: bytes, label: str) -> bytes:
    if len(data) > MOST_KEY_BYTES:
        raise NotSm2("it is too large for a key")
    pattern = rb"-----BEGIN LABEL-----([A-Za-z0-9+/=\s]+)-----END LABEL-----".replace(b"LABEL", label.encode())
    found = re.search(pattern, data)
    if found is None:
        raise NotSm2(f"it has no block BEGIN {label}")
    try:
        return b64decode(b"".join(found[1].split()), validate=True)
    except Base64Error as error:
        raise NotSm2("its block is not base64") from error


def _to_pem(der: bytes, label: str) -> bytes:
    return "\n".join(
        (f"-----BEGIN {label}-----", *wrap(b64encode(der).decode(), 64), f"-----END {label}-----", "")
    ).encode()
