"""Badge codes (亮证码): signed by the officer's own phone, good for ten minutes, checked with or without a network.

`onevisit-badge:2|<officer>|<shown at, ms>|<key id>|<signature>`; the signature is ECDSA P-256 with SHA-256 over what
stands before its bar, r and s one after the other, as browsers write it.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

PREFIX = "onevisit-badge:2"
VALID_FOR = timedelta(minutes=10)
_HALF = 32


class BadBadge(ValueError):
    """A text is no badge code, or its signature is not of the key."""


@dataclass(frozen=True)
class Badge:
    """What a badge code says."""

    officer_id: UUID
    shown_at: datetime
    key_id: str
    signed: bytes
    signature: bytes


def read(text: str) -> Badge:
    """Read a badge code without checking who signed it.

    Raises:
        BadBadge: it is none.
    """
    try:
        prefix, officer, shown, key_id, signature = text.split("|")
        if prefix != PREFIX:
            raise BadBadge
        return Badge(
            officer_id=UUID(officer),
            shown_at=datetime.fromtimestamp(int(shown) / 1000, tz=UTC),
            key_id=key_id,
            signed=text.rpartition("|")[0].encode(),
            signature=_bytes(signature),
        )
    except (ValueError, OverflowError, OSError) as error:
        raise BadBadge from error


def is_signed_by(badge: Badge, *, public_key: str) -> bool:
    """Say whether a badge was signed by the phone with this key."""
    if len(badge.signature) != 2 * _HALF:
        return False
    r, s = (int.from_bytes(half, "big") for half in (badge.signature[:_HALF], badge.signature[_HALF:]))
    try:
        key_of(public_key).verify(encode_dss_signature(r, s), badge.signed, ec.ECDSA(hashes.SHA256()))
    except (BadBadge, InvalidSignature):
        return False
    return True


def is_fresh(badge: Badge, *, at: datetime) -> bool:
    """Say whether a badge was shown about the time it was scanned; two phones' clocks may differ."""
    return abs(at - badge.shown_at) <= VALID_FOR


def key_of(public_key: str) -> ec.EllipticCurvePublicKey:
    """Return the key that a phone registered.

    Raises:
        BadBadge: it is no P-256 key.
    """
    try:
        key = serialization.load_der_public_key(_bytes(public_key))
    except ValueError as error:
        raise BadBadge from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadBadge
    return key


def key_id(public_key: str) -> str:
    """Return the short name of a key: the first sixteen hex digits of its SHA-256."""
    return hashlib.sha256(_bytes(public_key)).hexdigest()[:16]


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
