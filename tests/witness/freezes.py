"""The freeze of a draw as a log records it and lodges it: packages that are good, and ones that are not."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from onevisit.core import canonical, merkle
from onevisit.core.draw import bundle, forms, lodging
from onevisit.core.draw.documents import Manifest
from onevisit.core.merkle import note, tlog_proof
from tests.core.draw.vectors import DRAWS, PLAIN
from tests.witness.logs import DishonestLog, leaves

SALT = "ab" * 16
LIST = f"91350200MA0000009X|{SALT}\nsite:9|{SALT}\n".encode()
BESIDE = 5


@dataclass
class Freeze:
    """A frozen draw: its documents, and the receipt of the draw that it becomes."""

    document: dict[str, Any]
    roster: bytes
    frames: dict[str, bytes]
    lists: dict[str, bytes]
    receipt: dict[str, Any] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        return forms.parse_manifest(data=canonical.encode(value=self.document))

    def files(self, log: DishonestLog, **how: Any) -> dict[str, bytes]:
        """Return what is lodged of it, with the log's proof that it was frozen."""
        found = lodging.pack(
            manifest=canonical.encode(value=self.document), roster=self.roster, frames=self.frames, lists=self.lists
        )
        return {**found, lodging.PROOF: proof(log, self.manifest, **how)}

    def package(self, log: DishonestLog, **changed: bytes | None) -> bytes:
        """Return the package, some of its files exchanged or left out."""
        files = self.files(log) | {name: data for name, data in changed.items() if data is not None}
        return bundle.write_plain(files={name: data for name, data in files.items() if changed.get(name, data)})

    def bundle(self, **more: bytes) -> bytes:
        """Return the bundle of the draw once it is public."""
        receipt = canonical.encode(value={**self.receipt, "manifest": self.document})
        files = {"receipt.json": receipt, **{f"{item}.txt": data for item, data in self.frames.items()}}
        files |= {f"excluded-{reason}.txt": data for reason, data in self.lists.items()}
        return bundle.write_bundle(files=files | more)


def frozen(*, draw: str = "", **changed: Any) -> Freeze:
    """Return a draw of the vectors that also keeps two objects out of each frame."""
    case = copy.deepcopy(DRAWS[PLAIN])
    document = {**case["receipt"]["manifest"], **changed}
    if draw:
        document["draw"] = draw
    for item in document["items"]:
        item["excluded"] = [{"reason": "CLOSED", "n": 2, "list_sha256": sha256(LIST).hexdigest()}]
        item["registry_n"] = item["n"] + 2
    frames = {item["item"]: case["files"][f"frames/{item['item']}.txt"].encode() for item in document["items"]}
    roster = canonical.encode(value=json.loads(case["files"]["roster.json"]))
    return Freeze(document=document, roster=roster, frames=frames, lists={"CLOSED": LIST}, receipt=case["receipt"])


def proof(
    log: DishonestLog, manifest: Manifest, *, event: str = lodging.EVENT, changed: Mapping[str, str] | None = None
) -> bytes:
    """Return the log's proof of the entry of a freeze, the last of a few."""
    content: dict[str, canonical.Json] = {"event": event, "draw": manifest.draw, "digest": manifest.digest}
    payload = canonical.encode(value={**content, **(changed or {})})
    history = [*leaves(BESIDE), merkle.leaf_hash(payload=payload)]
    return tlog_proof.encode_proof(
        payload=payload,
        index=BESIDE,
        hashes=merkle.inclusion_proof(leaves=history, index=BESIDE),
        note=note.parse_note(data=log.signed(history).encode()),
    )
