"""SM3 digest and SM2 signature of files: kept when one is made, or made for public bytes on request."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from onevisit.core import sm2, sm2_files
from onevisit.support.sm2 import signers
from onevisit.support.sm2.keys import PrivateKey, configured
from onevisit.support.sm2.models import FileMark


@dataclass(frozen=True)
class Mark:
    """What is shown and given of a file: the digest in hex, the signature in DER, and whose signature it is."""

    sm3: str
    signature: bytes
    public_key: bytes

    @property
    def fingerprint(self) -> str:
        return sm2_files.fingerprint(public=self.public_key)

    @property
    def pem(self) -> bytes:
        return sm2_files.write_public(public=self.public_key)


def keep(*, content: bytes, at: datetime) -> None:
    """Mark a file that was just made, once; without a key nothing happens."""
    key = configured()
    digest = sha256(content).hexdigest()
    if key is None or FileMark.objects.filter(pk=digest).exists():
        return
    found = _mark(content, key)
    signers.note(key=key, at=at)
    row = {"sm3": found.sm3, "signature": found.signature, "public_key": key.public, "made_at": at}
    FileMark.objects.get_or_create(sha256=digest, defaults=row)


def of_file(sha256: str) -> Mark | None:
    """Return the mark of a file with the key of its time, None for one made without a key or while SM2 is off."""
    row = FileMark.objects.filter(pk=sha256).first() if configured() else None
    if row is None:
        return None
    return Mark(sm3=row.sm3, signature=bytes(row.signature), public_key=bytes(row.public_key))


def of_bytes(content: bytes) -> Mark | None:
    """Return the mark of bytes that are public and made anew for each who asks, None while SM2 is off."""
    key = configured()
    return _mark(content, key) if key else None


def digest_of(content: bytes) -> str:
    """Return the SM3 digest of bytes in hex, or nothing while SM2 is off."""
    return sm2.sm3(content).hex() if configured() else ""


def _mark(content: bytes, key: PrivateKey) -> Mark:
    signature = sm2_files.encode_signature(raw=key.sign(content))
    return Mark(sm3=sm2.sm3(content).hex(), signature=signature, public_key=key.public)
