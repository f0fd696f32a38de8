"""The tickets around each cut of an open draw: the last ones taken and the first ones left, as a room sees them."""

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from onevisit.core.draw.tickets import ticket
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.pool import strata
from onevisit.stages.draws.public import open_record

MOST_STRATA = 7
FEW_STRATA, SHOWN_OF_FEW = 4, 2
"""So many lines fit a projector: two tickets on each side of few cuts, one of more."""


@dataclass(frozen=True)
class Around:
    """One stratum: (id, ticket) of the last ones drawn and of the first ones that are not, in the order of tickets."""

    label: str
    taken: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...]


def around_cuts(draw: Draw) -> tuple[Around, ...]:
    """Return what stands around the cuts of round 0, for the largest strata; none while the draw is not open."""
    if not draw.receipt or not open_record.is_open(draw):
        return ()
    return tuple(
        Around(label=strata.label_of(stratum, by=draw.strata_by), taken=taken, left=left)
        for stratum, taken, left in _around(draw.pk, draw.result_digest)
    )


Stratum = tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]


@lru_cache(maxsize=32)
def _around(draw_id: UUID, _result_digest: str) -> tuple[Stratum, ...]:
    """Compute them once: what was drawn does not change, and a projector asks every two seconds."""
    draw = Draw.objects.get(pk=draw_id)
    receipt: dict[str, Any] = json.loads(bytes(draw.receipt or b""))
    manifest, result = receipt["manifest"]["items"][0], receipt["results"][0]["result"]
    frame = bytes(DrawItem.objects.get(draw=draw, item=manifest["item"]).frame or b"")
    sizes = {one["id"]: one["N"] for one in manifest["strata"]}
    chosen = sorted((one for one in result["items"][0]["strata"] if one["cut"]), key=lambda one: -sizes[one["id"]])
    shown = SHOWN_OF_FEW if len(chosen) <= FEW_STRATA else 1
    return tuple(
        (
            one["id"],
            tuple((drawn["id"], drawn["ticket"]) for drawn in one["selected"][-shown:]),
            tuple(
                (object_id, mark)
                for mark, object_id in heapq.nsmallest(
                    shown, _behind(frame, one, seed=result["seed"], namespace=manifest["ns"])
                )
            ),
        )
        for one in chosen[:MOST_STRATA]
    )


def _behind(frame: bytes, stratum: dict[str, Any], *, seed: str, namespace: str) -> Iterator[tuple[str, str]]:
    """Give the tickets of a stratum that lie behind its cut."""
    last = (stratum["cut"], stratum["selected"][-1]["id"])
    for line in frame.decode("ascii").splitlines():
        object_id, _sign, own = line.rpartition("|")
        if own == stratum["id"]:
            mark = ticket(namespace=namespace, seed=seed, object_id=object_id)
            if (mark, object_id) > last:
                yield mark, object_id
