"""The plan of a year's draws: what a manifest had to look like before its frames existed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from onevisit.core import canonical
from onevisit.core.canonical import Json, Parsed
from onevisit.core.draw import grammar
from onevisit.core.draw.documents import Item, Manifest, Rule
from onevisit.core.refusals import Refused

_ENTRY_FIELDS = ("draw", "t0", "mode", "items", "sources", "parties", "max_rounds")
_ITEM_FIELDS = ("item", "department", "ns", "rule", "strata")


@dataclass(frozen=True)
class DrawPlan:
    """A plan file: its id and its entries as they stand."""

    plan: str
    entries: tuple[Mapping[str, Parsed], ...]


def parse_plan(*, data: bytes) -> DrawPlan:
    """Read plan.json."""
    document = canonical.parse(data=data)
    grammar.heading(document, "plan")
    found = grammar.fields(document, "plan", "v", "kind", "plan", "draws")
    plan = grammar.name(found["plan"], "plan")
    entries = grammar.array(found["draws"], "draws", _entry, low=0, high=grammar.MOST_ENTRIES)
    return DrawPlan(plan=plan, entries=entries)


def check_plan(*, plan: DrawPlan, manifest: Manifest) -> None:
    """Refuse a manifest that is not the one thing the plan says about its draw."""
    if plan.plan != manifest.plan:
        raise Refused("E_MISMATCH", f"the plan is {plan.plan}, the manifest executes {manifest.plan}")
    entries = [entry for entry in plan.entries if entry["draw"] == manifest.draw]
    if len(entries) != 1:
        raise Refused("E_MISMATCH", f"the plan has {len(entries)} entries of draw {manifest.draw}")
    expected = plan_entry(manifest=manifest)
    for field in _ENTRY_FIELDS:
        if entries[0][field] != expected[field]:
            raise Refused("E_MISMATCH", f"the plan says otherwise about {field}")


def plan_entry(*, manifest: Manifest) -> dict[str, Json]:
    """Write what a plan has to say about a draw."""
    return {
        "draw": manifest.draw,
        "t0": manifest.t0,
        "mode": manifest.mode.value,
        "items": [_item_entry(item) for item in manifest.items],
        "sources": [source.type for source in manifest.sources],
        "parties": [key.party for key in manifest.keys],
        "max_rounds": manifest.max_rounds,
    }


def _item_entry(item: Item) -> dict[str, Json]:
    strata: list[Json] = [
        {"id": stratum.id} if stratum.basis_points is None else {"id": stratum.id, "bp": stratum.basis_points}
        for stratum in item.strata
    ]
    entry: dict[str, Json] = {
        "item": item.item,
        "department": item.department,
        "ns": item.namespace,
        "rule": item.rule.value,
        "strata": strata,
    }
    if item.total is not None:
        entry["total"] = item.total
    return entry


def _entry(value: Parsed, where: str) -> Mapping[str, Parsed]:
    found = grammar.fields(value, where, *_ENTRY_FIELDS)
    grammar.name(found["draw"], f"{where}.draw")
    grammar.moment(found["t0"], f"{where}.t0")
    grammar.string(found["mode"], f"{where}.mode")
    grammar.array(found["items"], f"{where}.items", _item, low=1, high=64)
    grammar.array(found["sources"], f"{where}.sources", grammar.string, low=1, high=8)
    grammar.array(found["parties"], f"{where}.parties", grammar.name, low=0, high=64)
    grammar.whole(found["max_rounds"], f"{where}.max_rounds", low=0, high=99)
    return found


def _item(value: Parsed, where: str) -> None:
    has_total = grammar.mapping(value, where).get("rule") == Rule.TOTAL
    found = grammar.fields(value, where, *_ITEM_FIELDS, *(("total",) if has_total else ()))
    for field in ("item", "department"):
        grammar.name(found[field], f"{where}.{field}")
    for field in ("ns", "rule"):
        grammar.string(found[field], f"{where}.{field}")
    if has_total:
        grammar.whole(found["total"], f"{where}.total", low=1, high=grammar.MOST_OBJECTS)
    grammar.array(found["strata"], f"{where}.strata", partial(_stratum, has_rate=not has_total), low=1, high=10_000)


def _stratum(value: Parsed, where: str, *, has_rate: bool) -> None:
    found = grammar.fields(value, where, "id", *(("bp",) if has_rate else ()))
    grammar.name(found["id"], f"{where}.id")
    if has_rate:
        grammar.whole(found["bp"], f"{where}.bp", low=0, high=10_000)
