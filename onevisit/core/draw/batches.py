"""随机排批次: in which order the drawn objects are visited, by the seed of the draw and by nobody's choice.

This stands beside srd1 and changes none of its bytes. The order value of an object is SHA-256 of
`onevisit-batch1|<seed>|<object id>`; its tag is none of srd1's, so it tells nothing about tickets.
The objects drawn in round 0 are sorted by (order value, id); the one at place p of n, counted from 0, comes into
batch p * count // n + 1. A substitute of a later round comes into the first batch whose last object has no smaller
order value than its own, else into the last batch.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

TAG = "onevisit-batch1"


@dataclass(frozen=True)
class Placed:
    """One drawn object with its order value and its batch."""

    object_id: str
    value: str
    batch: int


def order_value(*, seed: str, object_id: str) -> str:
    """Compute the order value of one object."""
    return hashlib.sha256(f"{TAG}|{seed}|{object_id}".encode("ascii")).hexdigest()


def placed(*, seed: str, drawn: Collection[str], substitutes: Collection[str] = (), count: int) -> tuple[Placed, ...]:
    """Put the objects drawn in round 0, and the substitutes of later rounds, into batches; in the order of visits."""
    if count < 1:
        raise ValueError("a draw has one batch at least")
    first = sorted((order_value(seed=seed, object_id=one), one) for one in set(drawn))
    found = [
        Placed(object_id=one, value=value, batch=place * count // len(first) + 1)
        for place, (value, one) in enumerate(first)
    ]
    last = {one.batch: one.value for one in found}
    for object_id in sorted(set(substitutes) - set(drawn)):
        value = order_value(seed=seed, object_id=object_id)
        batch = next((number for number, end in sorted(last.items()) if value <= end), max(last, default=count))
        found.append(Placed(object_id=object_id, value=value, batch=batch))
    return tuple(sorted(found, key=lambda one: (one.value, one.object_id)))


def days(*, first: date, last: date, count: int) -> tuple[tuple[date, date], ...]:
    """Divide the days of an inspection among the batches, each its first and its last day.

    Raises:
        ValueError: more batches than days.
    """
    length = (last - first).days + 1
    if not 1 <= count <= length:
        raise ValueError(f"{count} batches in {length} days")
    return tuple(
        (
            first + timedelta(days=number * length // count),
            first + timedelta(days=(number + 1) * length // count - 1),
        )
        for number in range(count)
    )
