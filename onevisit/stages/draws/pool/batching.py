"""The batches of a draw: which drawn target is visited when, recomputed from the receipt by everybody."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from onevisit.core.draw import batches
from onevisit.core.draw.batches import Placed
from onevisit.stages.draws.models import Draw


@dataclass(frozen=True, kw_only=True)
class BatchDays:
    """One batch: its number and its first and last day."""

    number: int
    first: date
    last: date


def days_of(draw: Draw) -> tuple[BatchDays, ...]:
    """Return the batches of a draw with their days; none where everything is one batch."""
    if draw.batch_count < 2 or draw.offer is None:
        return ()
    parts = batches.days(first=draw.offer.starts_on, last=draw.offer.ends_on, count=draw.batch_count)
    return tuple(BatchDays(number=n, first=first, last=last) for n, (first, last) in enumerate(parts, start=1))


def placed_of(draw: Draw) -> tuple[Placed, ...]:
    """Return every drawn target with its order value and batch, in the order of visits; none before the draw."""
    if draw.batch_count < 2 or not draw.receipt:
        return ()
    results: list[dict[str, Any]] = [one["result"] for one in json.loads(bytes(draw.receipt))["results"]]
    return batches.placed(
        seed=results[0]["seed"],
        drawn=_selected(results[0]),
        substitutes={one for result in results[1:] for one in _selected(result)},
        count=draw.batch_count,
    )


def file_of(draw: Draw) -> bytes:
    """Write the public list of batches: one line `batch|object id|order value` for each drawn target."""
    return "".join(f"{one.batch}|{one.object_id}|{one.value}\n" for one in placed_of(draw)).encode("ascii")


def _selected(result: dict[str, Any]) -> set[str]:
    return {one["id"] for item in result["items"] for stratum in item["strata"] for one in stratum["selected"]}
