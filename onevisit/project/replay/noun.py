"""What the replay knows of one kind of record: which entries speak of it, what they fix, and where the row keeps it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onevisit.core.canonical import Json

GONE = ""
"""The state of a record that its entries have taken away: there must be no row."""
STANDS = "stands"
"""The state of a record that only is or is not: no lifecycle beside its entry."""
Payload = Mapping[str, Json]
Beside = Iterable[tuple[str, str, str]]
"""What differs inside a row or under it: field, what must stand there, what does."""


@dataclass(frozen=True)
class Published:
    """A field that an entry fixes: the latest of `events` holds it under `key` until `ended_by`, the row under `of`."""

    name: str
    events: tuple[str, ...]
    key: str
    of: Callable[[Any], str]
    ended_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One place where a row and its entries do not agree."""

    record: str
    field: str
    entries_say: str
    row_says: str


def _no_more(_row: Any) -> Beside:
    return ()


def _own_state(row: Any) -> str:
    return str(row.state)


def stands(_row: Any) -> str:
    """Return the state of a row whose kind has none."""
    return STANDS


def subject(payload: Payload) -> Iterator[str]:
    """Name the record that is the entry's own subject."""
    yield str(payload["subject"])


def under(*keys: str) -> Callable[[Payload], Iterator[str]]:
    """Return what names a record by several values of the payload; an entry that lacks one speaks of another kind."""

    def named(payload: Payload) -> Iterator[str]:
        if all(payload.get(key, "") != "" for key in keys):
            yield "/".join(str(payload[key]) for key in keys)

    return named


def key_of(row: Any) -> str:
    """Return the primary key of a row as entries write it."""
    return str(row.pk)


@dataclass(frozen=True)
class Noun:
    """One kind of record.

    Attributes:
        name: what the report calls it.
        model: its table.
        states: the states that each event leaves; `GONE` where it takes the row away.
        fields: what entries fix beside the state.
        entries: the subject types of its entries, its own name without them.
        named: which records of this kind an entry speaks of.
        identity: how a row is named so.
        state: the state that a row is in.
        resting: the states a row may be in before its first entry; none for a kind that begins with one.
        silent: the events of its entries that fix nothing of it.
        beside: further differences inside a row or between a row and what hangs under it.
        joined: foreign keys to read with each row.
    """

    name: str
    model: str
    states: Mapping[str, tuple[str, ...]]
    fields: tuple[Published, ...] = ()
    entries: tuple[str, ...] = ()
    named: Callable[[Payload], Iterator[str]] = subject
    identity: Callable[[Any], str] = key_of
    state: Callable[[Any], str] = _own_state
    resting: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    beside: Callable[[Any], Beside] = _no_more
    joined: tuple[str, ...] = ()

    @property
    def subject_types(self) -> tuple[str, ...]:
        """Return the subject types of the entries that speak of this kind."""
        return self.entries or (self.name,)

    @property
    def known_events(self) -> frozenset[str]:
        """Return every event that this kind has an answer for, be it that it changes nothing."""
        fixing = {event for one in self.fields for event in one.events}
        return frozenset(self.states) | fixing | frozenset(self.silent)
