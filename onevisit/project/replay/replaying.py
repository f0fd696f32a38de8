"""Walk the entries of every kind of record in the order of the tree, then its rows, and yield what differs."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from onevisit.core.refusals import Refused
from onevisit.project.replay.kinds import NOUNS
from onevisit.project.replay.noun import GONE, Difference, Noun, Payload

PAGE = 2_000
_UNREADABLE = (Refused, ValueError, LookupError, TypeError, AttributeError)
_ENTRIES = """
SELECT e.payload FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry = e.id
WHERE e.subject_type = ANY(%s) ORDER BY l.seq NULLS LAST, e.ordinal
"""


@dataclass
class _Expected:
    """What the entries of one record come to."""

    states: tuple[str, ...] | None = None
    fields: dict[str, str] = field(default_factory=dict)


def replay(*, nouns: Sequence[Noun] = NOUNS) -> Iterator[Difference]:
    """Compare every record of every kind with its entries; yield what differs."""
    together: dict[tuple[str, ...], list[Noun]] = {}
    for noun in nouns:
        together.setdefault(noun.subject_types, []).append(noun)
    for subject_types, kinds in together.items():
        expected = _expected(subject_types, kinds)
        for noun, found in zip(kinds, expected, strict=True):
            yield from _compare(noun, found)


def _expected(subject_types: tuple[str, ...], kinds: Sequence[Noun]) -> list[dict[str, _Expected]]:
    """Walk the entries of some subject types once, for every kind that they speak of."""
    found: list[dict[str, _Expected]] = [{} for _noun in kinds]
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [list(subject_types)])
        while rows := cursor.fetchmany(PAGE):
            for (payload,) in rows:
                content: Payload = json.loads(bytes(payload))
                for noun, records in zip(kinds, found, strict=True):
                    _apply(noun, content, records)
    return found


def _apply(noun: Noun, content: Payload, records: dict[str, _Expected]) -> None:
    event = str(content["event"])
    fixing = [one for one in noun.fields if event in one.events]
    if event not in noun.states and not fixing:
        return
    for record in noun.named(content):
        expected = records.setdefault(record, _Expected())
        expected.states = noun.states.get(event, expected.states)
        for ended in noun.fields:
            if event in ended.ended_by:
                expected.fields.pop(ended.name, None)
        # An entry that is older than a field of its event says nothing of it.
        expected.fields |= {one.name: str(content[one.key]) for one in fixing if one.key in content}


def _compare(noun: Noun, expected: dict[str, _Expected]) -> Iterator[Difference]:
    rows = apps.get_model(noun.model)._base_manager.select_related(*noun.joined).order_by("pk")
    for row in rows.iterator(chunk_size=PAGE):
        identity = _read(noun.identity, row)
        record = f"{noun.name} {identity}"
        yield from _row(noun, row, record, expected.pop(identity, _Expected()))
        try:
            yield from (Difference(record, *one) for one in noun.beside(row))
        except _UNREADABLE:
            yield Difference(record, "", "", _("读不出"))
    for identity, entries in expected.items():
        if entries.states and GONE not in entries.states:
            yield Difference(f"{noun.name} {identity}", "", "/".join(entries.states), _("记录不见了"))


def _read(of: Callable[[Any], str], row: object) -> str:
    """Read from a row that somebody may have damaged: what cannot be read is a difference, not a fault of ours."""
    try:
        return of(row)
    except _UNREADABLE:
        return _("读不出")


def _row(noun: Noun, row: object, record: str, entries: _Expected) -> Iterator[Difference]:
    state, states = _read(noun.state, row), entries.states if entries.states is not None else noun.resting
    if states in ((), (GONE,)):
        yield Difference(record, "", _("没有留痕") if states == () else _("已撤销"), state)
    elif state not in states:
        yield Difference(record, "state", "/".join(states), state)
    for one in noun.fields:
        if one.name in entries.fields and entries.fields[one.name] != (held := _read(one.of, row)):
            yield Difference(record, one.name, entries.fields[one.name], held)
