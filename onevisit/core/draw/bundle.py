"""A draw as one zip: every public file, their digests, and the digest of every field, so that a change can be named.

The archive is plain: no folders, no encryption, fixed times, so that the same files give the same bytes.
"""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from onevisit.core import canonical
from onevisit.core.canonical import Parsed
from onevisit.core.refusals import Refused

SUMS, FIELDS = "SHA256SUMS", "FIELDS"
MOST_FILES = 512
MOST_BYTES = 128 * 1024 * 1024
"""How much a bundle may unpack to; a larger draw is checked from its files."""

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,95}")
_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]{1,400})")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DEPTH = 5
_PIECE = 1 << 16
_END, _LOCATOR = struct.Struct("<4s4H2LH"), struct.Struct("<4sLQL")
_LONGEST_ENTRY = 256
_LOCAL, _LISTED = struct.Struct("<4s5H3L2H"), struct.Struct("<4s2B4HH3L5H2L")
_MOST_LISTED = (1 << 32) - 1
_DOS_DAY, _VERSION, _UNIX, _ATTRIBUTES = (1 << 5) | 1, 20, 3, 0o644 << 16


def write_bundle(*, files: Mapping[str, bytes]) -> bytes:
    """Write files as a bundle, with the lists of digests beside them."""
    return write_plain(files={**files, SUMS: _sums(files), FIELDS: _fields(files)})


def write_plain(*, files: Mapping[str, bytes]) -> bytes:
    """Write files as an archive of the plain kind: the same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr, entry.create_system = _ATTRIBUTES, _UNIX
            archive.writestr(entry, data)
    return target.getvalue()


def read_bundle(*, data: bytes) -> dict[str, bytes]:
    """Unpack a bundle within its limits, or refuse; a file that does not unpack is named."""
    room, files = MOST_BYTES, {}
    with opened(source=io.BytesIO(data)) as archive:
        for name, entry in entries_of(archive=archive).items():
            files[name] = b"".join(pieces_of(archive=archive, entry=entry, room=room))
            room -= len(files[name])
    return files


@contextmanager
def opened(*, source: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Open an archive of the plain kind; how many files it lists is looked at before any of the list is read.

    Raises:
        Refused: it is none, or what is read from it within the block does not unpack.
    """
    try:
        _check_directory(source)
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Refused("E_FILE", f"the bundle is no archive of the plain kind: {error}") from None


def entries_of(*, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files of an archive by name, each name once."""
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        if not _NAME.fullmatch(entry.filename) or entry.filename in found:
            raise Refused("E_NAME", f"the bundle names a file badly or twice: {entry.filename[:100]!a}")
        if entry.flag_bits & 1:
            raise Refused("E_FILE", f"{entry.filename} is encrypted")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("E_FILE", f"{entry.filename} is packed in a way that is not read")
        found[entry.filename] = entry
    return found


def pieces_of(*, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> Iterator[bytes]:
    """Unpack one file piece by piece, at most `room` bytes: what an archive says of its sizes is not believed."""
    size = 0
    try:
        with archive.open(entry) as source:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > room:
                    raise Refused("E_RANGE", f"the bundle unpacks to more than is read of it, at {entry.filename}")
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused("E_MISMATCH", f"{entry.filename} was changed inside the archive: {error}") from None


def changes(*, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name what is not as the lists of a bundle say: `file` or `file field`, every one of them."""
    sums, fields = _listed(files, SUMS), _listed(files, FIELDS)
    found = []
    for name in sorted((files.keys() | sums.keys()) - {SUMS, FIELDS}):
        if name not in files:
            found.append(f"{name} is missing")
        elif name not in sums:
            found.append(f"{name} is not listed in {SUMS}")
        elif hashlib.sha256(files[name]).hexdigest() != sums[name]:
            found.append(f"{name} {_changed_field(name, files[name], fields)}")
    return tuple(found)


def header_changes(*, data: bytes) -> tuple[str, ...]:
    """Name what the archive says of its files otherwise than `write_plain` does, so that no byte changes unseen."""
    with opened(source=io.BytesIO(data)) as archive:
        entries = archive.infolist()
    listed, at = b"", 0
    for entry in entries:
        name = entry.filename.encode("ascii")
        if entry.extra or max(entry.compress_size, entry.file_size, at) > _MOST_LISTED:
            return (f"{entry.filename} in what the archive says of it",)
        same = entry.compress_type, 0, _DOS_DAY, entry.CRC, entry.compress_size, entry.file_size, len(name), 0
        local = _LOCAL.pack(b"PK\3\4", _VERSION, 0, *same) + name
        if data[at : at + len(local)] != local:
            return (f"{entry.filename} in what the archive says of it",)
        listed += _LISTED.pack(b"PK\1\2", _VERSION, _UNIX, _VERSION, 0, *same, 0, 0, 0, _ATTRIBUTES, at) + name
        at += len(local) + entry.compress_size
    end = _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), at, 0)
    return () if data[at:] == listed + end else ("the archive's own list of files",)


