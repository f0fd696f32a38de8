"""The public register of an organiser's draws: every draw entry of the ledger in its order, as one small file.

Inclusion proofs cannot show that nothing else stands in a ledger; a register can, because a second manifest, a second
order or a commitment that came to nothing would have to stand in it.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onevisit.core import canonical, merkle
from onevisit.core.canonical import Json, Parsed
from onevisit.core.draw import grammar, readers
from onevisit.core.draw.documents import Manifest, VoidRecord
from onevisit.core.draw.register_bound import Bound, Statement, read_bound, read_stated
from onevisit.core.refusals import Refused

COMMITTED, ORDERED, DRAWN = "draw.committed", "draw.ordered", "draw.drawn"
REPLACED, OPENED, VOIDED = "draw.replaced", "draw.opened", "draw.voided"
LAPSED = "draw.round_lapsed"
MOMENTS = (COMMITTED, ORDERED)
EVENTS = (COMMITTED, ORDERED, DRAWN, REPLACED, LAPSED, OPENED, VOIDED)
_NUMBER = re.compile(r"(.{1,40})-([0-9]{4})-([0-9]{4,6})")
_FIELDS = ("v", "kind", "organiser", "at", "prepared", "entries", "manifests", "voids")
_LATER_FIELDS = ("withheld", "checkpoint", "stated")
"""Fields that a register may have: those of before they were known lack them."""


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger: its place in the tree, its leaf, and what it says of a draw; `stage` of a void.

    `at` is when it was written, as it says itself, and `t0` of a commitment or an order its moment; empty where it does
    not say.
    """

    index: int
    leaf: str
    event: str
    draw: str
    digest: str
    stage: str = ""
    at: str = ""
    t0: str = ""


@dataclass(frozen=True)
class Register:
    """A register as of a moment; `prepared` are numbers that were given and stand in no commitment yet.

    `withheld` are the draws for officers only whose manifest is not public before their opening, with their `t0`.
    `bound` leads to the newest checkpoint of the quorum, `stated` is what the ledger itself counted of the organiser.
    """

    organiser: str
    at: str
    prepared: tuple[str, ...]
    entries: tuple[Entry, ...]
    manifests: Mapping[str, Manifest]
    voids: Mapping[str, VoidRecord]
    withheld: Mapping[str, str]
    bound: Bound | None = None
    stated: Statement | None = None


def encode_register(
    *,
    organiser: str,
    at: str,
    prepared: Iterable[str],
    entries: Sequence[tuple[int, bytes]],
    manifests: Iterable[bytes],
    voids: Iterable[bytes],
    withheld: Mapping[str, str] | None = None,
    checkpoint: Mapping[str, Json] | None = None,
    stated: Mapping[str, Json] | None = None,
) -> bytes:
    """Write a register file.

    Args:
        entries: the places in the tree and the payloads of all draw entries of the organiser, in any order.
        manifests: the documents behind the commitments, as far as they are public.
        voids: the public records of draws that were given up.
        withheld: the draws whose manifest is not among them though they are committed, with their `t0`.
        checkpoint: what leads from the entries to a signed root (`register_bound.encode_bound`).
        stated: the entry in which the ledger counted them (`register_bound.encode_stated`).
    """
    rows: list[Json] = [{"index": index, "payload": canonical.parse(data=data)} for index, data in sorted(entries)]
    document: dict[str, Json] = {
        "v": grammar.VERSION,
        "kind": "register",
        "organiser": organiser,
        "at": at,
        "prepared": sorted(prepared),
        "entries": rows,
        "manifests": [canonical.parse(data=data) for data in manifests],
        "voids": [canonical.parse(data=data) for data in voids],
    }
    if withheld:
        document["withheld"] = [{"draw": draw, "t0": t0} for draw, t0 in sorted(withheld.items())]
    if checkpoint is not None:
        document["checkpoint"] = dict(checkpoint)
    if stated is not None:
        document["stated"] = dict(stated)
    return canonical.encode(value=document) + b"\n"


