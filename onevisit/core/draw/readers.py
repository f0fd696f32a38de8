"""Readers of the documents a draw is made from: a JSON value in, a frozen record out, nothing but form checked."""

from functools import partial

from onevisit.core import canonical
from onevisit.core.canonical import Parsed
from onevisit.core.draw import grammar
from onevisit.core.draw.documents import (
    Exclusion,
    Grounds,
    Item,
    KeyCommitment,
    Manifest,
    Mode,
    Officer,
    Order,
    OrderedRound,
    PartyKey,
    Pool,
    Recusal,
    Roster,
    Rule,
    SlotRule,
    SourceValue,
    Stratum,
    Swap,
    VoidRecord,
    Withdrawal,
)
from onevisit.core.draw.sources import read_declared, read_value
from onevisit.core.refusals import Refused

STAGES = ("before-seed", "after-seed")
MOST_SOURCES = 8
_COUNT = partial(grammar.whole, low=1, high=grammar.MOST_OBJECTS)
_MANIFEST_FIELDS = [
    "v",
    "kind",
    "alg",
    "draw",
    "plan",
    "prev",
    "mode",
    "t0",
    "items",
    "sources",
    "keys",
    "roster",
    "replace",
    "software",
]
_ITEM_FIELDS = [
    "item",
    "department",
    "ns",
    "frame_sha256",
    "frame_root",
    "n",
    "registry_n",
    "excluded",
    "rule",
    "strata",
]
_ORDER_FIELDS = ["v", "kind", "draw", "r", "prev", "t0", "sources", "withdrawn", "swapped"]
_GROUNDS_FIELDS = ["reason", "evidence_sha256", "proposer", "confirmer"]
_VOID_FIELDS = ("v", "kind", "draw", "basis", "stage", *_GROUNDS_FIELDS)


def read_manifest(value: Parsed) -> Manifest:
    """Read a manifest; its rules are those of `rules.check_manifest`."""
    found = _manifest_fields(value)
    draw, plan = grammar.name(found["draw"], "draw"), grammar.name(found["plan"], "plan")
    prev = grammar.hexadecimal_or_none(found["prev"], "prev")
    mode = _mode(found["mode"])
    t0 = grammar.moment(found["t0"], "t0")
    items = grammar.array(found["items"], "items", _item, low=1, high=64)
    grammar.ascending([item.item for item in items], "items")
    sources = grammar.array(found["sources"], "sources", read_declared, low=1, high=MOST_SOURCES)
    keys = grammar.array(found["keys"], "keys", _commitment, low=0, high=64)
    grammar.ascending([key.party for key in keys], "keys")
    roster = grammar.hexadecimal_or_none(found["roster"], "roster")
    max_rounds, reasons, swap_reasons = _replace(found["replace"])
    _check_software(found["software"])
    return Manifest(
        draw=draw,
        plan=plan,
        prev=prev,
        mode=mode,
        t0=t0,
        items=items,
        sources=sources,
        keys=keys,
        roster=roster,
        max_rounds=max_rounds,
        reasons=reasons,
        swap_reasons=swap_reasons,
        digest=canonical.digest(tag="manifest", value=found),
        document=found,
    )


def read_roster(value: Parsed) -> Roster:
    """Read a roster."""
    grammar.heading(value, "roster")
    found = grammar.fields(value, "roster", "v", "kind", "slack", "officers", "pools", "slots", "recusals")
    slack = grammar.whole(found["slack"], "slack", low=0, high=10_000)
    officers = grammar.array(found["officers"], "officers", _officer, low=1, high=grammar.MOST_ENTRIES)
    grammar.ascending([officer.id for officer in officers], "officers")
    pools = grammar.array(found["pools"], "pools", _pool, low=1, high=10**5)
    grammar.ascending([pool.id for pool in pools], "pools")
    slots = grammar.array(found["slots"], "slots", _slot_rule, low=0, high=64 * 10_000)
    grammar.ascending([(rule.item, rule.stratum) for rule in slots], "slots")
    recusals = grammar.array(found["recusals"], "recusals", _recusal, low=0, high=10**7)
    grammar.ascending([(recusal.object_id, recusal.officer) for recusal in recusals], "recusals")
    return Roster(
        slack=slack,
        officers=officers,
        pools=pools,
        slots=slots,
        recusals=recusals,
        digest=canonical.digest(tag="roster", value=found),
        document=found,
    )


