"""The frame of an item: who may be drawn and in which stratum, as one sorted text file."""

import functools
import hashlib
import itertools
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from onevisit.core.draw.documents import Item
from onevisit.core.draw.lines import pieces
from onevisit.core.refusals import Refused

_LINES = re.compile(
    r"^([0-9A-Z][0-9A-Z._-]{0,95}|[a-z]{1,16}:[0-9A-Za-z._:-]{1,79})\|([0-9A-Za-z][0-9A-Za-z._-]{0,63})$", re.MULTILINE
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
    """Compute the RFC 6962 root over the lines of a frame file without their LF, with at most one open hash a level."""
    sha256 = hashlib.sha256
    levels: list[list[bytes]] = [[]]
    for piece in pieces(data=data):
        levels[0] += [sha256(b"\x00" + line).digest() for line in piece.split(b"\n")]
        _close_pairs(levels)
    nodes = [level[0] for level in levels if level]
    return functools.reduce(lambda right, left: sha256(b"\x01" + left + right).digest(), nodes).hex()


def _close_pairs(levels: list[list[bytes]]) -> None:
    """Hash every pair of siblings into its parent, so that each level keeps none or one."""
    sha256 = hashlib.sha256
    height = 0
    while len(levels[height]) > 1:
        if height + 1 == len(levels):
            levels.append([])
        each = iter(levels[height])
        levels[height + 1] += [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=False)]
        del levels[height][: len(levels[height]) & ~1]
        height += 1


def parse_frame(*, data: bytes) -> Frame:
    """Read a frame file and refuse every deviation from its one form."""
    _check_bytes(data)
    ids: list[str] = []
    strata: list[str] = []
    names: dict[str, str] = {}  # a million lines share a few stratum names
    is_ascending, latest, number = True, b"", 0
    for piece in pieces(data=data):
        lines = piece.split(b"\n")
        pairs: list[tuple[str, str]] = _LINES.findall(piece.decode("ascii"))
        if len(pairs) != len(lines):  # one pass in C; a line of another form gives no pair
            raise _first_refused(lines, number)
        is_ascending = is_ascending and latest < lines[0] and lines == sorted(lines)
        latest, number = lines[-1], number + len(lines)
        ids.extend([pair[0] for pair in pairs])
        strata.extend([names.setdefault(pair[1], pair[1]) for pair in pairs])
    # Lines of one id stand together in a sorted file: nothing that is no `|` sorts between them.
    if not is_ascending or any(map(operator.eq, ids, itertools.islice(ids, 1, None))):
        raise _out_of_order(ids, strata)
    return Frame(ids=tuple(ids), strata=tuple(strata), sizes=Counter(strata))


def check_frames(*, items: Iterable[Item], read: Callable[[str], bytes]) -> dict[str, Frame]:
    """Read the frame file of each item and compare it with what the manifest says; equal files become one frame."""
    known: dict[str, tuple[Frame, str]] = {}
    checked: dict[str, Frame] = {}
    for item in items:
        data = read(item.item)
        digest = frame_sha256(data=data)
        parsed = known[digest][0] if digest in known else parse_frame(data=data)
        if digest != item.frame_sha256:
            raise Refused("E_FRAME_HASH", f"frame {item.item} is not the one that was frozen")
        if digest not in known:
            known[digest] = parsed, frame_root(data=data)
        if known[digest][1] != item.frame_root:
            raise Refused("E_FRAME_ROOT", f"the root of frame {item.item} differs")
        if parsed.sizes != {stratum.id: stratum.size for stratum in item.strata}:
            raise Refused("E_COUNT", f"strata or sizes of frame {item.item} differ")
        checked[item.item] = parsed
    return checked


def _check_bytes(data: bytes) -> None:
    if not data:
        raise Refused("E_EMPTY", "the frame is empty")
    foreign = _FOREIGN.search(data)
    if foreign:
        raise Refused("E_ASCII", f"byte 0x{foreign.group()[0]:02X} at offset {foreign.start()}")
    if b"\r" in data:
        raise Refused("E_CRLF", "the frame has carriage returns")
    if not data.endswith(b"\n") or data.startswith(b"\n") or b"\n\n" in data:
        raise Refused("E_EOL", "the frame has no final newline or an empty line")


def _first_refused(lines: list[bytes], before: int) -> Refused:
    number = next(n for n, line in enumerate(lines) if not _LINES.fullmatch(line.decode("ascii")))
    return _line_refused(lines[number], before + number + 1)


def _out_of_order(ids: list[str], strata: list[str]) -> Refused:
    repeated, times = Counter(ids).most_common(1)[0]
    if times > 1:
        return Refused("E_DUPLICATE", f"{repeated} stands on two lines")
    lines = [f"{object_id}|{stratum}" for object_id, stratum in zip(ids, strata, strict=True)]
    number = next(n for n in range(1, len(lines)) if lines[n - 1] > lines[n])
    return Refused("E_UNSORTED", f"line {number + 1} should stand before line {number}")


def _line_refused(line: bytes, number: int) -> Refused:
    parts = line.split(b"|")
    if len(parts) != 2:
        return Refused("E_LINE", f"line {number} has not exactly one |")
    if not _ID.fullmatch(parts[0]):
        return Refused("E_ID", f"line {number} has no object id")
    return Refused("E_NAME", f"line {number} has no stratum name")
