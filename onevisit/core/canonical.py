"""Canonical JSON: RFC 8785 out, the strict subset of the draw protocol in, and digests over both."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import TypeAlias

from onevisit.core.refusals import Refused

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""Any JSON value, as `encode` takes it."""

Parsed: TypeAlias = "str | int | list[Parsed] | dict[str, Parsed]"
"""A value of the protocol's subset, as `parse` gives it."""

INTEGER_LIMIT = 2**53
MOST_VALUES = 4_000_000
"""The most values a document may hold. The densest real ones are a roster's recusals, some 75 bytes with four marks
each: the 64 MB that the commands read hold less than 3.6 million. More of emptier values would not fit into 256 MB."""

_PLAIN = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_PRINTABLE = re.compile(r"[ -~]*")
_FOREIGN_BYTE = re.compile(rb"[^\t\n\r -~]")


def encode(*, value: Json) -> bytes:
    """Encode any JSON value as RFC 8785 prescribes."""
    try:
        if _is_plain(value):
            return _PLAIN.encode(value).encode("utf-8")
        pieces: list[str] = []
        _write(value, pieces)
        return "".join(pieces).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("E_JSON", "a string holds half of a surrogate pair") from None
    except RecursionError:
        raise Refused("E_JSON", "the value is nested too deep") from None


def parse(*, data: bytes) -> dict[str, Parsed]:
    """Parse one document of the protocol: objects, arrays, printable ASCII, integers below 2^53.

    One of more than `MOST_VALUES` values, or for which there is no memory, is E_RANGE.
    """
    if sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise Refused("E_RANGE", f"the document holds more than {MOST_VALUES} values")
    try:
        return _parsed(data)
    except MemoryError:
        pass  # outside the handler what was built is given back before the refusal is made
    raise Refused("E_RANGE", "the document takes more memory than there is")


def _parsed(data: bytes) -> dict[str, Parsed]:
    foreign = _FOREIGN_BYTE.search(data)
    if foreign:
        raise Refused("E_ASCII", f"byte 0x{foreign.group()[0]:02X} at offset {foreign.start()}")
    try:
        value: object = json.loads(
            data.decode("ascii"),
            object_pairs_hook=_object_without_duplicates,
            parse_int=_integer,
            parse_float=_no_float,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise Refused("E_JSON", f"not one JSON value: {error.msg} at offset {error.pos}") from None
    except RecursionError:
        raise Refused("E_JSON", "the document is nested too deep") from None
    parsed = _checked(value)
    if not isinstance(parsed, dict):
        raise Refused("E_TYPE", "the document is not an object")
    return parsed


def digest(*, tag: str, value: Json) -> str:
    """Compute the protocol's digest of a JSON document under its tag."""
    return hashlib.sha256(f"srd1|{tag}|".encode("ascii") + encode(value=value)).hexdigest()


def _is_plain(value: Json) -> bool:
    """Tell whether Python's own encoder writes a value as RFC 8785 does: no fractions, keys in plain order."""
    inner: Iterable[Json]
    if type(value) is dict:
        if not all(type(key) is str and key.isascii() for key in value):
            return False
        inner = value.values()
    elif type(value) is list or type(value) is tuple:
        inner = value
    else:
        return isinstance(value, str | bool | None) or (type(value) is int and abs(value) < INTEGER_LIMIT)
    return all(type(each) is str or _is_plain(each) for each in inner)


def _write(value: Json, pieces: list[str]) -> None:
    if isinstance(value, str):
        pieces.append(encode_basestring(value))
    elif isinstance(value, Mapping):
        _write_object(value, pieces)
    elif isinstance(value, Sequence):
        _write_array(value, pieces)
    else:
        pieces.append(_scalar(value))


def _write_object(value: Mapping[str, Json], pieces: list[str]) -> None:
    separator = "{"
    for key in sorted(value, key=_utf16):
        pieces.append(separator)
        pieces.append(encode_basestring(key))
        pieces.append(":")
        _write(value[key], pieces)
        separator = ","
    pieces.append("}" if value else "{}")


def _write_array(value: Sequence[Json], pieces: list[str]) -> None:
    separator = "["
    for element in value:
        pieces.append(separator)
        _write(element, pieces)
        separator = ","
    pieces.append("]" if value else "[]")


def _utf16(key: str) -> bytes:
    """Order keys as RFC 8785 does, by UTF-16 code units, which differs from code points above U+FFFF."""
    return key.encode("utf-16-be")


def _scalar(value: int | float | bool | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _whole(value)
    return _number(value)


def _whole(value: int) -> str:
    """Write an integer; RFC 8785 knows doubles only, so one that no double holds is refused."""
    if abs(value) < INTEGER_LIMIT:
        return str(value)
    try:
        as_double = float(value)
    except OverflowError:
        as_double = math.inf
    if math.isinf(as_double) or int(as_double) != value:
        raise Refused("E_NUMBER", "an integer that no double holds exactly")
    return _number(as_double)


def _number(value: float) -> str:
    """Write a double as ECMAScript does, from the shortest digits that give it back."""
    if not math.isfinite(value):
        raise Refused("E_NUMBER", "a number that is not finite")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return sign + _ecmascript(digits.rstrip("0"), point)


def _ecmascript(digits: str, point: int) -> str:
    """Lay out digits whose decimal point stands after `point` of them (Number::toString)."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _object_without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Refused("E_JSON", "an object names a key twice")
    return result


def _integer(text: str) -> int:
    if text.startswith("-"):
        raise Refused("E_NUMBER", f"{text[:32]} has a minus sign")
    if len(text) > 16 or int(text) >= INTEGER_LIMIT:
        raise Refused("E_NUMBER", f"{text[:32]} is not below 2^53")
    return int(text)


def _no_float(text: str) -> object:
    raise Refused("E_NUMBER", f"{text[:32]} has a fraction or an exponent")


def _no_constant(text: str) -> object:
    raise Refused("E_JSON", f"{text} is not JSON")


def _checked(value: object) -> Parsed:
    """Refuse what the subset leaves out; the checked value itself is returned, not a copy."""
    open_values: list[object] = [value]
    while open_values:
        current = open_values.pop()
        if isinstance(current, dict):
            open_values.extend(current.keys())
            open_values.extend(current.values())
        elif isinstance(current, list):
            open_values.extend(current)
        elif isinstance(current, str):
            if not _PRINTABLE.fullmatch(current):
                raise Refused("E_ASCII", f"a string holds a character outside 0x20-0x7E: {current[:40]!a}")
        elif isinstance(current, bool) or not isinstance(current, int):
            raise Refused("E_TYPE", "null, true and false are not used")
    return _as_parsed(value)


def _as_parsed(value: object) -> Parsed:
    checked: Parsed = value  # type: ignore[assignment]  # every nested value was looked at in _checked
    return checked