def read_order(value: Parsed) -> Order:
    """Read the order of a replacement round."""
    grammar.heading(value, "order")
    found = grammar.fields(value, "order", *_ORDER_FIELDS)
    draw = grammar.name(found["draw"], "draw")
    round_number = grammar.whole(found["r"], "r", low=1, high=99, code="E_ROUNDS")
    prev = grammar.hexadecimal(found["prev"], "prev")
    t0 = grammar.moment(found["t0"], "t0")
    sources = grammar.array(found["sources"], "sources", read_declared, low=1, high=MOST_SOURCES)
    withdrawn = grammar.array(found["withdrawn"], "withdrawn", _withdrawal, low=0, high=grammar.MOST_ENTRIES)
    grammar.ascending([withdrawal.object_id for withdrawal in withdrawn], "withdrawn")
    swapped = grammar.array(found["swapped"], "swapped", _swap, low=0, high=grammar.MOST_ENTRIES)
    grammar.ascending([grammar.slot_key(swap.visit, swap.slot) for swap in swapped], "swapped")
    return Order(
        draw=draw,
        round_number=round_number,
        prev=prev,
        t0=t0,
        sources=sources,
        withdrawn=withdrawn,
        swapped=swapped,
        digest=canonical.digest(tag="order", value=found),
        document=found,
    )


def read_ordered_round(value: Parsed, where: str) -> OrderedRound:
    """Read an order beside the values of its sources."""
    found = grammar.fields(value, where, "order", "sources")
    return OrderedRound(order=read_order(found["order"]), sources=read_values(found["sources"]))


def read_values(value: Parsed) -> tuple[SourceValue, ...]:
    """Read the values of a round's sources."""
    return grammar.array(value, "sources", read_value, low=0, high=MOST_SOURCES)


def read_keys(value: Parsed) -> tuple[PartyKey, ...]:
    """Read the keys that parties handed over."""
    keys = grammar.array(value, "keys", _key, low=0, high=64)
    grammar.ascending([key.party for key in keys], "keys")
    return keys


def read_void(value: Parsed) -> VoidRecord:
    """Read the record of a draw that was given up."""
    grammar.heading(value, "void")
    found = grammar.fields(value, "void", *_VOID_FIELDS)
    draw, basis = grammar.name(found["draw"], "draw"), grammar.hexadecimal(found["basis"], "basis")
    stage = grammar.string(found["stage"], "stage")
    if stage not in STAGES:
        raise Refused("E_FIELD", f"stage {stage} is unknown")
    _grounds(found, "void")
    return VoidRecord(draw=draw, basis=basis, stage=stage, digest=canonical.digest(tag="void", value=found))


def _manifest_fields(value: Parsed) -> dict[str, Parsed]:
    heading = grammar.heading(value, "manifest")
    if "alg" in heading and grammar.string(heading["alg"], "alg") != "sha256":
        raise Refused("E_VERSION", "alg is not sha256")
    return grammar.fields(value, "manifest", *_MANIFEST_FIELDS)


def _mode(value: Parsed) -> Mode:
    mode = grammar.string(value, "mode")
    if mode not in list(Mode):
        raise Refused("E_MODE", f"mode {mode} is unknown")
    return Mode(mode)


def _item(value: Parsed, where: str) -> Item:
    rule = _rule(value, where)
    total_field = ("total",) if rule is Rule.TOTAL else ()
    found = grammar.fields(value, where, *_ITEM_FIELDS, *total_field)
    item = Item(
        item=grammar.name(found["item"], f"{where}.item"),
        department=grammar.name(found["department"], f"{where}.department"),
        namespace=grammar.string(found["ns"], f"{where}.ns"),
        frame_sha256=grammar.hexadecimal(found["frame_sha256"], f"{where}.frame_sha256"),
        frame_root=grammar.hexadecimal(found["frame_root"], f"{where}.frame_root"),
        size=_COUNT(found["n"], f"{where}.n"),
        registry_size=_COUNT(found["registry_n"], f"{where}.registry_n"),
        excluded=grammar.array(found["excluded"], f"{where}.excluded", _exclusion, low=0, high=1000),
        rule=rule,
        total=_COUNT(found["total"], f"{where}.total") if total_field else None,
        strata=grammar.array(found["strata"], f"{where}.strata", partial(_stratum, rule=rule), low=1, high=10_000),
    )
    grammar.ascending([exclusion.reason for exclusion in item.excluded], f"{where}.excluded")
    grammar.ascending([stratum.id for stratum in item.strata], f"{where}.strata")
    return item


def _rule(value: Parsed, where: str) -> Rule:
    found = grammar.mapping(value, where)
    if "rule" not in found:
        raise Refused("E_FIELD", f"{where}.rule is missing")
    rule = grammar.string(found["rule"], f"{where}.rule")
    if rule not in list(Rule):
        raise Refused("E_RULE", f"{where}.rule {rule} is unknown")
    return Rule(rule)


def _exclusion(value: Parsed, where: str) -> Exclusion:
    found = grammar.fields(value, where, "reason", "n", "list_sha256")
    return Exclusion(
        reason=grammar.name(found["reason"], f"{where}.reason"),
        count=_COUNT(found["n"], f"{where}.n"),
        list_sha256=grammar.hexadecimal(found["list_sha256"], f"{where}.list_sha256"),
    )


