"""The public vectors of srd1 as the tests of the draw read them."""

import base64
import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onevisit.core import canonical
from onevisit.core.draw import receipt

VECTORS = Path(__file__).resolve().parents[3] / "vectors"
SRD1: dict[str, Any] = json.loads((VECTORS / "srd1.json").read_text(encoding="utf-8"))
DRAND: dict[str, Any] = json.loads((VECTORS / "drand.json").read_text(encoding="utf-8"))
PROOFS: dict[str, Any] = json.loads((VECTORS / "proofs.json").read_text(encoding="utf-8"))
DRAWS: dict[str, Any] = {case["name"]: case for case in SRD1["draws"]}
PLAIN = "open, two items, three strata, coordinated, with officers"
REPLACED = "the same with a replacement round and a swap"
SEALED = "sealed, two keys, five sources"


def files_of(name: str) -> dict[str, bytes]:
    """Return the files of a whole draw."""
    return {path: text.encode() for path, text in DRAWS[name]["files"].items()}


def frames_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the frames among files, by item."""
    return {Path(path).stem: data for path, data in files.items() if path.startswith("frames/")}


def receipt_of(name: str) -> bytes:
    """Return the receipt file of a whole draw."""
    return encoded(DRAWS[name]["receipt"])


def encoded(document: canonical.Json) -> bytes:
    """Write a receipt document as a receipt file."""
    return canonical.encode(value=document) + b"\n"


def drawn(files: Mapping[str, bytes]) -> bytes:
    """Draw from files and return the receipt file."""
    result = receipt.draw(
        manifest=files["manifest.json"],
        frames=frames_of(files),
        sources=files["sources.json"],
        keys=files.get("keys.json"),
        roster=files.get("roster.json"),
        replacements=files.get("replacements.json"),
    )
    return receipt.encode_receipt(receipt=result)


def content(change: Mapping[str, Any]) -> bytes:
    """Return the bytes a case puts in the place of a file."""
    if "base64" in change:
        return base64.b64decode(change["base64"])
    repeat = change.get("repeat", ["", 0])
    return str(change["text"] + repeat[0] * repeat[1]).encode()


def mutated(document: Any, case: Mapping[str, Any]) -> Any:
    """Return a copy of a document with one value set, inserted or removed."""
    result = copy.deepcopy(document)
    target = result
    *path, key = case["path"]
    for step in path:
        target = target[step]
    if case["op"] == "remove":
        del target[key]
    elif case["op"] == "insert" and isinstance(target, list):
        target.insert(key, case["value"])
    else:
        target[key] = case["value"]
    return result
