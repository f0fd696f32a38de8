"""The key with which this installation signs its pushes (RFC 8292): made once, kept under VAR/keys."""

import base64
import os
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings


def key_path() -> Path:
    """Return the file of the private key; it is made with the right permissions when it is not there yet."""
    path = Path(settings.KEYS) / "vapid.pem"
    if not path.exists():
        _make(path)
    return path


def public_key() -> str:
    """Return the public key as browsers take it: the uncompressed point in base64url."""
    return _public_key(str(key_path()))


@lru_cache(maxsize=4)
def _public_key(path: str) -> str:
    private = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
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
