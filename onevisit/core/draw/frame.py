"""The frame of an item: who may be drawn and in which stratum, as one sorted text file."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onevisit.core import merkle
from onevisit.core.draw.documents import Item
from onevisit.core.refusals import Refused

_LINES = re.compile(
    rb"^([0-9A-Z][0-9A-Z._-]{0,95}|[a-z]{1,16}:[0-9A-Za-z._:-]{1,79})\|([0-9A-Za-z][0-9A-Za-z._-]{0,63})$", re.MULTILINE
)
_ID = re.compile(rb"[0-9A-Z][0-9A-Z._-]{0,95}|[a-z]{1,16}:[0-9A-Za-z._:-]{1,79}")
_FOREIGN = re.compile(rb"[^\n\r -~]")


@dataclass(frozen=True)
class Frame:
    """A frame as two parallel sequences, which a million objects need not be more than."""

    ids: tuple[str, ...]
    strata: tuple[str, ...]
    sizes: Mapping[str, int]


def frame_bytes(*, rows: Iterable[tuple[str, str]]) -> bytes:
    """Write the frame file of (object id, stratum) rows, in whatever order they come."""
    return b"".join(sorted(f"{object_id}|{stratum}\n".encode("ascii") for object_id, stratum in rows))


def frame_sha256(*, data: bytes) -> str:
    """Hash a frame file."""
    return hashlib.sha256(data).hexdigest()


def frame_root(*, data: bytes) -> str:
    """Compute the RFC 6962 root over the lines of a frame file without their LF."""
    leaves = [hashlib.sha256(b"\x00" + line).digest() for line in data[:-1].split(b"\n")]
    return merkle.root(leaves=leaves).hex()


def parse_frame(*, data: bytes) -> Frame:
    """Read a frame file and refuse every deviation from its one form."""
    lines = _lines(data)
    pairs: list[tuple[bytes, bytes]] = _LINES.findall(data)  # one pass in C; a line of another form gives no pair
    if len(pairs) != len(lines):
        raise _first_refused(lines)
    ids = _decoded([pair[0] for pair in pairs])
    if len(set(ids)) != len(ids):
        repeated, _ = Counter(ids).most_common(1)[0]
        raise Refused("E_DUPLICATE", f"{repeated} stands on two lines")
    if lines != sorted(lines):
        number = next(n for n in range(1, len(lines)) if lines[n - 1] > lines[n])
        raise Refused("E_UNSORTED", f"line {number + 1} should stand before line {number}")
    strata = _decoded([pair[1] for pair in pairs])
    return Frame(ids=ids, strata=strata, sizes=Counter(strata))


def check_frame(*, item: Item, data: bytes) -> Frame:
    """Read a frame file and compare it with what the manifest says about its item."""
    frame = parse_frame(data=data)
    if frame_sha256(data=data) != item.frame_sha256:
        raise Refused("E_FRAME_HASH", f"frame {item.item} is not the one that was frozen")
    if frame_root(data=data) != item.frame_root:
        raise Refused("E_FRAME_ROOT", f"the root of frame {item.item} differs")
    if frame.sizes != {stratum.id: stratum.size for stratum in item.strata}:
        raise Refused("E_COUNT", f"strata or sizes of frame {item.item} differ")
    return frame


def _lines(data: bytes) -> list[bytes]:
    if not data:
        raise Refused("E_EMPTY", "the frame is empty")
    foreign = _FOREIGN.search(data)
    if foreign:
        raise Refused("E_ASCII", f"byte 0x{foreign.group()[0]:02X} at offset {foreign.start()}")
    if b"\r" in data:
        raise Refused("E_CRLF", "the frame has carriage returns")
    if not data.endswith(b"\n") or data.startswith(b"\n") or b"\n\n" in data:
        raise Refused("E_EOL", "the frame has no final newline or an empty line")
    return data[:-1].split(b"\n")


def _decoded(parts: list[bytes]) -> tuple[str, ...]:
    return tuple(b"\n".join(parts).decode("ascii").split("\n"))


def _first_refused(lines: list[bytes]) -> Refused:
    number = next(n for n, line in enumerate(lines, start=1) if not _LINES.fullmatch(line))
    return _line_refused(lines[number - 1], number)


def _line_refused(line: bytes, number: int) -> Refused:
    parts = line.split(b"|")
    if len(parts) != 2:
        return Refused("E_LINE", f"line {number} has not exactly one |")
    if not _ID.fullmatch(parts[0]):
        return Refused("E_ID", f"line {number} has no object id")
    return Refused("E_NAME", f"line {number} has no stratum name")
