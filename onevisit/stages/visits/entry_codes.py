"""Entry codes (检查码): unguessable, bound to one visit and one time window, signed, so that no network is needed."""

import base64
import hashlib
import hmac
import json
import os
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

_LENGTH = 16


def short_code(*, visit_number: str, generation: int) -> str:
    """Return the code that stands in the address: eighty bits that only this installation's key can compute."""
    secret = _private_key().private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    mark = hmac.new(secret, f"entry-code\x00{visit_number}\x00{generation}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mark).decode()[:_LENGTH]


def token(*, code: str, visit_number: str, valid_from: datetime, valid_to: datetime) -> str:
    """Return the signed form of a code: who holds the public key sees without a network that it is real and when."""
    content = {
        "code": code,
        "from": int(valid_from.timestamp()),
        "to": int(valid_to.timestamp()),
        "visit": visit_number,
    }
    body = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_private_key().sign(body))}"


def check(signed: str, *, public_key: bytes, at: datetime) -> bool:
    """Say whether a signed code is real and valid at a moment; needs no network and no database."""
    try:
        body, signature = (_bytes(part) for part in signed.split("."))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
        content = json.loads(body)
        return bool(content["from"] <= at.timestamp() <= content["to"])
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return False


def public_key() -> bytes:
    """Return the public key of this installation's codes, 32 bytes."""
    return _private_key().public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def spent_mark(code: str) -> str:
    """Return the mark by which a code is spent for its rating; only this installation's key can compute it."""
    secret = _private_key().private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    return hmac.new(secret, f"rating\x00{code}".encode(), hashlib.sha256).hexdigest()


def _private_key() -> Ed25519PrivateKey:
    path = Path(settings.KEYS) / "entry_codes.pem"
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    try:
        # The first of two processes that start together wins; the other takes its key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
