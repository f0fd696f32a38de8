"""Where the bytes are: what is on its way under `incoming/<id>`, what is complete under its SHA-256."""

import hashlib
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

_BLOCK = 1024 * 1024


def incoming(attachment_id: UUID) -> Path:
    """Return the file that collects the bytes of an attachment on its way."""
    path = Path(settings.FILES) / "incoming" / str(attachment_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def complete(sha256: str) -> Path:
    """Return the place of a file by its hash; equal files are kept once."""
    return Path(settings.FILES) / sha256[:2] / sha256[2:4] / sha256


def write_at(*, path: Path, offset: int, chunk: bytes) -> None:
    """Write a chunk at its place and to the disk, dropping what a broken try left behind it."""
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(offset)
        file.write(chunk)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def keep(*, path: Path, sha256: str) -> Path:
    """Move a complete file to its place; it is read-only from then on."""
    place = complete(sha256)
    if place.exists():
        path.unlink()
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o440)
    os.replace(path, place)
    return place
