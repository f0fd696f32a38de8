"""The small forms of srd1: ids, names, hex, times, numbers, lists and closed sets of fields."""

import re
from collections.abc import Callable, Sequence
from datetime import date as calendar_date
from datetime import datetime
from typing import TypeVar

from onevisit.core.canonical import Parsed
from onevisit.core.refusals import Refused

VERSION = "srd1"
MOST_OBJECTS = 10**9
MOST_ENTRIES = 10**6

_OBJECT_ID = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,95}|[a-z]{1,16}:[0-9A-Za-z._:-]{1,79}")
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_SLOT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}:(0|[1-9][0-9]?)")
_HEX = re.compile(r"[0-9a-f]*")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEXT = re.compile(r"[ -~]{1,200}")

Read = TypeVar("Read")


def string(value: Parsed, where: str) -> str:
    """Read any string."""
    if not isinstance(value, str):
        raise Refused("E_TYPE", f"{where} is not a string")
    return value


def object_id(value: Parsed, where: str) -> str:
    """Read the id of an object or a visit."""
    return _matching(value, where, _OBJECT_ID, "E_ID")


def name(value: Parsed, where: str) -> str:
    """Read a name."""
    return _matching(value, where, _NAME, "E_NAME")


def slot_id(value: Parsed, where: str) -> str:
    """Read the id of a slot, an item and a number."""
    return _matching(value, where, _SLOT, "E_NAME")


def text(value: Parsed, where: str) -> str:
    """Read 1 to 200 printable characters."""
    return _matching(value, where, _TEXT, "E_RANGE")


def hexadecimal(value: Parsed, where: str, *, length: int = 64) -> str:
    """Read lower-case hex of an exact length."""
    found = _matching(value, where, _HEX, "E_HEX")
    if len(found) != length:
        raise Refused("E_HEX", f"{where} is not {length} hex digits")
    return found


def hexadecimal_or_none(value: Parsed, where: str) -> str:
    """Read a digest, or empty text where there is none."""
    return "" if value == "" else hexadecimal(value, where)


def moment(value: Parsed, where: str) -> str:
    """Read a time of the zone +08:00 that exists."""
    found = _matching(value, where, _TIME, "E_TIME")
    try:
        datetime.fromisoformat(found)
    except ValueError:
        raise Refused("E_TIME", f"{where} is no real time: {found}") from None
    return found


def unix(moment_text: str) -> int:
    """Turn a time that has been read into seconds since 1970."""
    return int(datetime.fromisoformat(moment_text).timestamp())


def date(value: Parsed, where: str) -> str:
    """Read a date that exists."""
    found = _matching(value, where, _DATE, "E_TIME")
    try:
        calendar_date.fromisoformat(found)
    except ValueError:
        raise Refused("E_TIME", f"{where} is no real date: {found}") from None
    return found


def whole(value: Parsed, where: str, *, low: int, high: int, code: str = "E_RANGE") -> int:
    """Read an integer within limits."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("E_TYPE", f"{where} is not an integer")
    if not low <= value <= high:
        raise Refused(code, f"{where} is {value}, not {low}..{high}")
    return value


def array(value: Parsed, where: str, read: Callable[[Parsed, str], Read], *, low: int, high: int) -> tuple[Read, ...]:
    """Read a list of a limited length, each element by `read`."""
    if not isinstance(value, list):
        raise Refused("E_TYPE", f"{where} is not a list")
    if not low <= len(value) <= high:
        raise Refused("E_RANGE", f"{where} has {len(value)} entries, not {low}..{high}")
    return tuple(read(element, f"{where}[{position}]") for position, element in enumerate(value))


def mapping(value: Parsed, where: str) -> dict[str, Parsed]:
    """Read an object, whatever its fields."""
    if not isinstance(value, dict):
        raise Refused("E_TYPE", f"{where} is not an object")
    return value


def fields(value: Parsed, where: str, *names: str) -> dict[str, Parsed]:
    """Read an object that has exactly these fields."""
    found = mapping(value, where)
    for field in names:
        if field not in found:
            raise Refused("E_FIELD", f"{where}.{field} is missing")
    if len(found) != len(names):
        unknown = min(found.keys() - set(names))
        raise Refused("E_FIELD", f"{where}.{unknown} is not a field")
    return found


def heading(value: Parsed, kind: str) -> dict[str, Parsed]:
    """Check version and kind of a document, before the set of its fields."""
    found = mapping(value, kind)
    for field in ("v", "kind"):
        if field not in found:
            raise Refused("E_FIELD", f"{kind}.{field} is missing")
    if string(found["v"], "v") != VERSION:
        raise Refused("E_VERSION", f"{kind}.v is not {VERSION}")
    if string(found["kind"], "kind") != kind:
        raise Refused("E_KIND", f"this is no {kind}")
    return found


def ascending(keys: Sequence[str] | Sequence[tuple[str, ...]] | Sequence[tuple[str, str, int]], where: str) -> None:
    """Demand that keys ascend strictly; ASCII text compares as its bytes do."""
    for position in range(1, len(keys)):
        before, here = keys[position - 1], keys[position]
        if before == here:
            raise Refused("E_DUPLICATE", f"{where} has {here} twice")
        if before > here:  # type: ignore[operator]  # both come from one of the three sequences
            raise Refused("E_ORDER", f"{where} does not ascend at {here}")


def slot_key(visit: str, slot: str) -> tuple[str, str, int]:
    """Order slots canonically: by visit, item and slot number."""
    item, _, number = slot.partition(":")
    return visit, item, int(number)


def _matching(value: Parsed, where: str, pattern: re.Pattern[str], code: str) -> str:
    found = string(value, where)
    if not pattern.fullmatch(found):
        raise Refused(code, f"{where} does not have its form: {found[:100]}")
    return found