def parse_register(*, data: bytes) -> Register:
    """Read a register file; what it claims is believed only after `verify_register`."""
    document = canonical.parse(data=data)
    grammar.heading(document, "register")
    found = grammar.fields(document, "register", *_FIELDS, *(name for name in _LATER_FIELDS if name in document))
    organiser = grammar.name(found["organiser"], "organiser")
    entries = grammar.array(found["entries"], "entries", _entry, low=0, high=grammar.MOST_ENTRIES)
    for before, here in itertools.pairwise(entries):
        if before.index >= here.index:
            code = "E_DUPLICATE" if before.index == here.index else "E_ORDER"
            raise Refused(code, f"the entries do not ascend at index {here.index}")
    prepared = grammar.array(found["prepared"], "prepared", grammar.name, low=0, high=grammar.MOST_ENTRIES)
    grammar.ascending(prepared, "prepared")
    manifests = grammar.array(found["manifests"], "manifests", _manifest, low=0, high=grammar.MOST_ENTRIES)
    voids = grammar.array(found["voids"], "voids", _void, low=0, high=grammar.MOST_ENTRIES)
    hidden = grammar.array(found.get("withheld", []), "withheld", _withheld, low=0, high=grammar.MOST_ENTRIES)
    grammar.ascending([draw for draw, _t0 in hidden], "withheld")
    return Register(
        organiser=organiser,
        at=grammar.moment(found["at"], "at"),
        prepared=prepared,
        entries=entries,
        manifests={manifest.digest: manifest for manifest in manifests},
        voids={void.digest: void for void in voids},
        withheld=dict(hidden),
        bound=read_bound(found["checkpoint"]) if "checkpoint" in found else None,
        stated=read_stated(found["stated"], organiser=organiser) if "stated" in found else None,
    )


def parts_of_number(*, number: str) -> tuple[str, int, int]:
    """Split a draw number into organiser, year and sequence."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise Refused("E_NAME", f"{number} is not organiser-year-sequence")
    return found[1], int(found[2]), int(found[3])


def _entry(value: Parsed, where: str) -> Entry:
    found = grammar.fields(value, where, "index", "payload")
    payload = grammar.mapping(found["payload"], f"{where}.payload")
    for field in ("event", "draw"):
        if field not in payload:
            raise Refused("E_FIELD", f"{where}.payload.{field} is missing")
    event = grammar.string(payload["event"], f"{where}.payload.event")
    if "digest" not in payload and event != LAPSED:
        raise Refused("E_FIELD", f"{where}.payload.digest is missing")
    if event not in EVENTS:
        raise Refused("E_MISMATCH", f"{where}.payload.event {event} does not belong into a register")
    return Entry(
        index=grammar.whole(found["index"], f"{where}.index", low=0, high=2**53 - 1),
        leaf=merkle.leaf_hash(payload=canonical.encode(value=payload)).hex(),
        event=event,
        draw=grammar.name(payload["draw"], f"{where}.payload.draw"),
        digest=grammar.hexadecimal_or_none(payload.get("digest", ""), f"{where}.payload.digest"),
        stage=_stage(payload),
        at=grammar.moment(payload["at"], f"{where}.payload.at") if "at" in payload else "",
        t0=grammar.moment(payload["t0"], f"{where}.payload.t0") if event in MOMENTS and payload.get("t0") else "",
    )


def _stage(payload: dict[str, Parsed]) -> str:
    stage = payload.get("stage", "")
    return stage if isinstance(stage, str) else ""


def _withheld(value: Parsed, where: str) -> tuple[str, str]:
    found = grammar.fields(value, where, "draw", "t0")
    return grammar.name(found["draw"], f"{where}.draw"), grammar.moment(found["t0"], f"{where}.t0")


def _manifest(value: Parsed, where: str) -> Manifest:
    return readers.read_manifest(value)


def _void(value: Parsed, where: str) -> VoidRecord:
    return readers.read_void(value)
