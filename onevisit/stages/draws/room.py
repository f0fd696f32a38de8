"""The values made in the room, and the digest of them that the ledger has held since before anybody could choose."""

from collections.abc import Sequence

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms, results
from onevisit.stages.draws import declaring
from onevisit.stages.draws.models import Draw
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


def logged(draw: Draw) -> tuple[str, ...]:
    """Return every digest that the ledger holds of the values of round 0; an honest draw has exactly one."""
    entries = ledger_state.timeline("draw", draw.pk).filter(event="draw.sourced")
    return tuple(str(canonical.parse(data=bytes(entry.payload))["digest"]) for entry in entries)
