"""The public files of a draw: what everybody may download of it at every moment, byte for byte."""

import hashlib
import json
import zlib
from uuid import UUID

from django.db.models import Q

from onevisit.core import canonical
from onevisit.core.draw import (
    approval_entries,
    attested_entries,
    beside,
    consent_entries,
    forms,
    key_entries,
    lodgings,
    room_values,
)
from onevisit.core.draw import lodging as core_lodging
from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.models import Draw, DrawItem, DrawStatistics, NarrowConsent
from onevisit.stages.draws.pool import batching, directed, given, grouping
from onevisit.stages.draws.public import open_record, seen_receipt
from onevisit.stages.draws.sources import room
from onevisit.support.ledger import policies
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry

MANIFEST, SOURCES, RECEIPT, VOID, PREVIOUS = (
    "manifest.json",
    "sources.json",
    "receipt.json",
    "void.json",
    "previous.json",
)
GROUPS = "groups.txt"
AT_ONCE = (MANIFEST, beside.PLAN, SOURCES, beside.CONDITIONS, VOID)
ONCE_OPEN = (RECEIPT, beside.BATCHES, GROUPS, PREVIOUS, beside.REPEATED)


def names_of(number: str) -> tuple[str, ...]:
    """Return the names of all files of a draw that are public now, without its ledger proofs."""
    draw = open_record.row_of(number)
    if draw is None:
        return ()
    names = [*AT_ONCE, *_receipts(draw), *ONCE_OPEN]
    if open_record.is_open(draw):
        names += [f"{item}.txt" for item in DrawItem.objects.filter(draw=draw).values_list("item", flat=True)]
        names += [beside.excluded_name(reason=reason) for reason in _exclusions(draw)]
        names += [consent_entries.places_name(number=n) for n, _said in enumerate(_consents(draw), start=1)]
    return tuple(name for name in names if _has(draw, name))


def file_of(*, number: str, name: str) -> bytes | None:
    """Return one public file of a draw: what was fixed before it at once, receipt and lists once it is open."""
    draw = open_record.row_of(number)
    return _content(draw, name) if draw is not None else None


def entries_of(number: str) -> dict[str, UUID]:
    """Return the ledger entries whose proofs stand beside the files, by the name of the proof file."""
    draw = open_record.row_of(number)
    if draw is None:
        return {}
    named = {"manifest.tlog-proof": draw.commitment_entry, "result-0.tlog-proof": draw.result_entry}
    seen = seen_receipt.rounds_of(draw)
    for one in draw.rounds.all():
        named[f"order-{one.number}.tlog-proof"] = one.order_entry
        named[f"result-{one.number}.tlog-proof"] = one.result_entry if one.number <= seen else None
    named[room_values.SOURCED_PROOF] = draw.source_entry
    named |= _value_entries(draw, seen=seen)
    named |= _key_entries(draw)
    named[beside.CONDITIONS_PROOF] = _latest_entry(draw, "draw.directed")
    named[beside.PLAN_PROOF] = plan_entry_of(draw)
    if draw.batch_count > 1:
        named[beside.BATCHES_PROOF] = _latest_entry(draw, "draw.batched")
    if draw.repeats and _has(draw, beside.REPEATED):
        named[beside.REPEATED_PROOF] = draw.repeats.commitment_entry
        short = draw.repeats.rounds.filter(is_infeasible=True).first()
        named[beside.REPEATED_RESULT_PROOF] = short.result_entry if short else draw.repeats.result_entry
    named |= _consent_entries(draw)
    named |= _attested_entries(draw)
    named |= _approval_entries(draw)
    named |= _lodged_entries(draw)
    if draw.commitment_entry:
        named[lodgings.POLICY_PROOF] = policies.adoption_of(draw.commitment_entry)
    if draw.void_record is not None:
        named["void.tlog-proof"] = draw.void_entry
    return {name: entry for name, entry in named.items() if entry}


def policy_of(number: str) -> str:
    """Return the policy that the commitment of a draw is under; empty if there is none."""
    draw = open_record.row_of(number)
    return policies.text_of(draw.commitment_entry) if draw is not None and draw.commitment_entry else ""


def _has(draw: Draw, name: str) -> bool:
    """Tell whether a file is there, without writing those that are computed."""
    if core_lodging.is_receipt_name(name):
        return True
    if name == GROUPS:
        return open_record.is_open(draw) and (
            Draw.objects.filter(pk=draw.pk, groups__isnull=False).exists()
            or DrawStatistics.objects.filter(draw=draw).exists()
        )
    if name == beside.BATCHES:
        return open_record.is_open(draw) and draw.batch_count > 1
    if name.endswith(".txt"):
        return True
    return _content(draw, name) is not None


