"""SM3 and SM2 against the published examples, and against a second implementation."""

import hashlib
import json
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core import sm2, sm2_files
from onevisit.core.refusals import Refused
from onevisit.core.sm2_files import KeyPair, NotSm2
from onevisit.support.sm2 import PrivateKey
from onevisit.support.sm2 import is_signed as is_signed_for_the_library

VECTORS = json.loads(Path("vectors/sm3_sm2.json").read_text(encoding="utf-8"))


def _message(vector: dict[str, object]) -> bytes:
    if "msg_repeat" in vector:
        text, times = vector["msg_repeat"]  # type: ignore[misc]
        return str(text).encode() * int(times)
    return str(vector["msg_utf8"]).encode()


def _point(x: bytes) -> sm2.Point:
    return (int.from_bytes(x[:32], "big"), int.from_bytes(x[32:], "big"), 1)


def _times_base(number: int) -> tuple[int, int]:
    """Return the plain coordinates of a multiple of the base point, with the core's own additions."""
    x, y, z = sm2._sum_of_multiples(number, (sm2.BASE_X, sm2.BASE_Y, 1), 0, sm2.INFINITY)
    return x * pow(z, -2, sm2.PRIME) % sm2.PRIME, y * pow(z, -3, sm2.PRIME) % sm2.PRIME


@pytest.mark.parametrize("vector", VECTORS["sm3"], ids=lambda vector: vector["digest"][:8])
def test_a_published_digest_is_reproduced(vector: dict[str, object]) -> None:
    assert sm2.sm3(_message(vector)).hex() == vector["digest"]
    assert sm2._sm3_of_the_library(_message(vector)).hex() == vector["digest"]


@pytest.mark.parametrize("vector", VECTORS["sm2"], ids=lambda vector: vector["id"])
def test_a_published_signature_is_reproduced_number_by_number(vector: dict[str, str]) -> None:
    private, public = int(vector["private"], 16), bytes.fromhex(vector["public"])
    message, signer, k = _message(dict(vector)), vector["id"].encode(), int(vector["k"], 16)

    assert b"".join(part.to_bytes(32, "big") for part in _times_base(private)) == public
    assert sm2.signer_digest(public_key=public, signer=signer).hex().upper() == vector["za"]
    e = sm2.message_number(public_key=public, message=message, signer=signer)
    assert f"{e:064X}" == vector["e"]
    r = (e + _times_base(k)[0]) % sm2.ORDER
    s = pow(1 + private, -1, sm2.ORDER) * (k - r * private) % sm2.ORDER
    assert (f"{r:064X}", f"{s:064X}") == (vector["r"], vector["s"])
    signature = bytes.fromhex(vector["r"] + vector["s"])
    assert sm2.is_signed(public_key=public, message=message, signature=signature, signer=signer)
    assert is_signed_for_the_library(public_key=public, message=message, signature=signature)
    assert not sm2.is_signed(public_key=public, message=message + b".", signature=signature, signer=signer)
    assert not sm2.is_signed(public_key=public, message=message, signature=signature, signer=b"another")


@settings(max_examples=25, deadline=None)
@given(st.integers(1, sm2.ORDER - 2), st.binary(max_size=200), st.integers(0, 511))
def test_the_core_and_the_library_agree_and_every_flipped_bit_fails(number: int, message: bytes, bit: int) -> None:
    public = b"".join(part.to_bytes(32, "big") for part in _times_base(number))
    key = PrivateKey(pair=KeyPair(private=number.to_bytes(32, "big"), public=public))
    signature = key.sign(message)
    flipped = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")

    for check in (sm2.is_signed, is_signed_for_the_library):
        assert check(public_key=public, message=message, signature=signature)
        assert not check(public_key=public, message=message, signature=flipped)
        assert not check(public_key=public, message=message + b"\0", signature=signature)


