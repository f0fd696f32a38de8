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

_ID = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,95}|[a-z]{1,16}:[0-9A-Za-z._:-]{1,79}")
_LINE = re.compile(rf"(?:{_ID.pattern})\|[0-9A-Za-z][0-9A-Za-z._-]{{0,63}}")
_LINES = re.compile(rf"{_LINE.pattern}(?:\n{_LINE.pattern})*")
_KNOWN = bytes((0x0A, 0x0D, *range(0x20, 0x7F)))
_FOREIGN = re.compile(rb"[^\n\r -~]")


_LEAF, _NODE = hashlib.sha256(b"\x00"), hashlib.sha256(b"\x01")


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
    levels: list[list[bytes]] = [[]]
    for piece in pieces(data=data):
        levels[0] += _hashed(_LEAF, piece.split(b"\n"))
        _close_pairs(levels)
    nodes = [level[0] for level in levels if level]
    return functools.reduce(lambda right, left: _hashed(_NODE, [left + right])[0], nodes).hex()


def _close_pairs(levels: list[list[bytes]]) -> None:
    """Hash every pair of siblings into its parent, so that each level keeps none or one."""
    height = 0
    while len(levels[height]) > 1:
        if height + 1 == len(levels):
            levels.append([])
        level = levels[height]
        levels[height + 1] += _hashed(_NODE, map(operator.add, level[:-1:2], level[1::2]))
        del level[: len(level) & ~1]
        height += 1


def _hashed(begun: "hashlib._Hash", texts: Iterable[bytes]) -> list[bytes]:
    """Hash texts that begin alike: to copy what was begun costs less than to begin anew."""
    copy = begun.copy
    digests = []
    for text in texts:
        state = copy()
        state.update(text)
        digests.append(state.digest())
    return digests


def parse_frame(*, data: bytes) -> Frame:
    """Read a frame file and refuse every deviation from its one form."""
    _check_bytes(data)
    ids: list[str] = []
    strata: list[str] = []
    names: dict[str, str] = {}  # a million lines share a few stratum names
    is_ascending, latest, number = True, "", 0
    for piece in pieces(data=data):
        text = piece.decode("ascii")
        lines = text.split("\n")
        if not _LINES.fullmatch(text):  # one pass in C
            raise _first_refused(lines, number)
        is_ascending = is_ascending and latest < lines[0] and lines == sorted(lines)
        latest, number = lines[-1], number + len(lines)
        words = text.replace("|", "\n").split("\n")  # two of every line
        ids += words[::2]
        strata += map(names.setdefault, words[1::2], words[1::2])
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
    foreign = data.translate(None, _KNOWN) and _FOREIGN.search(data)  # to delete all that is known is quicker
    if foreign:
        raise Refused("E_ASCII", f"byte 0x{foreign.group()[0]:02X} at offset {foreign.start()}")
    if b"\r" in data:
        raise Refused("E_CRLF", "the frame has carriage returns")
    if not data.endswith(b"\n") or data.startswith(b"\n") or b"\n\n" in data:
        raise Refused("E_EOL", "the frame has no final newline or an empty line")


def _first_refused(lines: list[str], before: int) -> Refused:
    number = next(n for n, line in enumerate(lines) if not _LINE.fullmatch(line))
    return _line_refused(lines[number], before + number + 1)


def _out_of_order(ids: list[str], strata: list[str]) -> Refused:
    repeated, times = Counter(ids).most_common(1)[0]
    if times > 1:
        return Refused("E_DUPLICATE", f"{repeated} stands on two lines")
    lines = [f"{object_id}|{stratum}" for object_id, stratum in zip(ids, strata, strict=True)]
    number = next(n for n in range(1, len(lines)) if lines[n - 1] > lines[n])
    return Refused("E_UNSORTED", f"line {number + 1} should stand before line {number}")


def _line_refused(line: str, number: int) -> Refused:
    parts = line.split("|")
    if len(parts) != 2:
        return Refused("E_LINE", f"line {number} has not exactly one |")
    if not _ID.fullmatch(parts[0]):
        return Refused("E_ID", f"line {number} has no object id")
    return Refused("E_NAME", f"line {number} has no stratum name")
