"""The form of a receipt: which fields its results, assignments and orders have."""

from functools import partial

from onevisit.core.canonical import Parsed
from onevisit.core.draw import grammar, readers
from onevisit.core.draw.documents import Roster
from onevisit.core.draw.officers import Assignment, FilledSlot, Infeasible
from onevisit.core.draw.results import ItemDraw, Receipt, RecordedResult, Result
from onevisit.core.draw.tickets import Drawn, StratumDraw
from onevisit.core.refusals import Refused

_RECEIPT_FIELDS = ["v", "kind", "manifest", "sources", "keys", "roster", "results", "orders"]
_RESULT_FIELDS = [
    "v",
    "kind",
    "draw",
    "round",
    "basis",
    "prev",
    "sources_digest",
    "source_lines",
    "seed",
    "items",
    "assignment",
]
_COUNT = partial(grammar.whole, low=0, high=grammar.MOST_OBJECTS)
_MOST = grammar.MOST_OBJECTS


def read_receipt(value: Parsed) -> Receipt:
    """Read a receipt and every document in it."""
    grammar.heading(value, "receipt")
    found = grammar.fields(value, "receipt", *_RECEIPT_FIELDS)
    receipt = Receipt(
        manifest=readers.read_manifest(found["manifest"]),
        sources=readers.read_values(found["sources"]),
        keys=readers.read_keys(found["keys"]),
        roster=_roster(found["roster"]),
        results=grammar.array(found["results"], "results", _recorded, low=1, high=100),
        orders=grammar.array(found["orders"], "orders", readers.read_ordered_round, low=0, high=99),
    )
    if len(receipt.results) != len(receipt.orders) + 1:
        raise Refused("E_RANGE", f"{len(receipt.results)} results do not fit {len(receipt.orders)} orders")
    return receipt


def _roster(value: Parsed) -> Roster | None:
    return None if value == {} else readers.read_roster(value)


def _recorded(value: Parsed, where: str) -> RecordedResult:
    found = grammar.fields(value, where, "result", "digest", "seal")
    return RecordedResult(
        result=_result(found["result"], f"{where}.result"),
        digest=grammar.hexadecimal(found["digest"], f"{where}.digest"),
        seal=grammar.hexadecimal_or_none(found["seal"], f"{where}.seal"),
    )


def _result(value: Parsed, where: str) -> Result:
    grammar.heading(value, "result")
    found = grammar.fields(value, where, *_RESULT_FIELDS)
    return Result(
        draw=grammar.name(found["draw"], f"{where}.draw"),
        round_number=grammar.whole(found["round"], f"{where}.round", low=0, high=99),
        basis=grammar.hexadecimal(found["basis"], f"{where}.basis"),
        prev=grammar.hexadecimal_or_none(found["prev"], f"{where}.prev"),
        sources_digest=grammar.hexadecimal(found["sources_digest"], f"{where}.sources_digest"),
        source_lines=grammar.array(found["source_lines"], f"{where}.source_lines", grammar.text, low=1, high=8),
        seed=grammar.hexadecimal(found["seed"], f"{where}.seed"),
        items=grammar.array(found["items"], f"{where}.items", _item, low=1, high=64),
        assignment=_assignment(found["assignment"], f"{where}.assignment"),
    )


def _item(value: Parsed, where: str) -> ItemDraw:
    found = grammar.fields(value, where, "item", "strata")
    return ItemDraw(
        item=grammar.name(found["item"], f"{where}.item"),
        strata=grammar.array(found["strata"], f"{where}.strata", _stratum, low=0, high=10_000),
    )


def _stratum(value: Parsed, where: str) -> StratumDraw:
    found = grammar.fields(value, where, "id", "want", "cut", "selected")
    return StratumDraw(
        stratum=grammar.name(found["id"], f"{where}.id"),
        want=_COUNT(found["want"], f"{where}.want"),
        cut=grammar.hexadecimal_or_none(found["cut"], f"{where}.cut"),
        selected=grammar.array(found["selected"], f"{where}.selected", _drawn, low=0, high=_MOST),
    )


def _drawn(value: Parsed, where: str) -> Drawn:
    found = grammar.fields(value, where, "id", "ticket")
    return Drawn(
        object_id=grammar.object_id(found["id"], where),
        ticket=grammar.hexadecimal(found["ticket"], where),
    )


def _assignment(value: Parsed, where: str) -> Assignment | Infeasible | None:
    found = grammar.mapping(value, where)
    if "status" not in found:
        raise Refused("E_FIELD", f"{where}.status is missing")
    status = grammar.string(found["status"], f"{where}.status")
    if status == "none":
        grammar.fields(value, where, "status")
        return None
    if status == "complete":
        return _complete(value, where)
    if status == "infeasible":
        return _infeasible(value, where)
    raise Refused("E_FIELD", f"{where}.status {status} is unknown")


def _complete(value: Parsed, where: str) -> Assignment:
    found = grammar.fields(value, where, "status", "aseed", "lstar", "slots")
    assignment = Assignment(
        seed=grammar.hexadecimal(found["aseed"], f"{where}.aseed"),
        least_load=_COUNT(found["lstar"], f"{where}.lstar"),
        slots=grammar.array(found["slots"], f"{where}.slots", _filled, low=0, high=_MOST),
    )
    grammar.ascending([grammar.slot_key(filled.visit, filled.slot) for filled in assignment.slots], f"{where}.slots")
    return assignment


def _filled(value: Parsed, where: str) -> FilledSlot:
    found = grammar.fields(value, where, "visit", "slot", "officer", "width", "skipped")
    return FilledSlot(
        visit=grammar.object_id(found["visit"], f"{where}.visit"),
        slot=grammar.slot_id(found["slot"], f"{where}.slot"),
        officer=grammar.name(found["officer"], f"{where}.officer"),
        width=_COUNT(found["width"], f"{where}.width"),
        skipped=_COUNT(found["skipped"], f"{where}.skipped"),
    )


def _infeasible(value: Parsed, where: str) -> Infeasible:
    found = grammar.fields(value, where, "status", "aseed", "short", "slots", "officers")
    infeasible = Infeasible(
        seed=grammar.hexadecimal(found["aseed"], f"{where}.aseed"),
        short=_COUNT(found["short"], f"{where}.short"),
        slots=grammar.array(found["slots"], f"{where}.slots", _open_slot, low=1, high=_MOST),
        officers=grammar.array(found["officers"], f"{where}.officers", _room, low=0, high=grammar.MOST_ENTRIES),
    )
    grammar.ascending([grammar.slot_key(visit, slot) for visit, slot in infeasible.slots], f"{where}.slots")
    grammar.ascending([officer for officer, _ in infeasible.officers], f"{where}.officers")
    return infeasible


def _open_slot(value: Parsed, where: str) -> tuple[str, str]:
    found = grammar.fields(value, where, "visit", "slot")
    return grammar.object_id(found["visit"], where), grammar.slot_id(found["slot"], where)


def _room(value: Parsed, where: str) -> tuple[str, int]:
    found = grammar.fields(value, where, "id", "room")
    return grammar.name(found["id"], where), _COUNT(found["room"], where)