def _content(draw: Draw, name: str) -> bytes | None:
    if name in AT_ONCE or core_lodging.is_receipt_name(name):
        return _fixed_before(draw, name)
    if not open_record.is_open(draw):
        return None
    if name == RECEIPT:
        return _bytes(draw.receipt)
    if name == PREVIOUS:
        return _previous(draw)
    if name == beside.REPEATED:
        return _repeated(draw)
    if name == beside.BATCHES:
        return batching.file_of(draw) or None
    if name == GROUPS:
        return _groups(draw)
    return _list_of(draw, name)


def _list_of(draw: Draw, name: str) -> bytes | None:
    """Return a list that was fixed with the freeze: what stays out, what was agreed to, or a frame."""
    if number := consent_entries.places_number(name):
        return _consented(draw, number)
    for reason, text in _exclusions(draw).items():
        if name == beside.excluded_name(reason=reason):
            return text.encode("ascii")
    found = DrawItem.objects.filter(draw=draw, item=name.removesuffix(".txt")) if name.endswith(".txt") else None
    item = found.first() if found is not None else None
    return _bytes(item.frame) if item else None


def _fixed_before(draw: Draw, name: str) -> bytes | None:
    if name in (MANIFEST, beside.CONDITIONS) and given.is_withheld(draw):
        return None
    if core_lodging.is_receipt_name(name):
        return _receipts(draw).get(name)
    if name == MANIFEST:
        return _bytes(draw.manifest)
    if name == beside.PLAN:
        return canonical.encode(value=draw.plan_entry.content) if draw.plan_entry else None
    if name == SOURCES:
        return _bytes(draw.sources)
    if name == VOID:
        return _bytes(draw.void_record)
    return directed.file_of(draw.direction) if draw.direction else None


def _receipts(draw: Draw) -> dict[str, bytes]:
    """Return the receipts of the witnesses with which the freeze was lodged, the first first."""
    rows = lodging.receipts_of(draw)
    return {core_lodging.receipt_name(number=n): row.receipt.encode() for n, row in enumerate(rows, start=1)}


def _lodged_entries(draw: Draw) -> dict[str, UUID | None]:
    """Return the entries that made the receipts public, in the order of the receipts."""
    entries: dict[tuple[str, str], UUID] = {}
    for one in ledger.timeline("draw", draw.pk).filter(event=core_lodging.LODGED):
        payload = json.loads(bytes(one.payload))
        entries[payload["digest"], payload["witness"]] = one.pk
    rows = enumerate(lodging.receipts_of(draw), start=1)
    return {core_lodging.proof_name(number=n): entries.get((row.manifest_digest, row.witness)) for n, row in rows}


def _key_entries(draw: Draw) -> dict[str, UUID | None]:
    """Return the entry with which each key came in: its owner's, or the one of the shares that gave it."""
    found: dict[str, UUID | None] = {}
    for entry in ledger.timeline("draw", draw.pk).filter(event__in=key_entries.EVENTS, subject=str(draw.pk)):
        party = str(json.loads(bytes(entry.payload))["party"])
        found[key_entries.name_of(party=party)] = entry.pk
    return found


def _consent_entries(draw: Draw) -> dict[str, UUID | None]:
    """Return the entries with which second organs agreed to small strata and pools, the earliest first."""
    return {consent_entries.name_of(number=n): one.pk for n, one in enumerate(_consents(draw), start=1)}


def _consents(draw: Draw) -> list[LedgerEntry]:
    said = ledger.timeline("draw", draw.pk).filter(event=consent_entries.EVENT, subject=str(draw.pk))
    return list(said.reverse())


def _consented(draw: Draw, number: int) -> bytes | None:
    """Return the places of a consent, whose digest its entry holds."""
    said = _consents(draw)
    if number > len(said):
        return None
    row = NarrowConsent.objects.filter(draw=draw, pk=json.loads(bytes(said[number - 1].payload))["consent"]).first()
    return consent_entries.places_file(places=row.places) if row is not None else None


