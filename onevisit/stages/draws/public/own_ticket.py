"""One object's own ticket in an opened draw, beside the cut of its stratum: what a business asks first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from onevisit.core.draw.tickets import ticket
from onevisit.stages.draws.models import Draw, DrawItem

_EMPTY: dict[str, Any] = {"results": [], "manifest": {"items": []}}


@dataclass(frozen=True)
class OwnTicket:
    """One item in one round: the object's ticket, the cut, and what follows; `cut` is empty where nothing was drawn."""

    department: str
    item: str
    round: int
    stratum: str
    ticket: str
    cut: str
    is_drawn: bool
    preimage: str
    object_id: str = ""
    name: str = ""

    @property
    def question(self) -> str:
        """Write one line of shell that computes the ticket, compares it with the cut and says what follows."""
        mark = f"$(printf '%s' '{self.preimage}' | sha256sum | cut -c 1-64)"
        return f"printf '%s\\n' \"{mark}\" {self.cut} | LC_ALL=C sort -c 2>/dev/null && echo 抽中 || echo 未抽中"


def own_tickets(*, draw: Draw, names: Mapping[str, str]) -> list[OwnTicket]:
    """Compute the tickets of some objects for every item whose frame holds them; none if no frame does.

    Args:
        names: by object id; empty for the business itself, the name for a place, a product or conduct of it.
    """
    receipt: dict[str, Any] = json.loads(bytes(draw.receipt)) if draw.receipt else _EMPTY
    namespaces = {item["item"]: item["ns"] for item in receipt["manifest"]["items"]}
    frames = {item.item: item for item in DrawItem.objects.filter(draw=draw).select_related("department")}
    found = []
    for recorded in receipt["results"]:
        for drawn in recorded["result"]["items"]:
            frame = frames[drawn["item"]]
            data = bytes(frame.frame or b"")
            for object_id, name in names.items():
                if stratum := _stratum(data, object_id):
                    own = _own(frame, namespaces[drawn["item"]], recorded["result"], drawn, stratum, object_id)
                    found.append(replace(own, object_id=object_id, name=name))
    return [one for one in found if one.round == 0 or one.is_drawn]


def _stratum(frame: bytes, object_id: str) -> str:
    """Find the stratum of an object in a frame file; its lines are sorted, but one search is quick enough."""
    if "|" in object_id or "\n" in object_id:
        return ""
    wanted = f"{object_id}|".encode()
    start = 0 if frame.startswith(wanted) else frame.find(b"\n" + wanted) + 1
    if not frame.startswith(wanted) and start == 0:
        return ""
    return frame[start : frame.index(b"\n", start)].decode().rpartition("|")[2]


def _own(
    frame: DrawItem, namespace: str, result: dict[str, Any], drawn: dict[str, Any], stratum: str, object_id: str
) -> OwnTicket:
    entry = next(one for one in drawn["strata"] if one["id"] == stratum)
    return OwnTicket(
        department=frame.department.name,
        item=frame.item,
        round=result["round"],
        stratum=stratum,
        ticket=ticket(namespace=namespace, seed=result["seed"], object_id=object_id),
        cut=entry["cut"],
        is_drawn=any(one["id"] == object_id for one in entry["selected"]),
        preimage=f"srd1|{namespace}|{result['seed']}|{object_id}",
    )
