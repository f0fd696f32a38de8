"""The values made in the room, and the digest of them that the ledger has held since before anybody could choose."""

from collections.abc import Sequence
from uuid import UUID

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms, results
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.sources import declaring
from onevisit.support.ledger import selectors as ledger_state


def digest_of(draw: Draw, *, round_number: int) -> str:
    """Return the digest of the room's values of a draw, or of one of its rounds, as they stand in the table."""
    rows = draw.source_values.filter(round_number=round_number).order_by("position")
    local: list[Json] = [row.value for row in rows if declaring.is_local(str(row.value.get("type", "")))]
    return digest(number=draw.number, values=local)


def digest(*, number: str, values: Sequence[Json]) -> str:
    """Return the digest of values of the room in their order; of none it is the digest of an empty list."""
    data = canonical.encode(value={"v": "srd1", "kind": "sources", "draw": number, "sources": list(values)})
    return results.sources_digest(values=forms.parse_sources(data=data).sources)


def published(draw: Draw, *, round_number: int) -> tuple[tuple[str, UUID], ...]:
    """Return each line that was published of the values of a draw (round 0) or of a round, with its entry.

    The ledger is asked, not the row of the value: who can change the one can change what it points to.
    """
    entries = ledger_state.timeline("draw", draw.pk).filter(event="draw.value_published", subject=str(draw.pk))
    found = [(canonical.parse(data=bytes(entry.payload)), entry.pk) for entry in entries]
    return tuple((str(payload["line"]), pk) for payload, pk in found if payload["round"] == str(round_number))


def published_entry(draw: Draw, *, round_number: int, type_: str) -> UUID | None:
    """Return the entry that published the value of one source; a draw or round has each type once."""
    return next((pk for line, pk in published(draw, round_number=round_number) if type_of(line) == type_), None)


def type_of(line: str) -> str:
    """Return which source a published line is of."""
    return line.partition(":")[0]


def logged(draw: Draw) -> tuple[tuple[str, UUID], ...]:
    """Return each digest that the ledger holds of the values of round 0, with its entry; an honest draw has one."""
    entries = ledger_state.timeline("draw", draw.pk).filter(event="draw.sourced", subject=str(draw.pk))
    return tuple((str(canonical.parse(data=bytes(entry.payload))["digest"]), entry.pk) for entry in entries)