def test_numbers_outside_their_range_are_no_signature() -> None:
    vector = VECTORS["sm2"][0]
    public, message = bytes.fromhex(vector["public"]), _message(vector)
    r, s = int(vector["r"], 16), int(vector["s"], 16)
    beyond = 2**256 - 1

    for one, two in ((0, s), (r, 0), (sm2.ORDER, s), (r, sm2.ORDER), (r, sm2.ORDER - r), (beyond, s), (r, beyond)):
        signature = one.to_bytes(32, "big") + two.to_bytes(32, "big")
        assert not sm2.is_signed(public_key=public, message=message, signature=signature)
    good = bytes.fromhex(vector["r"] + vector["s"])
    for key in (b"", public[:-1], bytes(64), public[:32] + bytes(32), sm2.PRIME.to_bytes(32, "big") + public[32:]):
        assert not sm2.is_signed(public_key=key, message=message, signature=good)
    assert not sm2.is_signed(public_key=public, message=message, signature=good + b"\0")


OPENSSL_KEY = b"""-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgdnCwdE3a2ROqzXO6
y+bGI8cGkB15jOoKlIuErMbYdRKhRANCAAQ29N4TwPQY9r9KRERMRW/9+dldXWnw
wrlTg1TY2OPieQpmL3Kbok3PVc0PnaXKSyAhOqFwqZ+OdhRuTjb0kdHU
-----END PRIVATE KEY-----
"""


def test_a_key_that_openssl_wrote_reads_and_writes_back() -> None:
    pair = sm2_files.read_pair(data=OPENSSL_KEY)

    assert _times_base(int.from_bytes(pair.private, "big")) == _point(pair.public)[:2]
    assert sm2_files.write_pair(pair=pair) == OPENSSL_KEY
    assert sm2_files.read_public(data=sm2_files.write_public(public=pair.public)) == pair.public


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no block BEGIN PRIVATE KEY"),
        (b"\xff\x00" * 50, "no block"),
        (OPENSSL_KEY.replace(b"PRIVATE", b"PUBLIC"), "no block BEGIN PRIVATE KEY"),
        (OPENSSL_KEY.replace(b"MIGH", b"MIGI"), "not a private key of the curve SM2"),
        (OPENSSL_KEY.replace(b"HM9VAYIt", b"HM9VAYIu"), "not a private key of the curve SM2"),
        (OPENSSL_KEY.replace(b"kdHU", b"kdHX"), "point is not"),
        (OPENSSL_KEY.replace(b"kdHU", b"kdH="), "not"),
        (OPENSSL_KEY * 30, "too large"),
    ],
)
def test_what_is_no_key_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(NotSm2, match=said):
        sm2_files.read_pair(data=data)


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x06\x02\x01\x01\x02\x01\x01\x00", b"x" * 500, b"\x30\x06\x02\x01\xff\x02\x01\x01"]
)
def test_what_is_no_signature_is_refused(data: bytes) -> None:
    with pytest.raises(NotSm2):
        sm2_files.decode_signature(data=data)


@given(st.integers(1, sm2.ORDER - 1), st.integers(1, sm2.ORDER - 1))
def test_a_signature_in_der_reads_back(r: int, s: int) -> None:
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")

    data = sm2_files.encode_signature(raw=raw)

    assert sm2_files.decode_signature(data=data) == raw
    assert data == encode_dss_signature(r, s)


@given(st.binary(max_size=80))
def test_what_reads_as_a_signature_reads_the_same_in_openssl(data: bytes) -> None:
    try:
        raw = sm2_files.decode_signature(data=data)
    except NotSm2:
        return
    assert decode_dss_signature(data) == (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def test_a_python_without_sm3_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_words: object) -> None:
        raise ValueError("unsupported hash type sm3")

    monkeypatch.setattr(hashlib, "new", unknown)
    assert sm2.sm3(b"abc").hex().startswith("66c7f0f4")
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    with pytest.raises(Refused, match="pip install cryptography"):
        sm2.sm3(b"abc")
