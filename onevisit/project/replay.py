"""Replay the ledger: what each record's entries say it must be, beside what its row says, so that a change shows.

`ledger verify` proves that the entries are whole; this proves that the tables behind the screens still agree with them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from onevisit.core.canonical import Json
from onevisit.core.draw import forms
from onevisit.core.refusals import Refused
from onevisit.stages.publication import contents

PAGE = 2_000
_ENTRIES = """
SELECT e.payload FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry = e.id
WHERE e.subject_type = %s ORDER BY l.seq NULLS LAST, e.ordinal
"""
Payload = Mapping[str, Json]


@dataclass(frozen=True)
class Published:
    """A field that an entry fixes: the latest of `events` holds it under `key`, the row under `of`."""

    name: str
    events: tuple[str, ...]
    key: str
    of: Callable[[Any], str]


@dataclass(frozen=True)
class Noun:
    """One kind of record: its model, the states that each event leaves (none: it changes no state), its fields."""

    name: str
    model: str
    states: Mapping[str, tuple[str, ...]]
    fields: tuple[Published, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One place where a row and its entries do not agree."""

    record: str
    field: str
    entries_say: str
    row_says: str


@dataclass
class _Expected:
    """What the entries of one record come to."""

    states: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)


def _stored(document: object) -> bytes:
    return bytes(document) if isinstance(document, bytes | memoryview) else b""


def _manifest(row: Any) -> str:
    """Return the digest of the stored manifest, or why it cannot be read any more."""
    try:
        return forms.parse_manifest(data=_stored(row.manifest)).digest
    except Refused as refused:
        return refused.code


def _seal(row: Any) -> str:
    """Return what a drawn entry holds, from the stored receipt and not from the column beside it."""
    try:
        recorded = json.loads(_stored(row.receipt))["results"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return "E_JSON"
    return str(recorded["seal"] or recorded["digest"])


def _content(row: Any) -> str:
    """Return the digest of a publication's content as it stands."""
    try:
        return contents.digest(row.content)
    except (ValueError, TypeError, AttributeError):
        return "E_JSON"


NOUNS = (
    Noun(
        "campaign",
        "plans.Campaign",
        {
            "campaign.started": ("draft",),
            "campaign.submitted": ("submitted",),
            "campaign.recalled": ("draft",),
            "campaign.approved": ("approved",),
            "campaign.returned": ("returned",),
            "campaign.ran": ("running",),
            "campaign.evaluated": ("evaluated",),
            "campaign.stopped": ("stopped",),
        },
    ),
    Noun(
        "offer",
        "offers.Offer",
        {
            "offer.drafted": ("draft",),
            "offer.sent": ("sent",),
            "offer.settled": ("settled",),
            "offer.withdrawn": ("withdrawn",),
        },
    ),
    Noun(
        "draw",
        "draws.Draw",
        {
            "draw.prepared": ("preparing",),
            "draw.frozen": ("frozen",),
            "draw.unfrozen": ("preparing",),
            "draw.committed": ("waiting",),
            "draw.witnessed": ("committed",),
            "draw.sourced": ("sourced",),
            "draw.key_handed": ("sourced", "keyed"),
            "draw.drawn": ("sealed",),
            "draw.opened": ("opened",),
            "draw.voided": ("void",),
        },
        (
            Published("manifest_digest", ("draw.committed",), "digest", lambda row: str(row.manifest_digest)),
            Published("manifest", ("draw.committed",), "digest", _manifest),
            Published("seal", ("draw.drawn",), "digest", lambda row: str(row.seal or row.result_digest)),
            Published("receipt", ("draw.drawn",), "digest", _seal),
        ),
    ),
    Noun(
        "visit",
        "visits.Visit",
        {
            "visit.dispatched": ("dispatched",),
            "visit.entered": ("in_progress", "incomplete"),
            "visit.resumed": ("in_progress", "incomplete"),
            "visit.submitted": ("submitted",),
            "visit.unable": ("unable",),
            # Parts that had begun go on when the rest of a visit is called off.
            "visit.withdrawn": ("withdrawn", "in_progress", "incomplete", "submitted", "closed"),
            "visit.closed": ("closed",),
        },
    ),
    Noun(
        "finding",
        "findings.Finding",
        {
            "finding.recorded": ("pending",),
            "finding.ordered": ("correcting",),
            "finding.dropped": ("dropped",),
            "finding.proved": ("proof_sent",),
            "finding.revisit_arranged": ("revisit",),
            "finding.returned": ("returned",),
            "finding.closed": ("closed",),
        },
    ),
    Noun(
        "publication",
        "publication.Publication",
        {
            "publication.prepared": ("pending",),
            "publication.approved": ("approved",),
            "result.released": ("released",),
            "publication.withheld": ("withheld",),
            "publication.corrected": ("corrected",),
            "publication.withdrawn": ("withdrawn",),
        },
        (
            Published(
                "content",
                ("result.released", "publication.corrected", "publication.mended"),
                "content",
                _content,
            ),
        ),
    ),
)


def replay() -> Iterator[Difference]:
    """Compare every record of every noun with its entries; yield what differs."""
    for noun in NOUNS:
        yield from _compare(noun, _expected(noun))


def _expected(noun: Noun) -> dict[str, _Expected]:
    """Walk the entries of one noun in the order of the tree."""
    found: dict[str, _Expected] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [noun.name])
        while rows := cursor.fetchmany(PAGE):
            for (payload,) in rows:
                content: Payload = json.loads(bytes(payload))
                _apply(noun, content, found.setdefault(str(content["subject"]), _Expected()))
    return found


def _apply(noun: Noun, content: Payload, expected: _Expected) -> None:
    event = str(content["event"])
    expected.states = noun.states.get(event, expected.states)
    for one in noun.fields:
        if event in one.events:
            expected.fields[one.name] = str(content[one.key])


def _compare(noun: Noun, expected: dict[str, _Expected]) -> Iterator[Difference]:
    for row in apps.get_model(noun.model)._base_manager.order_by("pk").iterator(chunk_size=PAGE):
        record, entries = f"{noun.name} {row.pk}", expected.pop(str(row.pk), None)
        if entries is None or not entries.states:
            yield Difference(record, "", _("没有留痕"), str(row.state))
            continue
        if row.state not in entries.states:
            yield Difference(record, "state", "/".join(entries.states), str(row.state))
        for one in noun.fields:
            if one.name in entries.fields and entries.fields[one.name] != (held := one.of(row)):
                yield Difference(record, one.name, entries.fields[one.name], held)
        if noun.name == "draw":
            yield from _frames(row, record)
    for subject, entries in expected.items():
        if entries.states:
            yield Difference(f"{noun.name} {subject}", "", "/".join(entries.states), _("记录不见了"))


def _frames(row: Any, record: str) -> Iterator[Difference]:
    """Compare the stored frames with the manifest, whose digest its entry fixes."""
    if not row.commitment_entry or not row.manifest:
        return
    held = {item.item: sha256(_stored(item.frame)).hexdigest() for item in row.items.all()}
    for item in json.loads(_stored(row.manifest)).get("items", []):
        found = held.get(item["item"], "")
        if found != item["frame_sha256"]:
            yield Difference(record, f"frame {item['item']}", str(item["frame_sha256"]), found)
