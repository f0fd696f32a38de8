"""Selection from a frame that was checked when it was frozen: its digest is looked at again, its lines are not.

The same bytes as `tickets.select` gives, which the tests hold it to. Nearly all tickets of a small sample lie far above
the cut, so only those below a bound that the quota can hardly exceed are kept; if it does, the ordinary way is taken.
"""

import math
from collections.abc import Mapping, Sequence

from onevisit.core.draw import frame, tickets
from onevisit.core.draw.documents import Item
from onevisit.core.draw.results import ItemDraw
from onevisit.core.draw.sieve import Found, Sieve, sieve
from onevisit.core.draw.tickets import Drawn, Selection, StratumDraw
from onevisit.core.refusals import Refused

_SPREAD, _SPARE = 7, 30
_MOST_SHARE = 0.5
_TOP = 2**64

_Strata = dict[bytes, list[Found]]


def select_frozen(
    *, items: Sequence[Item], frames: Mapping[str, bytes], seed: str, by: Sieve = sieve
) -> tuple[ItemDraw, ...]:
    """Draw the quotas of all items from their frozen frame files; items of one pool are hashed together."""
    kept: dict[tuple[str, str], _Strata] = {}
    drawn = []
    for item in items:
        if item.item not in frames:
            raise Refused("E_FRAME_MISSING", f"the frame of item {item.item} is missing")
        data = frames[item.item]
        if frame.frame_sha256(data=data) != item.frame_sha256:
            raise Refused("E_FRAME_HASH", f"frame {item.item} is not the one that was frozen")
        pool = _pool(item)
        if pool not in kept:
            share = max(
                _share(stratum.quota, stratum.size) for each in items if _pool(each) == pool for stratum in each.strata
            )
            kept[pool] = _below(data, item.namespace, seed, share, by) if share < _MOST_SHARE else {}
        drawn.append(ItemDraw(item=item.item, strata=_selection(item, data, seed, kept[pool])))
    return tuple(drawn)


def _pool(item: Item) -> tuple[str, str]:
    return item.namespace, item.frame_sha256


def _share(quota: int, size: int) -> float:
    """Tell below which share of all tickets a quota lies but for one case in many billions."""
    return (quota + _SPREAD * math.sqrt(quota) + _SPARE) / size if quota else 0.0


def _below(data: bytes, namespace: str, seed: str, share: float, by: Sieve) -> _Strata:
    """Collect the tickets below a bound, by stratum and ascending."""
    prefix = f"srd1|{namespace}|{seed}|".encode("ascii")
    found = by(data=data, prefix=prefix, bound=int(share * _TOP).to_bytes(8, "big"))
    strata: _Strata = {}
    for each in sorted(found):
        strata.setdefault(each[2], []).append(each)
    return strata


def _selection(item: Item, data: bytes, seed: str, kept: _Strata) -> Selection:
    found = {stratum.id: kept.get(stratum.id.encode("ascii"), []) for stratum in item.strata}
    if all(len(found[stratum.id]) >= stratum.quota for stratum in item.strata):
        return tuple(_drawn(stratum.id, stratum.quota, found[stratum.id]) for stratum in item.strata)
    return tickets.select(
        frame=frame.parse_frame(data=data),
        quotas={stratum.id: stratum.quota for stratum in item.strata},
        namespace=item.namespace,
        seed=seed,
        barred=(),
    )


def _drawn(stratum: str, want: int, found: Sequence[Found]) -> StratumDraw:
    selected = tuple(Drawn(object_id=each[1].decode("ascii"), ticket=each[0].hex()) for each in found[:want])
    return StratumDraw(stratum=stratum, want=want, cut=selected[-1].ticket if selected else "", selected=selected)
