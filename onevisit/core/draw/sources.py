"""The sources of a seed: what may be declared, what a value looks like, and the line it becomes."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from onevisit.core.canonical import Parsed
from onevisit.core.draw import beacon, grammar
from onevisit.core.draw.beacon import Chain
from onevisit.core.draw.documents import DeclaredSource, SourceValue
from onevisit.core.refusals import Refused

_ISSUE = re.compile(r"[0-9]{7}")
_DIGITS = re.compile(r"[0-9]+")
_CLOSE = re.compile(r"[1-9][0-9]{0,5}\.[0-9]{2}")
_TYPISTS = 2
HAND = ("evidence_sha256", "typed_by")
DRAND, CEREMONY, CLOSE = "drand", "ceremony", "sse-000001-close"
LOCAL_TYPES = frozenset({CEREMONY})
"""Sources whose value people in the room make; all others come from outside at `t0`."""

ReadField = Callable[[Parsed, str], str | int]


def round_at(*, chain: Chain, at: int) -> int:
    """Name the first round of a chain that comes at a moment (seconds since 1970) or later."""
    if at < chain.genesis:
        raise Refused("E_ROUND", "t0 lies before the chain began")
    return -((chain.genesis - at) // chain.period) + 1


def read_declared(value: Parsed, where: str) -> DeclaredSource:
    """Read a source as a manifest or an order declares it."""
    type_ = _type(value, where)
    length_field = ("length",) if type_ == CEREMONY else ()
    found = grammar.fields(value, where, "type", *_IDENTITIES[type_], *length_field)
    length = grammar.whole(found["length"], f"{where}.length", low=6, high=60) if length_field else None
    return DeclaredSource(type=type_, identity=_identity(type_, found, where), length=length)


def read_value(value: Parsed, where: str) -> SourceValue:
    """Read the value that a source gave."""
    type_ = _type(value, where)
    hand = () if type_ == DRAND else HAND
    found = grammar.fields(value, where, "type", *_IDENTITIES[type_], *_VALUE_FIELDS[type_], *hand)
    identity = _identity(type_, found, where)
    outcome = _OUTCOMES[type_](found, where)
    if hand:
        _check_hand(found, where)
    return SourceValue(
        type=type_,
        identity=identity,
        outcome=outcome,
        signature=str(found.get("signature", "")),
        document=found,
    )


def source_line(*, value: SourceValue) -> str:
    """Write the line of a value that goes into the seed."""
    return ":".join((value.type, *map(str, value.identity), value.outcome))


def source_lines(*, declared: Sequence[DeclaredSource], values: Sequence[SourceValue]) -> tuple[str, ...]:
    """Compare values with their declarations and write their lines."""
    if len(values) < len(declared):
        raise Refused("E_SOURCE_MISSING", f"{len(values)} of {len(declared)} source values are given")
    if len(values) > len(declared):
        raise Refused("E_SOURCE_EXTRA", f"{len(values)} source values are given, {len(declared)} were declared")
    for position, (source, value) in enumerate(zip(declared, values, strict=True)):
        _check_value(source, value, f"sources[{position}]")
    return tuple(source_line(value=value) for value in values)


def check_declared(*, declared: Sequence[DeclaredSource], t0: str, used: Sequence[DeclaredSource]) -> None:
    """Check the declarations of a draw or an order against its `t0` and the sources of the draw used before."""
    seen = {(source.type, source.identity) for source in used}
    for source in declared:
        if source.type == DRAND:
            _check_round(source, t0)
        if source.type == CLOSE and source.identity != (t0[:10],):
            raise Refused("E_ROUND", f"the close is not that of {t0[:10]}")
        if (source.type, source.identity) in seen:
            raise Refused("E_SOURCE_REUSED", f"{source.type} {source.identity} is used twice in this draw")
        seen.add((source.type, source.identity))


def _check_round(source: DeclaredSource, t0: str) -> None:
    chain_hash, round_number = source.identity
    if chain_hash != beacon.QUICKNET.chain_hash:
        raise Refused("E_CHAIN", f"the chain {chain_hash} is not the pinned one")
    due = round_at(chain=beacon.QUICKNET, at=grammar.unix(t0))
    if round_number != due:
        raise Refused("E_ROUND", f"round {round_number} is not the first at {t0}, which is {due}")


def _check_value(source: DeclaredSource, value: SourceValue, where: str) -> None:
    if source.type != value.type:
        raise Refused("E_SOURCE_MISMATCH", f"{where} is {value.type}, declared was {source.type}")
    if source.identity != value.identity:
        is_round = source.type == DRAND and source.identity[0] == value.identity[0]
        raise Refused("E_ROUND" if is_round else "E_SOURCE_MISMATCH", f"{where} is not the declared {source.identity}")
    if source.length is not None and len(value.outcome) != source.length:
        raise Refused("E_SOURCE_VALUE", f"{where} has {len(value.outcome)} digits, declared were {source.length}")
    if source.type == DRAND:
        beacon.verify_round(
            chain=beacon.QUICKNET,
            round_number=int(value.identity[1]),
            signature=value.signature,
            randomness=value.outcome,
        )


def _type(value: Parsed, where: str) -> str:
    found = grammar.mapping(value, where)
    if "type" not in found:
        raise Refused("E_FIELD", f"{where}.type is missing")
    type_ = grammar.string(found["type"], f"{where}.type")
    if type_ not in _IDENTITIES:
        raise Refused("E_SOURCE", f"{where}.type {type_} is unknown")
    return type_


def _identity(type_: str, found: Mapping[str, Parsed], where: str) -> tuple[str | int, ...]:
    return tuple(read(found[field], f"{where}.{field}") for field, read in _IDENTITIES[type_].items())


def _issue(value: Parsed, where: str) -> str:
    found = grammar.string(value, where)
    if not _ISSUE.fullmatch(found):
        raise Refused("E_NAME", f"{where} is not 7 digits")
    return found


def _check_hand(found: Mapping[str, Parsed], where: str) -> None:
    grammar.hexadecimal(found["evidence_sha256"], f"{where}.evidence_sha256")
    typed_by = found["typed_by"]
    if not isinstance(typed_by, list):
        raise Refused("E_TYPE", f"{where}.typed_by is not a list")
    names = {grammar.name(typist, f"{where}.typed_by") for typist in typed_by}
    if len(typed_by) != _TYPISTS or len(names) != _TYPISTS:
        raise Refused("E_TYPISTS", f"{where} was not typed by two different people")


def _drand(found: Mapping[str, Parsed], where: str) -> str:
    grammar.hexadecimal(found["signature"], f"{where}.signature", length=96)
    return grammar.hexadecimal(found["randomness"], f"{where}.randomness")


def _balls(value: Parsed, where: str, *, count: int, highest: int) -> str:
    if not isinstance(value, list):
        raise Refused("E_TYPE", f"{where} is not a list")
    balls = [_ball(ball, where, highest=highest) for ball in value]
    if len(balls) != count or balls != sorted(set(balls)):
        raise Refused("E_SOURCE_VALUE", f"{where} is not {count} balls, ascending")
    return ",".join(f"{ball:02d}" for ball in balls)


def _ball(value: Parsed, where: str, *, highest: int) -> int:
    return grammar.whole(value, where, low=1, high=highest, code="E_SOURCE_VALUE")


def _kl8(found: Mapping[str, Parsed], where: str) -> str:
    return _balls(found["numbers"], f"{where}.numbers", count=20, highest=80)


def _ssq(found: Mapping[str, Parsed], where: str) -> str:
    red = _balls(found["red"], f"{where}.red", count=6, highest=33)
    return f"{red}+{_ball(found['blue'], f'{where}.blue', highest=16):02d}"


def _written(found: Mapping[str, Parsed], where: str, *, field: str, pattern: re.Pattern[str]) -> str:
    written = grammar.string(found[field], f"{where}.{field}")
    if not pattern.fullmatch(written):
        raise Refused("E_SOURCE_VALUE", f"{where}.{field} does not have its form")
    return written


_IDENTITIES: Mapping[str, Mapping[str, ReadField]] = {
    DRAND: {"chain": grammar.hexadecimal, "round": partial(grammar.whole, low=1, high=2**53 - 1)},
    "cwl-kl8": {"issue": _issue},
    "cwl-ssq": {"issue": _issue},
    CLOSE: {"date": grammar.date},
    CEREMONY: {"protocol": grammar.name},
}
_VALUE_FIELDS: Mapping[str, tuple[str, ...]] = {
    DRAND: ("signature", "randomness"),
    "cwl-kl8": ("numbers",),
    "cwl-ssq": ("red", "blue"),
    CLOSE: ("close",),
    CEREMONY: ("digits",),
}
_OUTCOMES: Mapping[str, Callable[[Mapping[str, Parsed], str], str]] = {
    DRAND: _drand,
    "cwl-kl8": _kl8,
    "cwl-ssq": _ssq,
    CLOSE: partial(_written, field="close", pattern=_CLOSE),
    CEREMONY: partial(_written, field="digits", pattern=_DIGITS),
}