def _stratum(value: Parsed, where: str, *, rule: Rule) -> Stratum:
    rate_field = ("bp",) if rule is Rule.RATE else ()
    found = grammar.fields(value, where, "id", "N", "n", *rate_field)
    return Stratum(
        id=grammar.name(found["id"], f"{where}.id"),
        size=_COUNT(found["N"], f"{where}.N"),
        quota=grammar.whole(found["n"], f"{where}.n", low=0, high=grammar.MOST_OBJECTS),
        basis_points=grammar.whole(found["bp"], f"{where}.bp", low=0, high=10_000) if rate_field else None,
    )


def _commitment(value: Parsed, where: str) -> KeyCommitment:
    found = grammar.fields(value, where, "party", "commit")
    party = grammar.name(found["party"], f"{where}.party")
    return KeyCommitment(party=party, commit=grammar.hexadecimal(found["commit"], f"{where}.commit"))


def _key(value: Parsed, where: str) -> PartyKey:
    found = grammar.fields(value, where, "party", "key")
    party = grammar.name(found["party"], f"{where}.party")
    return PartyKey(party=party, key=grammar.hexadecimal(found["key"], f"{where}.key"))


def _replace(value: Parsed) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    found = grammar.fields(value, "replace", "max_rounds", "reasons", "swap_reasons")
    max_rounds = grammar.whole(found["max_rounds"], "replace.max_rounds", low=0, high=99)
    return max_rounds, _reasons(found["reasons"], "reasons"), _reasons(found["swap_reasons"], "swap_reasons")


def _reasons(value: Parsed, where: str) -> tuple[str, ...]:
    reasons = grammar.array(value, f"replace.{where}", grammar.name, low=0, high=100)
    grammar.ascending(reasons, f"replace.{where}")
    return reasons


def _check_software(value: Parsed) -> None:
    found = grammar.fields(value, "software", "repo", "commit", "build_sha256")
    grammar.text(found["repo"], "software.repo")
    grammar.hexadecimal(found["commit"], "software.commit", length=40)
    grammar.hexadecimal(found["build_sha256"], "software.build_sha256")


def _officer(value: Parsed, where: str) -> Officer:
    found = grammar.fields(value, where, "id", "department", "cap", "reason")
    officer = Officer(
        id=grammar.name(found["id"], f"{where}.id"),
        department=grammar.name(found["department"], f"{where}.department"),
        cap=grammar.whole(found["cap"], f"{where}.cap", low=0, high=10_000),
        reason=grammar.string(found["reason"], f"{where}.reason"),
    )
    if (officer.cap == 0) != (officer.reason != ""):
        raise Refused("E_CAP", f"{where} has a reason exactly if its cap is 0")
    if officer.reason:
        grammar.name(officer.reason, f"{where}.reason")
    return officer


def _pool(value: Parsed, where: str) -> Pool:
    found = grammar.fields(value, where, "id", "officers")
    pool_id = grammar.name(found["id"], f"{where}.id")
    officers = grammar.array(found["officers"], f"{where}.officers", grammar.name, low=1, high=grammar.MOST_ENTRIES)
    grammar.ascending(officers, f"{where}.officers")
    return Pool(id=pool_id, officers=officers)


def _slot_rule(value: Parsed, where: str) -> SlotRule:
    found = grammar.fields(value, where, "item", "stratum", "pools")
    return SlotRule(
        item=grammar.name(found["item"], f"{where}.item"),
        stratum=grammar.name(found["stratum"], f"{where}.stratum"),
        pools=grammar.array(found["pools"], f"{where}.pools", grammar.name, low=0, high=16),
    )


def _recusal(value: Parsed, where: str) -> Recusal:
    found = grammar.fields(value, where, "object", "officer", "reason")
    return Recusal(
        object_id=grammar.object_id(found["object"], f"{where}.object"),
        officer=grammar.name(found["officer"], f"{where}.officer"),
        reason=grammar.name(found["reason"], f"{where}.reason"),
    )


def _grounds(found: dict[str, Parsed], where: str) -> Grounds:
    return Grounds(
        reason=grammar.name(found["reason"], f"{where}.reason"),
        evidence_sha256=grammar.hexadecimal(found["evidence_sha256"], f"{where}.evidence_sha256"),
        proposer=grammar.name(found["proposer"], f"{where}.proposer"),
        confirmer=grammar.name(found["confirmer"], f"{where}.confirmer"),
    )


def _withdrawal(value: Parsed, where: str) -> Withdrawal:
    found = grammar.fields(value, where, "object", *_GROUNDS_FIELDS)
    object_id = grammar.object_id(found["object"], f"{where}.object")
    return Withdrawal(object_id=object_id, grounds=_grounds(found, where))


def _swap(value: Parsed, where: str) -> Swap:
    found = grammar.fields(value, where, "visit", "slot", *_GROUNDS_FIELDS)
    visit = grammar.object_id(found["visit"], f"{where}.visit")
    return Swap(visit=visit, slot=grammar.slot_id(found["slot"], f"{where}.slot"), grounds=_grounds(found, where))
