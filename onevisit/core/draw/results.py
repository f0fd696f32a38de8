"""What a draw gives: results round by round, and the receipt that holds all of it but the frames."""

from collections.abc import Sequence
from dataclasses import dataclass

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import seeds
from onevisit.core.draw.documents import Manifest, Mode, OrderedRound, PartyKey, Roster, SourceValue
from onevisit.core.draw.officers import Assignment, Infeasible
from onevisit.core.draw.tickets import Selection, StratumDraw


@dataclass(frozen=True)
class ItemDraw:
    """What was drawn for an item in a round."""

    item: str
    strata: Selection


@dataclass(frozen=True)
class Result:
    """The outcome of one round; without a roster there is no assignment."""

    draw: str
    round_number: int
    basis: str
    prev: str
    sources_digest: str
    source_lines: tuple[str, ...]
    seed: str
    items: tuple[ItemDraw, ...]
    assignment: Assignment | Infeasible | None


@dataclass(frozen=True)
class RecordedResult:
    """A result with the digest and, in sealed mode, the seal that stand in the ledger."""

    result: Result
    digest: str
    seal: str


@dataclass(frozen=True)
class Receipt:
    """A whole draw: everything but the frames."""

    manifest: Manifest
    sources: tuple[SourceValue, ...]
    keys: tuple[PartyKey, ...]
    roster: Roster | None
    results: tuple[RecordedResult, ...]
    orders: tuple[OrderedRound, ...]


def recorded(*, result: Result, mode: Mode) -> RecordedResult:
    """Add digest and seal to a result."""
    digest = canonical.digest(tag="result", value=result_document(result=result))
    seal = seeds.seal(result_digest=digest, seed=result.seed) if mode is Mode.SEALED else ""
    return RecordedResult(result=result, digest=digest, seal=seal)


def sources_digest(*, values: Sequence[SourceValue]) -> str:
    """Bind all that was typed or fetched for a round, evidence and typists included."""
    return canonical.digest(tag="sources", value=[value.document for value in values])


def result_document(*, result: Result) -> dict[str, Json]:
    """Write a result as its JSON document."""
    return {
        "v": "srd1",
        "kind": "result",
        "draw": result.draw,
        "round": result.round_number,
        "basis": result.basis,
        "prev": result.prev,
        "sources_digest": result.sources_digest,
        "source_lines": list(result.source_lines),
        "seed": result.seed,
        "items": [
            {"item": item.item, "strata": [_stratum_document(stratum) for stratum in item.strata]}
            for item in result.items
        ],
        "assignment": _assignment_document(result.assignment),
    }


def encode_receipt(*, receipt: Receipt) -> bytes:
    """Write the receipt file: canonical JSON and one LF."""
    document: dict[str, Json] = {
        "v": "srd1",
        "kind": "receipt",
        "manifest": receipt.manifest.document,
        "sources": [value.document for value in receipt.sources],
        "keys": [{"party": key.party, "key": key.key} for key in receipt.keys],
        "roster": receipt.roster.document if receipt.roster else {},
        "results": [
            {"result": result_document(result=round_.result), "digest": round_.digest, "seal": round_.seal}
            for round_ in receipt.results
        ],
        "orders": [
            {"order": ordered.order.document, "sources": [value.document for value in ordered.sources]}
            for ordered in receipt.orders
        ],
    }
    return canonical.encode(value=document) + b"\n"


def _stratum_document(stratum: StratumDraw) -> dict[str, Json]:
    selected: list[Json] = [{"id": drawn.object_id, "ticket": drawn.ticket} for drawn in stratum.selected]
    return {"id": stratum.stratum, "want": stratum.want, "cut": stratum.cut, "selected": selected}


def _assignment_document(assignment: Assignment | Infeasible | None) -> dict[str, Json]:
    if assignment is None:
        return {"status": "none"}
    if isinstance(assignment, Infeasible):
        slots: list[Json] = [{"visit": visit, "slot": slot} for visit, slot in assignment.slots]
        officers: list[Json] = [{"id": officer, "room": room} for officer, room in assignment.officers]
        return {
            "status": "infeasible",
            "aseed": assignment.seed,
            "short": assignment.short,
            "slots": slots,
            "officers": officers,
        }
    return {
        "status": "complete",
        "aseed": assignment.seed,
        "lstar": assignment.least_load,
        "slots": [
            {
                "visit": filled.visit,
                "slot": filled.slot,
                "officer": filled.officer,
                "width": filled.width,
                "skipped": filled.skipped,
            }
            for filled in assignment.slots
        ],
    }
