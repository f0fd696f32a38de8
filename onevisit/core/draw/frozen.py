"""Selection from a frame that was checked when it was frozen: its digest is looked at again, its lines are not.

The same bytes as `tickets.select` gives, which the tests hold it to. Nearly all tickets of a small sample lie far above
the cut, so only those below a bound that the quota can hardly exceed are kept; if it does, the ordinary way is taken.
"""

import hashlib
import math

from onevisit.core.draw import frame, tickets
from onevisit.core.draw.documents import Item
from onevisit.core.draw.tickets import Drawn, Selection, StratumDraw
from onevisit.core.refusals import Refused

_SPREAD, _SPARE = 7, 30
_MOST_SHARE = 0.5
_TOP = 2**64


def select_frozen(*, item: Item, data: bytes, seed: str) -> Selection:
    """Draw the quotas of an item from its frozen frame file."""
    if frame.frame_sha256(data=data) != item.frame_sha256:
        raise Refused("E_FRAME_HASH", f"frame {item.item} is not the one that was frozen")
    share = max(_share(stratum.quota, stratum.size) for stratum in item.strata)
    found = _below(data, item.namespace, seed, share) if share < _MOST_SHARE else {}
    if all(len(found.get(stratum.id, ())) >= stratum.quota for stratum in item.strata):
        return tuple(_drawn(stratum.id, stratum.quota, found.get(stratum.id, [])) for stratum in item.strata)
    return tickets.select(
        frame=frame.parse_frame(data=data),
        quotas={stratum.id: stratum.quota for stratum in item.strata},
        namespace=item.namespace,
        seed=seed,
        barred=(),
    )


def _share(quota: int, size: int) -> float:
    """Tell below which share of all tickets a quota lies but for one case in many billions."""
    return (quota + _SPREAD * math.sqrt(quota) + _SPARE) / size if quota else 0.0


def _below(data: bytes, namespace: str, seed: str, share: float) -> dict[str, list[tuple[bytes, bytes]]]:
    """Collect the tickets below a bound, by stratum."""
    parts = data[:-1].replace(b"|", b"\n").split(b"\n")
    bound = int(share * _TOP).to_bytes(8, "big")
    copy = hashlib.sha256(f"srd1|{namespace}|{seed}|".encode("ascii")).copy
    found: dict[str, list[tuple[bytes, bytes]]] = {}
    for object_id, stratum in zip(parts[::2], parts[1::2], strict=True):
        state = copy()
        state.update(object_id)
        digest = state.digest()
        if digest < bound:
            found.setdefault(stratum.decode("ascii"), []).append((digest, object_id))
    return found


def _drawn(stratum: str, want: int, found: list[tuple[bytes, bytes]]) -> StratumDraw:
    found.sort()
    selected = tuple(Drawn(object_id=each.decode("ascii"), ticket=digest.hex()) for digest, each in found[:want])
    return StratumDraw(stratum=stratum, want=want, cut=selected[-1].ticket if selected else "", selected=selected)
