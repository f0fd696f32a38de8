"""Checklists: the items of one department as they stood on the day of dispatch, frozen with their hash (R138)."""

import hashlib
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from onevisit.core import canonical
from onevisit.stages.registers.item_texts import ItemText, item_texts
from onevisit.stages.visits import results

Item = dict[str, canonical.Json]

# Asked once for the whole visit, whoever comes first; the ids never change.
_SHARED = (
    (
        "shared.licence",
        "营业执照（登记证）与登记信息一致",
        "查看原件，核对名称、统一社会信用代码、法定代表人与登记信息。",
        ("已核对原件，一致", "未能出示原件"),
    ),
    (
        "shared.address",
        "实际经营地址与登记地址一致",
        "核对门牌与登记地址；另有经营场所的写明地址。",
        ("与登记地址一致", "另有经营场所"),
    ),
    (
        "shared.person",
        "现场负责人到场并核实身份",
        "核实现场负责人身份及其与当事人的关系，不要求法定代表人到场。",
        ("现场负责人到场，已核实身份",),
    ),
)


def _shared_id(code: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"onevisit:{code}"))


def shared_facts() -> list[Item]:
    """Return the items that are asked once for the whole visit."""
    return [
        {
            "id": _shared_id(code),
            "code": code,
            "title": title,
            "how": how,
            "item_class": "ordinary",
            "basis": [],
            "phrases": list(phrases),
            "result_types": _result_types(),
        }
        for code, title, how, phrases in _SHARED
    ]


SHARED_IDS = frozenset(_shared_id(code) for code, *_words in _SHARED)


def build(*, item_ids: list[UUID], on: date) -> tuple[dict[str, canonical.Json], str]:
    """Return the checklist of these items as they stand on a day, and the SHA-256 of its items.

    The hash is over the canonical JSON (RFC 8785) of the list of items, so that every phone can compute it again.
    """
    items = [_item(item) for item in item_texts(item_ids, on=on)]
    sha256 = digest(items)
    return {"version": f"{on.isoformat()} · {sha256[:8]}", "items": items}, sha256


def digest(items: list[Item]) -> str:
    """Return the SHA-256 of a checklist's items."""
    return hashlib.sha256(canonical.encode(value=items)).hexdigest()


def items_of(checklist: dict[str, canonical.Json]) -> list[Item]:
    """Return the items of a stored checklist."""
    items = checklist.get("items", [])
    assert isinstance(items, list)
    return [item for item in items if isinstance(item, dict)]


def _item(item: ItemText) -> Item:
    return {
        "id": str(item.id),
        "code": item.code,
        "title": item.title,
        "how": item.how,
        "item_class": item.item_class,
        "basis": [
            {"text": basis.words, "state": "valid" if basis.is_verified else "unverified"} for basis in item.bases
        ],
        "phrases": list(item.phrases),
        "papers": list(item.papers),
        "result_types": _result_types(),
    }


def _result_types() -> list[canonical.Json]:
    return [{"value": result.code, "label": result.label} for result in results.for_items()]
