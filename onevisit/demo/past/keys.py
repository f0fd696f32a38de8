"""What a department's browser does at the desk, done here for the cast: keys, their shares, and sealing them.

The scheme of shares and the format of what is sealed are those of the desk's own page, so that its files open these.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from operator import xor

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onevisit.core.draw import seeds

_BYTES = 32
_FIELD = 0x11B
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_HEADER = b"age-encryption.org/v1\n"


@dataclass(frozen=True)
class Receiving:
    """A pair of keys that shares are sealed to; only the public one is registered."""

    private: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def recipient(self) -> str:
        """Write the public key as age does."""
        return _bech32("age", self.public)


def make_key() -> str:
    """Make the key of one department for one draw: 32 random bytes as hex."""
    return secrets.token_hex(_BYTES)


def split(key: str, *, count: int, needed: int) -> list[str]:
    """Split a key into shares of which any `needed` combine it (Shamir over GF(2^8)); each ends with its coordinate."""
    places = secrets.SystemRandom().sample(range(1, 256), count)
    rows = [[byte, *secrets.token_bytes(needed - 1)] for byte in bytes.fromhex(key)]
    return [bytes([*(_evaluate(row, place) for row in rows), place]).hex() for place in places]


def combine(shares: Sequence[str]) -> str:
    """Combine a key from enough of its shares."""
    points = [bytes.fromhex(share) for share in shares]
    places = [point[-1] for point in points]
    weights = [_weight(places, place) for place in places]
    return bytes(
        _sum(_times(point[n], weight) for point, weight in zip(points, weights, strict=True)) for n in range(_BYTES)
    ).hex()


def opens(*, draw: str, party: str, commitment: str, shares: Sequence[str], needed: int) -> bool:
    """Say whether every choice of enough shares combines to the key that was committed to."""
    return all(
        seeds.key_commitment(draw=draw, party=party, key=combine(chosen)) == commitment
        for chosen in combinations(shares, needed)
    )


def seal(content: Mapping[str, object], *, recipient: bytes) -> str:
    """Seal a document to a public key in the format of age (age-encryption.org/v1), armored."""
    file_key, once = secrets.token_bytes(16), X25519PrivateKey.generate()
    ephemeral = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrap = _derive(shared, salt=ephemeral + recipient, info=b"age-encryption.org/v1/X25519")
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    header = _HEADER + b"-> X25519 " + _base64(ephemeral) + b"\n" + _base64(body) + b"\n---"
    mac = hmac.HMAC(_derive(file_key, salt=b"", info=b"header"), hashes.SHA256())
    mac.update(header)
    nonce, plain = secrets.token_bytes(16), json.dumps(content, separators=(",", ":")).encode()
    payload = _derive(file_key, salt=nonce, info=b"payload")
    # One chunk holds 64 KiB, and its nonce says that it is the last.
    sealed = ChaCha20Poly1305(payload).encrypt(bytes(11) + b"\x01", plain, None)
    return _armored(header + b" " + _base64(mac.finalize()) + b"\n" + nonce + sealed)


def _derive(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt or None, info=info).derive(secret)


def _base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _armored(data: bytes) -> str:
    text = b64encode(data).decode()
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN AGE ENCRYPTED FILE-----\n{lines}\n-----END AGE ENCRYPTED FILE-----\n"


def _bech32(prefix: str, data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    digits = [int(bits[start : start + 5], 2) for start in range(0, len(bits), 5)]
    spread = [*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix)]
    check = _polymod([*spread, *digits, 0, 0, 0, 0, 0, 0]) ^ 1
    digits += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1" + "".join(_BECH32[digit] for digit in digits)


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> place & 1 else 0
    return check


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (_FIELD if one & 0x80 else 0)
        other >>= 1
    return product


def _inverse(value: int) -> int:
    return next(other for other in range(1, 256) if _times(value, other) == 1)


def _sum(values: Iterable[int]) -> int:
    return reduce(xor, values)


def _evaluate(coefficients: Sequence[int], place: int) -> int:
    result = 0
    for coefficient in reversed(coefficients):
        result = _times(result, place) ^ coefficient
    return result


def _weight(places: Sequence[int], own: int) -> int:
    """Return the weight of one share in the interpolation at zero."""
    weight = 1
    for other in places:
        if other != own:
            weight = _times(weight, _times(other, _inverse(other ^ own)))
    return weight