def _attested_entries(draw: Draw) -> dict[str, UUID | None]:
    """Return the entries with which organs signed the manifest or did not; answers to the result are later ones."""
    said = ledger.timeline("draw", draw.pk).filter(event=attested_entries.EVENT, subject=str(draw.pk)).reverse()
    own = (one.pk for one in said if json.loads(bytes(one.payload))["fingerprint"] == draw.manifest_digest)
    return {attested_entries.name_of(number=n): pk for n, pk in enumerate(own, start=1)}


def _approval_entries(draw: Draw) -> dict[str, UUID | None]:
    """Return the entries that approved the lists of exclusions as the manifest states them."""
    if not draw.manifest:
        return {}
    excluded = (one for item in json.loads(bytes(draw.manifest))["items"] for one in item["excluded"])
    stated = {(one["reason"], one["list_sha256"], one["n"]) for one in excluded}
    found: dict[str, UUID | None] = {}
    for entry in ledger.timeline("draw", draw.pk).filter(event=approval_entries.EVENT, subject=str(draw.pk)):
        said = json.loads(bytes(entry.payload))
        if (said["reason"], said["list_sha256"], said["count"]) in stated:
            found[approval_entries.name_of(reason=said["reason"])] = entry.pk
    return found


def _value_entries(draw: Draw, *, seen: int) -> dict[str, UUID | None]:
    """Return the entries that published what people typed, of the draw and of its rounds that may be public."""
    named: dict[str, UUID | None] = {}
    for value in draw.source_values.filter(round_number__lte=seen):
        type_ = str(value.value.get("type", ""))
        if room_values.is_published(type_=type_, round_number=value.round_number):
            name = room_values.value_name(round_number=value.round_number, position=value.position)
            named[name] = value.entry or room.published_entry(draw, round_number=value.round_number, type_=type_)
    return named


def _previous(draw: Draw) -> bytes | None:
    """Return the record that `prev` of the manifest names: the void record before, or the receipt once it is public."""
    before = json.loads(bytes(draw.manifest))["prev"] if draw.manifest else ""
    if not before:
        return None
    others = Draw.objects.filter(organiser_id=draw.organiser_id).exclude(pk=draw.pk)
    drawn = others.filter(Q(result_digest=before) | Q(rounds__result_digest=before))
    if (other := drawn.only("mode", "state", "opened_at", "receipt").first()) is not None:
        data = seen_receipt.receipt_of(other) if open_record.is_open(other) else None
        return data if data and before in [one.digest for one in forms.parse_receipt(data=data).results] else None
    voids = others.filter(void_record__isnull=False).order_by("-commitment_at").values_list("void_record", flat=True)
    found = (bytes(record or b"") for record in voids)
    return next((record for record in found if forms.parse_void(data=record).digest == before), None)


def _repeated(draw: Draw) -> bytes | None:
    """Return the receipt of the draw whose officer half is repeated; both become public in the same moment."""
    if draw.repeats_id is None:
        return None
    before = Draw.objects.filter(pk=draw.repeats_id).only("mode", "state", "receipt").first()
    return seen_receipt.receipt_of(before) if before is not None and open_record.is_open(before) else None


def _exclusions(draw: Draw) -> dict[str, str]:
    """Return the salted lists of exclusions that were frozen with a draw, by reason."""
    found = Draw.objects.filter(pk=draw.pk).values_list("exclusions", flat=True).first()
    return dict(json.loads(bytes(found))) if found else {}


def plan_entry_of(draw: Draw) -> UUID | None:
    """Find the public entry that logged the plan as the draw executes it."""
    row = draw.plan_entry
    if row is None:
        return None
    digest = hashlib.sha256(canonical.encode(value=row.content)).hexdigest()
    logged = ledger.timeline("campaign", row.campaign_id).filter(event="plan_entry.logged", at=row.logged_at)
    for entry in logged:
        if canonical.parse(data=bytes(entry.payload)).get("digest") == digest:
            return entry.pk
    return None


def _latest_entry(draw: Draw, event: str) -> UUID | None:
    found = ledger.timeline("draw", draw.pk).filter(event=event).first()
    return found.pk if found else None


def _groups(draw: Draw) -> bytes | None:
    """Return where the objects of the frame lie, as the conditions fixed it; of an older draw as it was counted."""
    if (fixed := grouping.frozen(draw)) is not None:
        return fixed
    found = DrawStatistics.objects.filter(draw=draw).values_list("groups", flat=True).first()
    return zlib.decompress(bytes(found)) if found is not None else None


def _bytes(value: object) -> bytes | None:
    return bytes(value) if isinstance(value, bytes | memoryview) else None