def _check_directory(source: BinaryIO) -> None:
    """Refuse a list of files that is longer than any of ours: the reader of the archive takes it whole into memory."""
    end = source.seek(0, io.SEEK_END)
    source.seek(max(0, end - _END.size - _LOCATOR.size))
    tail = source.read(_END.size + _LOCATOR.size)
    source.seek(0)
    if len(tail) < _END.size or not tail.endswith(b"\0\0") or tail[-_END.size :][:4] != b"PK\5\6":
        raise zipfile.BadZipFile("it does not end like one")
    if tail[: _LOCATOR.size][:4] == b"PK\6\7":
        raise zipfile.BadZipFile("its list of files is of the large kind")
    count, size = _END.unpack(tail[-_END.size :])[4:6]
    if count > MOST_FILES or size > MOST_FILES * _LONGEST_ENTRY:
        raise Refused("E_RANGE", f"the bundle lists {count} files in {size} bytes, at most {MOST_FILES} are read")


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode("ascii")


def _fields(files: Mapping[str, bytes]) -> bytes:
    lines = []
    for name in sorted(files):
        if name.endswith(".json"):
            for path, digest in _digests_of(files[name]):
                lines.append(f"{digest}  {name}#{path}\n")
        elif name.endswith(".txt"):
            lines.append(f"{hashlib.sha256(files[name]).hexdigest()}  {name}#lines\n")
    return "".join(lines).encode("ascii")


def _digests_of(data: bytes) -> Iterator[tuple[str, str]]:
    """Hash the values of a document of the protocol; a file with words in Chinese only as a whole."""
    if data.isascii():
        yield from _digests(canonical.parse(data=data))
    else:
        yield "/", hashlib.sha256(data).hexdigest()


def _digests(document: Parsed) -> Iterator[tuple[str, str]]:
    """Hash every value of a document down to a depth, the whole first; a long list only as a whole."""
    waiting: list[tuple[str, Parsed, int]] = [("", document, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        yield path or "/", hashlib.sha256(canonical.encode(value=value)).hexdigest()
        if depth < _DEPTH and isinstance(value, dict):
            waiting.extend((f"{path}/{key}", value[key], depth + 1) for key in sorted(value, reverse=True))
        elif depth < _DEPTH and isinstance(value, list) and len(value) <= MOST_FILES:
            waiting.extend((f"{path}/{place}", value[place], depth + 1) for place in reversed(range(len(value))))


def _listed(files: Mapping[str, bytes], name: str) -> dict[str, str]:
    if name not in files:
        raise Refused("E_FILE", f"{name} is missing")
    listed: dict[str, str] = {}
    for number, line in enumerate(files[name].decode("ascii", "replace").split("\n")[:-1], start=1):
        found = _LINE.fullmatch(line)
        if found is None or found[2] in listed:
            raise Refused("E_LINE", f"{name} line {number} is no digest and name, or names a file twice")
        listed[found[2]] = found[1]
    return listed


def _changed_field(name: str, data: bytes, fields: Mapping[str, str]) -> str:
    """Name the deepest field that differs, or why no field can be told."""
    if not name.endswith(".json"):
        return "its bytes are not those listed"
    try:
        now = dict(_digests_of(data))
    except Refused as refused:
        return str(refused)
    then = {path.partition("#")[2]: digest for path, digest in fields.items() if path.startswith(f"{name}#")}
    differing = [path for path in now.keys() | then.keys() if now.get(path) != then.get(path)]
    return max(differing, key=lambda path: (path.count("/"), path)) if differing else "its white space"
