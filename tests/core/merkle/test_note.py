"""Signed notes against the published examples; Ed25519 against a second implementation."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.ed25519 import ORDER, PRIME, is_signed
from onevisit.core.merkle.note import KeyType, Malformed

VECTORS = json.loads(Path("vectors/c2sp_signed_note.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["notes"], ids=lambda vector: vector["name"])
def test_a_published_note_verifies_and_a_changed_one_does_not(vector: dict[str, str]) -> None:
    key = note.parse_vkey(text=vector["vkey"], kind=KeyType.ED25519)
    # One example has a comma and spaces but no empty line in its text; all are signed over the text with its LF.
    found = note.parse_note(data=vector["note"].encode())

    assert checkpoint.verifies(signature=found.signatures[0], key=key, text=found.text)
    assert not checkpoint.verifies(signature=found.signatures[0], key=key, text=found.text + "x\n")
    assert note.encode_note(note=found).decode() == vector["note"]


@pytest.mark.parametrize("vector", VECTORS["key_ids"])
def test_a_published_key_has_its_key_id(vector: dict[str, str]) -> None:
    key = note.parse_vkey(text=vector["vkey"], kind=KeyType.ED25519)

    assert note.encode_vkey(key=key) == vector["vkey"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no-empty-line\n",
        "text\n\n",
        "text\n\n— name AAAAAAA=",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— name AAAAAA==\n",
        "text\n\n— na me AAAAAAA=\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— na\u2003me AAAAAAA=\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name AAAAAAA=\n\n— name AAAAAAA=\n",
        "te\rxt\n\n— name AAAAAAA=\n",
        "\n\n— name AAAAAAA=\n",
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        note.parse_note(data=text.encode())


@pytest.mark.parametrize("text", ["a\n", "a\n1\n", "a\n01\nAAAA\n", "a\n1\nAAAA\n", f"a\n{2**63}\n{'A' * 43}=\n"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse(text=text)


def test_a_checkpoint_reads_back() -> None:
    text = checkpoint.body(origin="city.example/ledger", size=7, root=b"r" * 32)

    found = checkpoint.parse(text=text)

    assert (found.origin, found.size, found.root, found.text) == ("city.example/ledger", 7, b"r" * 32, text)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
def test_signatures_agree_with_openssl_and_every_flipped_bit_fails(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    signature = private.sign(message)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8

    assert is_signed(public_key=public, message=message, signature=signature)
    assert not is_signed(public_key=public, message=message, signature=bytes(changed))
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(public).verify(bytes(changed), message)


def test_a_scalar_of_the_order_or_above_is_refused() -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    signature = private.sign(b"message")
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    public = private.public_key().public_bytes_raw()

    assert not is_signed(
        public_key=public, message=b"message", signature=signature[:32] + scalar.to_bytes(32, "little")
    )


@pytest.mark.parametrize("point", [PRIME + 1, 2, (1 << 255) | 1])
def test_a_key_that_is_no_canonical_point_is_refused(point: int) -> None:
    assert not is_signed(public_key=point.to_bytes(32, "little"), message=b"", signature=bytes(64))


@pytest.mark.parametrize(("key", "signature"), [(b"k" * 31, bytes(64)), (b"k" * 32, bytes(63)), (b"", b"")])
def test_wrong_lengths_are_no_signature(key: bytes, signature: bytes) -> None:
    assert not is_signed(public_key=key, message=b"", signature=signature)
