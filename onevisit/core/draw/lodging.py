"""What is lodged with a witness at the freeze, and the receipt that it signs.

The package is a plain zip: `manifest.json`, `roster.json` where the manifest names one, each frame and each list of
exclusions once under its own digest, and `frozen.tlog-proof`, the ledger's proof of the entry that carries the
manifest's digest. Nothing but the manifest says which files these are, so nobody can add one or leave one out.

The receipt is a signed note of one line (C2SP signed-note). Its first line keeps it apart from everything else that a
witness signs: a cosignature begins with `cosignature/v1`.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from onevisit.core.draw import bundle, forms, frame, grammar
from onevisit.core.draw.documents import Manifest
from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.ed25519 import is_signed
from onevisit.core.merkle.note import Key, Malformed, Note
from onevisit.core.merkle.policy import GREATEST_FILE
from onevisit.core.refusals import Refused

MANIFEST, ROSTER, PROOF = "manifest.json", "roster.json", "frozen.tlog-proof"
EVENT, LODGED = "draw.frozen", "draw.lodged"
STATEMENT = "onevisit-lodged/v1"
GREATEST_MANIFEST = 4 * 1024 * 1024
GREATEST_RECEIPT = 4096
_NAME = re.compile(r"lodged-[1-9][0-9]?\.note")
_LINES = 6
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Lodged:
    """A receipt as it reads; nothing is believed before `check_signed`."""

    origin: str
    draw: str
    manifest: str
    listing: str
    time: int
    note: Note


def frame_name(*, digest: str) -> str:
    """Name a frame in the package; items that share their objects share one file."""
    return f"frame-{digest}.txt"


def excluded_name(*, digest: str) -> str:
    """Name a list of exclusions in the package."""
    return f"excluded-{digest}.txt"


def receipt_name(*, number: int) -> str:
    """Name a receipt beside the other files of a draw; each witness that lodges gives one."""
    return f"lodged-{number}.note"


def proof_name(*, number: int) -> str:
    """Name the ledger's proof of the entry that made a receipt public."""
    return f"lodged-{number}.tlog-proof"


def is_receipt_name(name: str) -> bool:
    """Tell whether a file of a draw is a receipt of a witness."""
    return _NAME.fullmatch(name) is not None


def named(*, manifest: Manifest) -> dict[str, str]:
    """Return the frames and lists that a manifest binds: the name of each file, and its SHA-256."""
    frames = {frame_name(digest=item.frame_sha256): item.frame_sha256 for item in manifest.items}
    lists = {excluded_name(digest=one.list_sha256): one.list_sha256 for item in manifest.items for one in item.excluded}
    return {**frames, **lists}


def listing_digest(*, manifest: Manifest) -> str:
    """Return the digest of the package's listing: one line `digest  name` a file, in the order of the names.

    Each digest is the one under which the protocol knows the file: `digest("manifest", …)`, `digest("roster", …)`, or
    the SHA-256 of a frame or list. The proof is no part of it: it only says who may lodge.
    """
    digests = {**named(manifest=manifest), MANIFEST: manifest.digest}
    if manifest.roster:
        digests[ROSTER] = manifest.roster
    return _sha256("".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("ascii"))


