"""Tickets and selection: the smallest tickets of each stratum are drawn."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from onevisit.core.draw.frame import Frame

_SPARE = 1024


@dataclass(frozen=True)
class Drawn:
    """A drawn object and the ticket that drew it."""

    object_id: str
    ticket: str


@dataclass(frozen=True)
class StratumDraw:
    """What one stratum gave: how many were wanted, the ticket of the last one taken, and who was taken."""

    stratum: str
    want: int
    cut: str
    selected: tuple[Drawn, ...]


Selection = tuple[StratumDraw, ...]
"""The draw of one item, its strata ascending."""


class _Bucket:
    """The best tickets of one stratum so far; it is thinned out now and then."""

    __slots__ = ("best", "bound", "want")

    def __init__(self, want: int) -> None:
        self.want = want
        self.bound = b"\xff" * 33
        self.best: list[tuple[bytes, str]] = []

    def thin(self) -> None:
        self.best.sort()
        del self.best[self.want :]
        if len(self.best) == self.want:
            self.bound = self.best[-1][0]


def ticket(*, namespace: str, seed: str, object_id: str) -> str:
    """Compute the ticket of one object."""
    return hashlib.sha256(f"srd1|{namespace}|{seed}|{object_id}".encode("ascii")).hexdigest()


def select(*, frame: Frame, quotas: Mapping[str, int], namespace: str, seed: str, barred: Collection[str]) -> Selection:
    """Draw from each stratum its quota of the objects that are not barred, or all if there are fewer."""
    buckets = {stratum: _Bucket(want) for stratum, want in quotas.items() if want}
    copy = hashlib.sha256(f"srd1|{namespace}|{seed}|".encode("ascii")).copy
    for object_id, stratum in zip(frame.ids, frame.strata, strict=True):
        bucket = buckets.get(stratum)
        if bucket is None:
            continue
        state = copy()
        state.update(object_id.encode())
        found = state.digest()
        if found <= bucket.bound and object_id not in barred:
            bucket.best.append((found, object_id))
            if len(bucket.best) > 2 * bucket.want + _SPARE:
                bucket.thin()
    return tuple(_stratum_draw(stratum, quotas[stratum], buckets.get(stratum)) for stratum in sorted(quotas))


def _stratum_draw(stratum: str, want: int, bucket: _Bucket | None) -> StratumDraw:
    if bucket is None:
        return StratumDraw(stratum=stratum, want=want, cut="", selected=())
    bucket.thin()
    selected = tuple(Drawn(object_id=object_id, ticket=found.hex()) for found, object_id in bucket.best)
    return StratumDraw(stratum=stratum, want=want, cut=selected[-1].ticket if selected else "", selected=selected)
