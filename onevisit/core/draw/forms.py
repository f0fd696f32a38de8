"""The files a draw is made from and the receipt it leaves: bytes in, frozen records out, nothing computed."""

from onevisit.core import canonical
from onevisit.core.draw import grammar, readers
from onevisit.core.draw.documents import (
    KeysFile,
    Manifest,
    Order,
    ReplacementsFile,
    Roster,
    SourcesFile,
    VoidRecord,
)
from onevisit.core.draw.receipt_form import read_receipt
from onevisit.core.draw.results import Receipt


def parse_manifest(*, data: bytes) -> Manifest:
    """Read manifest.json."""
    return readers.read_manifest(canonical.parse(data=data))


def parse_roster(*, data: bytes) -> Roster:
    """Read roster.json."""
    return readers.read_roster(canonical.parse(data=data))


def parse_order(*, data: bytes) -> Order:
    """Read the order of a replacement round."""
    return readers.read_order(canonical.parse(data=data))


def parse_sources(*, data: bytes) -> SourcesFile:
    """Read sources.json, the values of round 0."""
    document = canonical.parse(data=data)
    grammar.heading(document, "sources")
    found = grammar.fields(document, "sources", "v", "kind", "draw", "sources")
    return SourcesFile(draw=grammar.name(found["draw"], "draw"), sources=readers.read_values(found["sources"]))


def parse_keys(*, data: bytes) -> KeysFile:
    """Read keys.json, what the parties handed over."""
    document = canonical.parse(data=data)
    grammar.heading(document, "keys")
    found = grammar.fields(document, "keys", "v", "kind", "draw", "keys")
    return KeysFile(draw=grammar.name(found["draw"], "draw"), keys=readers.read_keys(found["keys"]))


def parse_replacements(*, data: bytes) -> ReplacementsFile:
    """Read replacements.json, the orders and their values."""
    document = canonical.parse(data=data)
    grammar.heading(document, "replacements")
    found = grammar.fields(document, "replacements", "v", "kind", "draw", "rounds")
    draw = grammar.name(found["draw"], "draw")
    rounds = grammar.array(found["rounds"], "rounds", readers.read_ordered_round, low=1, high=99)
    return ReplacementsFile(draw=draw, rounds=rounds)


def parse_void(*, data: bytes) -> VoidRecord:
    """Read the record of a draw that was given up."""
    return readers.read_void(canonical.parse(data=data))


def parse_receipt(*, data: bytes) -> Receipt:
    """Read a receipt; what it claims is believed only after `verify`."""
    return read_receipt(canonical.parse(data=data))
