"""The file that says of every object in a frame where it lies and what it is: `groups.txt`, UTF-8, one line an object.

Each line is `object_id|district|street|kind|size|station` and LF, ascending by id, each id once; an unknown value is
`-`. Files of before the register knew sizes and stations end earlier; what they do not say is unknown.
"""

from collections.abc import Iterable, Mapping

from onevisit.core.refusals import Refused

FIELDS = ("district", "street", "kind", "size", "station")
FEWEST = 3
UNKNOWN = "-"
Groups = Mapping[str, tuple[str, ...]]
"""District, street, kind, size and station of every object."""


def encode_groups(*, rows: Iterable[tuple[str, tuple[str, ...]]]) -> bytes:
    """Write the file from (object id, values) in whatever order they come."""
    lines = sorted("|".join((object_id, *map(_value, values))) for object_id, values in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def parse_groups(*, data: bytes) -> dict[str, tuple[str, ...]]:
    """Read the file, or refuse."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Refused("E_FILE", f"groups.txt is not UTF-8 at byte {error.start}") from None
    if lines.pop():
        raise Refused("E_EOL", "groups.txt has no final newline")
    found: dict[str, tuple[str, ...]] = {}
    values: dict[tuple[str, ...], tuple[str, ...]] = {}
    for number, line in enumerate(lines, start=1):
        object_id, *rest = line.split("|")
        if not FEWEST <= len(rest) <= len(FIELDS) or not object_id or object_id in found:
            detail = "is not id|district|street|kind|size|station, or its id came before"
            raise Refused("E_LINE", f"groups.txt line {number} {detail}")
        own = (*rest, *[UNKNOWN] * (len(FIELDS) - len(rest)))
        found[object_id] = values.setdefault(own, own)
    return found


def _value(text: str) -> str:
    """A separator inside a value would make two of it."""
    return " ".join(text.replace("|", " ").split()) or UNKNOWN
