"""SM3 digest and SM2 signature of files: kept when one is made, or made for public bytes on request."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from onevisit.core import sm2, sm2_files
from onevisit.support.sm2.keys import PrivateKey, configured
from onevisit.support.sm2.models import FileMark


@dataclass(frozen=True)
class Mark:
    """What is shown and given of a file: the digest in hex, and the signature in DER."""

    sm3: str
    signature: bytes


def keep(*, content: bytes, at: datetime) -> None:
    """Mark a file that was just made, once; without a key nothing happens."""
    key = configured()
    digest = sha256(content).hexdigest()
    if key is None or FileMark.objects.filter(pk=digest).exists():
        return
    found = _mark(content, key)
    row = {"sm3": found.sm3, "signature": found.signature, "public_key": key.public, "made_at": at}
    FileMark.objects.get_or_create(sha256=digest, defaults=row)


def of_file(sha256: str) -> Mark | None:
    """Return the mark of a file, None for one that was made without a key or while SM2 is off."""
    row = FileMark.objects.filter(pk=sha256).first() if configured() else None
    return Mark(sm3=row.sm3, signature=bytes(row.signature)) if row else None


def of_bytes(content: bytes) -> Mark | None:
    """Return the mark of bytes that are public and made anew for each who asks, None while SM2 is off."""
    key = configured()
    return _mark(content, key) if key else None


def digest_of(content: bytes) -> str:
    """Return the SM3 digest of bytes in hex, or nothing while SM2 is off."""
    return sm2.sm3(content).hex() if configured() else ""


def _mark(content: bytes, key: PrivateKey) -> Mark:
    return Mark(sm3=sm2.sm3(content).hex(), signature=sm2_files.encode_signature(raw=key.sign(content)))
