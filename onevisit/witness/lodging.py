"""What a witness keeps of a draw's freeze: who may lodge, what a package must hold, and the receipt it signs.

`lodged/` holds two files a package: the zip as it came, and the signed receipt. Both are on the disk before the answer,
neither is ever replaced. A package without its receipt was cut off between the two; lodging it again completes it.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from onevisit.core.draw import lodging
from onevisit.core.draw.documents import Manifest
from onevisit.core.draw.lodging import Lodged
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.note import Key
from onevisit.core.merkle.policy import NONE, Policy
from onevisit.core.merkle.tlog_proof import TlogProof
from onevisit.core.refusals import Refused
from onevisit.witness import folder as folders
from onevisit.witness.folder import FolderRefused, Log, WitnessKey
from onevisit.witness.judging import WitnessRefused

LODGED = "lodged"
PART = ".part"
GREATEST_PACKAGE = 64 * 1024 * 1024
"""What a package may have packed; unpacked it has at most what a bundle may have."""
_STATUS = {
    "E_LOG": HTTPStatus.FORBIDDEN,
    "E_SIGNATURE": HTTPStatus.FORBIDDEN,
    "E_RANGE": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    **dict.fromkeys(
        ("E_MISMATCH", "E_DRAW", "E_COUNT", "E_FRAME_HASH", "E_FRAME_ROOT"), HTTPStatus.UNPROCESSABLE_ENTITY
    ),
}


@dataclass(frozen=True)
class Kept:
    """A package in the folder with its receipt, None where it was cut off before one was signed."""

    package: Path
    lodged: Lodged | None


def judge(*, source: BinaryIO, logs: Mapping[str, Log]) -> tuple[Manifest, TlogProof]:
    """Check that a package was recorded by a watched log and holds what its manifest binds; believe nothing else.

    Raises:
        WitnessRefused: with the answer to the sender.
    """
    proofs: list[TlogProof] = []

    def trust(manifest: Manifest, data: bytes) -> None:
        proofs.append(_trusted(manifest, data, logs))

    try:
        manifest = lodging.check_package(source=source, trust=trust)
    except Refused as refused:
        status = _STATUS.get(refused.code, HTTPStatus.BAD_REQUEST)
        raise WitnessRefused(status, f"package refused, {refused.code}: {refused.detail}") from refused
    return manifest, proofs[0]


def sign(*, key: WitnessKey, origin: str, manifest: Manifest, time: int) -> bytes:
    """Write the receipt of a package."""
    text = lodging.statement(
        origin=origin,
        draw=manifest.draw,
        manifest=manifest.digest,
        listing=lodging.listing_digest(manifest=manifest),
        time=time,
    )
    return key.sign_note(text=text)


def receipt_of(*, folder: Path, origin: str, digest: str) -> bytes | None:
    """Return the receipt that was signed for a manifest, None before."""
    try:
        return _path(folder, origin, digest, ".note").read_bytes()
    except FileNotFoundError:
        return None


def keep(*, folder: Path, origin: str, digest: str, received: Path, receipt: bytes) -> None:
    """Put a received package and its receipt in their places, durably; a package that is there stays as it is."""
    target = _path(folder, origin, digest, ".zip")
    if not target.exists():
        os.link(received, target)
        folders.sync(target.parent)
    folders.write(_path(folder, origin, digest, ".note"), receipt.decode())


@contextmanager
def incoming(*, folder: Path) -> Iterator[BinaryIO]:
    """Open a file that a package is received into; it is gone after the block, however the block ends.

    Raises:
        WitnessRefused: 507, the disk takes no more.
    """
    place = folder / LODGED
    place.mkdir(mode=0o700, exist_ok=True)
    try:
        with tempfile.NamedTemporaryFile(dir=place, suffix=PART) as file:
            yield file  # type: ignore[misc]  # a wrapper of a binary file
    except OSError as error:
        if isinstance(error, TimeoutError | ConnectionError):
            raise
        raise WitnessRefused(HTTPStatus.INSUFFICIENT_STORAGE, f"the package cannot be kept: {error}") from error


def sweep(*, folder: Path) -> None:
    """Remove what was being received when the witness was killed."""
    for path in (folder / LODGED).glob(f"*{PART}"):
        path.unlink(missing_ok=True)


def kept(*, folder: Path) -> Sequence[Kept]:
    """Return every package of the folder, in the order in which they were lodged.

    Raises:
        FolderRefused: a receipt cannot be read, or its package is gone.
    """
    found = []
    for package in sorted((folder / LODGED).glob("*.zip")):
        receipt = package.with_suffix(".note")
        found.append(Kept(package=package, lodged=_read(receipt) if receipt.exists() else None))
    for receipt in sorted((folder / LODGED).glob("*.note")):
        if not receipt.with_suffix(".zip").exists():
            raise FolderRefused(f"{receipt} stands without its package; bring it back from a backup")
    return sorted(found, key=lambda one: one.lodged.time if one.lodged else 0)


def _trusted(manifest: Manifest, data: bytes, logs: Mapping[str, Log]) -> TlogProof:
    """Check that a log that is watched has recorded the freeze of this manifest: the sender needs no other key."""
    proof = tlog_proof.parse_proof(data=data)
    origin = proof.checkpoint.origin
    if origin not in logs:
        raise WitnessRefused(HTTPStatus.NOT_FOUND, f"unknown log {origin}")
    tlog_proof.check_payload(payload=proof.payload, event=lodging.EVENT, draw=manifest.draw, digest=manifest.digest)
    keys: tuple[Key, ...] = logs[origin].keys
    recorded = Policy(digest="", logs=keys, witnesses=(), groups=(), quorum=NONE)
    try:
        tlog_proof.check_entry(proof=proof, policy=recorded)
    except Refused as refused:
        if refused.code != "E_PROOF":
            raise
        raise Refused("E_MISMATCH", refused.detail) from refused
    memory = logs[origin].memory
    if proof.checkpoint.size == memory.size and proof.checkpoint.root != memory.root:
        raise WitnessRefused(
            HTTPStatus.CONFLICT, f"another root of size {memory.size} was cosigned before", evidence=data
        )
    return proof


def _read(path: Path) -> Lodged:
    try:
        return lodging.parse_receipt(data=path.read_bytes())
    except (OSError, Refused) as error:
        raise FolderRefused(f"{path} cannot be read; bring it back from a backup") from error


def _path(folder: Path, origin: str, digest: str, ending: str) -> Path:
    return folder / LODGED / f"{hashlib.sha256(origin.encode()).hexdigest()[:16]}-{digest}{ending}"
