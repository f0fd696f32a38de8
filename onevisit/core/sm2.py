"""SM2 verification after GB/T 32918.2 and SM3 after GB/T 32905: the marks that may stand beside SHA-256 and Ed25519.

The points are added up here for the reason of `merkle/ed25519.py`: an outsider needs no further library, and every
verifier draws the line between a good and a bad signature at the same place. Nothing is secret here, nothing is signed.
"""

import hashlib

from onevisit.core.refusals import Refused

PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
A = PRIME - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
BASE_X = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
BASE_Y = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0

SIZE = 32
SIGNER = b"1234567812345678"
"""The signer's id where nobody agreed on another one (GM/T 0009)."""

Point = tuple[int, int, int]  # Jacobian coordinates X, Y, Z with x = X/Z^2, y = Y/Z^3; Z is 0 at infinity
INFINITY: Point = (1, 1, 0)


def sm3(*parts: bytes) -> bytes:
    """Return the SM3 digest of the parts, one after the other."""
    message = b"".join(parts)
    try:
        return hashlib.new("sm3", message).digest()
    except ValueError:  # this Python was built without it
        return _sm3_of_the_library(message)


def signer_digest(*, public_key: bytes, signer: bytes = SIGNER) -> bytes:
    """Return Z_A: the digest of who signs, on which curve and with which key (GB/T 32918.2, 5.5)."""
    curve = b"".join(_bytes(number) for number in (A, B, BASE_X, BASE_Y))
    return sm3((8 * len(signer)).to_bytes(2, "big"), signer, curve, public_key)


def message_number(*, public_key: bytes, message: bytes, signer: bytes = SIGNER) -> int:
    """Return e: the digest that is signed, as a number."""
    return int.from_bytes(sm3(signer_digest(public_key=public_key, signer=signer), message), "big")


def is_public_key(public_key: bytes) -> bool:
    """Tell whether 64 bytes x ‖ y are a point of the curve."""
    return _decode(public_key) is not None


def is_signed(*, public_key: bytes, message: bytes, signature: bytes, signer: bytes = SIGNER) -> bool:
    """Tell whether `signature`, r ‖ s, over `message` verifies under `public_key`, x ‖ y."""
    key = _decode(public_key)
    if key is None or len(signature) != 2 * SIZE:
        return False
    r, s = int.from_bytes(signature[:SIZE], "big"), int.from_bytes(signature[SIZE:], "big")
    t = (r + s) % ORDER
    if not (0 < r < ORDER and 0 < s < ORDER and t):
        return False
    found = _x_of(_sum_of_multiples(s, (BASE_X, BASE_Y, 1), t, key))
    number = message_number(public_key=public_key, message=message, signer=signer)
    return found is not None and (number + found) % ORDER == r


def _sm3_of_the_library(message: bytes) -> bytes:
    """Take SM3 from `cryptography`, which brings its own OpenSSL; an outsider need not have it."""
    try:
        from cryptography.hazmat.primitives import hashes
    except ImportError as error:
        raise Refused("E_RANGE", "this Python knows no SM3: `pip install cryptography` brings it") from error
    digest = hashes.Hash(hashes.SM3())
    digest.update(message)
    return digest.finalize()


def _bytes(number: int) -> bytes:
    return number.to_bytes(SIZE, "big")


def _decode(public_key: bytes) -> Point | None:
    x, y = int.from_bytes(public_key[:SIZE], "big"), int.from_bytes(public_key[SIZE:], "big")
    is_point = len(public_key) == 2 * SIZE and x < PRIME and y < PRIME and (y * y - x**3 - A * x - B) % PRIME == 0
    return (x, y, 1) if is_point else None


def _sum_of_multiples(one: int, first: Point, two: int, second: Point) -> Point:
    """Return one · first + two · second in one pass over the bits of both."""
    choices = (INFINITY, first, second, _add(first, second))
    found = INFINITY
    for bit in reversed(range(max(one.bit_length(), two.bit_length()))):
        found = _double(found)
        chosen = (one >> bit & 1) | (two >> bit & 1) << 1
        if chosen:
            found = _add(found, choices[chosen])
    return found


def _double(point: Point) -> Point:
    x, y, z = point
    square = y * y % PRIME
    s = 4 * x * square % PRIME
    m = 3 * (x - z * z) * (x + z * z) % PRIME  # a is -3
    new_x = (m * m - 2 * s) % PRIME
    return new_x, (m * (s - new_x) - 8 * square * square) % PRIME, 2 * y * z % PRIME


def _add(one: Point, two: Point) -> Point:
    if not one[2] or not two[2]:
        return two if not one[2] else one
    z1, z2 = one[2] * one[2] % PRIME, two[2] * two[2] % PRIME
    x1, x2 = one[0] * z2 % PRIME, two[0] * z1 % PRIME
    y1, y2 = one[1] * z2 * two[2] % PRIME, two[1] * z1 * one[2] % PRIME
    h, r = (x2 - x1) % PRIME, (y2 - y1) % PRIME
    if not h:
        return INFINITY if r else _double(one)
    square = h * h % PRIME
    cube, v = h * square % PRIME, x1 * square % PRIME
    x = (r * r - cube - 2 * v) % PRIME
    return x, (r * (v - x) - y1 * cube) % PRIME, h * one[2] * two[2] % PRIME


def _x_of(point: Point) -> int | None:
    """Return the plain x, or nothing at infinity."""
    return point[0] * pow(point[2], -2, PRIME) % PRIME if point[2] else None
