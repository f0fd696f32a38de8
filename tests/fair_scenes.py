"""Whole draws made by the core from a few lines of frame: what the statistics of fairness are counted from."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from onevisit.core.draw import forms, frame, receipt
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.results import Receipt

ITEM = "A01"
EVIDENCE = "ee" * 32
OFFICERS = 6


def ids(count: int) -> list[str]:
    """Return that many object ids in the order of a frame."""
    return [f"91350200FAIR{number:06d}" for number in range(count)]


def drawn(
    number: str,
    *,
    rows: Sequence[tuple[str, str]],
    quotas: Mapping[str, int],
    t0: str = "2026-11-18T15:00:00+08:00",
    officers: int = OFFICERS,
    digits: str = "",
) -> tuple[Receipt, dict[str, bytes]]:
    """Draw openly from one frame; the digits of the ceremony come from the number, so that draws differ.

    Returns:
        the receipt, and the public files by name.
    """
    data = frame.frame_bytes(rows=rows)
    roster = _roster(sorted(quotas), officers)
    typed = digits or str(int(hashlib.sha256(number.encode()).hexdigest(), 16))[:12]
    declared = {"type": "ceremony", "protocol": f"CN-{number}", "length": 12}
    value = {"type": "ceremony", "protocol": f"CN-{number}", "digits": typed}
    value |= {"evidence_sha256": EVIDENCE, "typed_by": ["P1", "P2"]}
    sources = {"v": "srd1", "kind": "sources", "draw": number, "sources": [value]}
    manifest = _manifest(number, t0, data, quotas, declared, forms.parse_roster(data=_json(roster)).digest)
    found = receipt.draw(
        manifest=_json(manifest),
        frames={ITEM: data},
        sources=_json(sources),
        keys=None,
        roster=_json(roster),
        replacements=None,
    )
    files = {
        "manifest.json": _json(manifest),
        "roster.json": _json(roster),
        "sources.json": _json(sources),
        "receipt.json": receipt.encode_receipt(receipt=found),
        f"{ITEM}.txt": data,
    }
    return found, files


def frames_of(files: Mapping[str, bytes]) -> dict[str, Frame]:
    """Read the frame of such a draw."""
    return {ITEM: frame.parse_frame(data=files[f"{ITEM}.txt"])}


def _manifest(
    number: str, t0: str, data: bytes, quotas: Mapping[str, int], source: object, roster: str
) -> dict[str, object]:
    sizes = frame.parse_frame(data=data).sizes
    strata = []
    for stratum, quota in sorted(quotas.items()):
        basis = next(bp for bp in range(10001) if (sizes[stratum] * bp + 9999) // 10000 >= quota)
        taken = (sizes[stratum] * basis + 9999) // 10000
        strata.append({"id": stratum, "N": sizes[stratum], "bp": basis, "n": taken})
    item = {
        "item": ITEM,
        "department": "D01",
        "ns": "obj",
        "frame_sha256": frame.frame_sha256(data=data),
        "frame_root": frame.frame_root(data=data),
        "n": sum(sizes.values()),
        "registry_n": sum(sizes.values()),
        "excluded": [],
        "rule": "rate",
        "strata": strata,
    }
    return {
        "v": "srd1",
        "kind": "manifest",
        "alg": "sha256",
        "draw": number,
        "plan": "PLAN",
        "prev": "",
        "mode": "open",
        "t0": t0,
        "items": [item],
        "sources": [source],
        "keys": [],
        "roster": roster,
        "replace": {"max_rounds": 0, "reasons": [], "swap_reasons": []},
        "software": {"repo": "example", "commit": "0" * 40, "build_sha256": "0" * 64},
    }


def _roster(strata: Sequence[str], officers: int) -> dict[str, object]:
    names = [f"P{number:03d}" for number in range(officers)]
    return {
        "v": "srd1",
        "kind": "roster",
        "slack": 1,
        "officers": [{"id": name, "department": "D01", "cap": 10000, "reason": ""} for name in names],
        "pools": [{"id": "D01", "officers": names}],
        "slots": [{"item": ITEM, "stratum": stratum, "pools": ["D01", "D01"]} for stratum in strata],
        "recusals": [],
    }


def _json(document: object) -> bytes:
    return json.dumps(document, sort_keys=True).encode("ascii")
