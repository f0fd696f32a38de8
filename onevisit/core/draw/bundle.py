"""A draw as one zip: every public file, their digests, and the digest of every field, so that a change can be named.

The archive is plain: no folders, no encryption, fixed times, so that the same files give the same bytes.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

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


def write_bundle(*, files: Mapping[str, bytes]) -> bytes:
    """Write files as a bundle, with the lists of digests beside them."""
    lists = {SUMS: _sums(files), FIELDS: _fields(files)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(({**files, **lists}).items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target.getvalue()


def read_bundle(*, data: bytes) -> dict[str, bytes]:
    """Unpack a bundle within its limits, or refuse; a file that does not unpack is named."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Refused("E_FILE", f"the bundle is no archive of the plain kind: {error}") from None


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


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise Refused("E_RANGE", f"the bundle has {len(entries)} files, at most {MOST_FILES} are read")
    room, files = MOST_BYTES, {}
    for entry in entries:
        if not _NAME.fullmatch(entry.filename) or entry.filename in files:
            raise Refused("E_NAME", f"the bundle names a file badly or twice: {entry.filename[:100]!a}")
        if entry.flag_bits & 1:
            raise Refused("E_FILE", f"{entry.filename} is encrypted")
        files[entry.filename] = _content(archive, entry, room)
        room -= len(files[entry.filename])
    return files


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Read one file piece by piece: what an archive says of its sizes is not believed."""
    pieces, size = [], 0
    try:
        with archive.open(entry) as source:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > room:
                    raise Refused("E_RANGE", f"the bundle unpacks to more than {MOST_BYTES} bytes at {entry.filename}")
                pieces.append(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused("E_MISMATCH", f"{entry.filename} was changed inside the archive: {error}") from None
    return b"".join(pieces)


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