def pack(
    *, manifest: bytes, roster: bytes, frames: Mapping[str, bytes], lists: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the files of a package by their names, without the proof.

    Args:
        frames: the frame files by item; equal ones become one.
        lists: the lists of exclusions by reason.
    """
    files = {MANIFEST: manifest}
    if roster:
        files[ROSTER] = roster
    files |= {frame_name(digest=_sha256(data)): data for data in frames.values()}
    return files | {excluded_name(digest=_sha256(data)): data for data in lists.values()}


def read_package(*, data: bytes) -> Manifest:
    """Read a package that is held in memory, whoever sends it; see `check_package`."""
    return check_package(source=io.BytesIO(data), trust=lambda _manifest, _proof: None)


def check_package(*, source: BinaryIO, trust: Callable[[Manifest, bytes], None]) -> Manifest:
    """Check that a package holds exactly what its manifest binds; return the manifest.

    The list of files, the manifest and the proof are read first and handed to `trust`, which refuses a sender before
    any of the large files is unpacked. Of these one at a time is in memory.

    Raises:
        Refused: the first thing that is not so.
    """
    with bundle.opened(source=source) as archive:
        entries = bundle.entries_of(archive=archive)
        manifest = forms.parse_manifest(data=_small(archive, entries, MANIFEST, GREATEST_MANIFEST))
        trust(manifest, _small(archive, entries, PROOF, GREATEST_FILE))
        _check_names(manifest, entries)
        _check_files(archive, entries, manifest)
        _check_frames(archive, entries, manifest)
    return manifest


def statement(*, origin: str, draw: str, manifest: str, listing: str, time: int) -> str:
    """Write what a witness signs: whose draw, which manifest, which files, and when they were on its disk."""
    return f"{STATEMENT}\n{origin}\n{draw}\n{manifest}\n{listing}\ntime {time}\n"


def parse_receipt(*, data: bytes) -> Lodged:
    """Read a receipt without checking its signature.

    Raises:
        Refused: E_PROOF or E_NAME, the form is wrong.
    """
    try:
        return _parsed(data)
    except Malformed as error:
        raise Refused("E_PROOF", f"the receipt of a witness: {error}") from error


def check_signed(*, lodged: Lodged, key: Key) -> None:
    """Check that a witness signed a receipt.

    Raises:
        Refused: E_SIGNATURE.
    """
    line = lodged.note.signatures[0]
    if (line.name, line.key_id) != (key.name, key.id) or not is_signed(
        public_key=key.public, message=lodged.note.text.encode(), signature=line.value
    ):
        raise Refused("E_SIGNATURE", f"the receipt is not signed by {key.name}")


def check_of(*, lodged: Lodged, manifest: Manifest) -> None:
    """Check that what was lodged is what a manifest binds.

    Raises:
        Refused: E_DRAW or E_MISMATCH.
    """
    if lodged.draw != manifest.draw:
        raise Refused("E_DRAW", f"what was lodged is of draw {lodged.draw}")
    if lodged.manifest != manifest.digest:
        raise Refused("E_MISMATCH", "another manifest was lodged")
    if lodged.listing != listing_digest(manifest=manifest):
        raise Refused("E_MISMATCH", "other files were lodged than the manifest binds")


def _parsed(data: bytes) -> Lodged:
    if len(data) > GREATEST_RECEIPT:
        raise Malformed(f"larger than {GREATEST_RECEIPT} bytes")
    signed = note.parse_note(data=data)
    lines = signed.text[:-1].split("\n")
    if len(lines) != _LINES or lines[0] != STATEMENT or not lines[5].startswith("time "):
        raise Malformed("not the six lines of its kind")
    if len(signed.signatures) != 1 or not note.is_key_name(lines[1]):
        raise Malformed("a log and one signature")
    if not _HEX.fullmatch(lines[3]) or not _HEX.fullmatch(lines[4]):
        raise Malformed("a digest has 64 hexadecimal digits")
    grammar.name(lines[2], "draw")
    time = checkpoint.parse_number(lines[5].removeprefix("time "))
    return Lodged(origin=lines[1], draw=lines[2], manifest=lines[3], listing=lines[4], time=time, note=signed)


def _small(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], name: str, most: int) -> bytes:
    if name not in entries:
        raise Refused("E_FILE", f"{name} is missing")
    return b"".join(bundle.pieces_of(archive=archive, entry=entries[name], room=most))


def _check_names(manifest: Manifest, entries: Mapping[str, zipfile.ZipInfo]) -> None:
    wanted = {MANIFEST, PROOF, *named(manifest=manifest), *((ROSTER,) if manifest.roster else ())}
    if missing := sorted(wanted - entries.keys()):
        raise Refused("E_FILE", f"{missing[0]} is missing")
    if more := sorted(entries.keys() - wanted):
        raise Refused("E_NAME", f"{more[0]} is no file that the manifest binds")


def _check_files(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], manifest: Manifest) -> None:
    """Hash roster, frames and lists in pieces, within what a package may unpack to."""
    room, roster, digests = bundle.MOST_BYTES, bytearray(), named(manifest=manifest)
    for name in sorted({*digests, *((ROSTER,) if manifest.roster else ())}):
        found = hashlib.sha256()
        for piece in bundle.pieces_of(archive=archive, entry=entries[name], room=room):
            room -= len(piece)
            found.update(piece)
            if name == ROSTER:
                roster += piece
        if name in digests and found.hexdigest() != digests[name]:
            raise Refused("E_MISMATCH", f"{name} is not the file that the manifest binds")
    if manifest.roster and forms.parse_roster(data=bytes(roster)).digest != manifest.roster:
        raise Refused("E_MISMATCH", f"{ROSTER} is not the roster that the manifest binds")


def _check_frames(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], manifest: Manifest) -> None:
    """Compute root and strata of each frame again, each different one once."""
    known: dict[str, str] = {}
    for item in manifest.items:
        if known.setdefault(item.frame_sha256, item.item) == item.item:
            name = frame_name(digest=item.frame_sha256)
            data = b"".join(bundle.pieces_of(archive=archive, entry=entries[name], room=bundle.MOST_BYTES))
            alike = [one for one in manifest.items if one.frame_sha256 == item.frame_sha256]
            frame.check_frames(items=alike, read=lambda _item, data=data: data)  # type: ignore[misc]  # bound at once


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
