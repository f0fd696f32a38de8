"""True files of every kind that a stranger may send, from the public vectors: what is mutated for the parsers."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onevisit.core import canonical, sm2_files
from onevisit.core.draw import (
    approval_entries,
    attested_entries,
    beside,
    bundle,
    consent_entries,
    forms,
    lodging,
    plan,
    register,
    register_bound,
)
from onevisit.core.merkle import checkpoint, leaf_hash, note, tree
from onevisit.core.merkle.note import Key, KeyType

_VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def true_files() -> list[bytes]:
    """Return the files of the vectors' draws and proofs, and those around them: trees, checkpoints, groups, keys."""
    draws, proofs = _vectors("srd1")["draws"], _vectors("proofs")
    texts = [text for draw in draws for text in draw["files"].values()]
    texts += [text for base in proofs["bases"].values() for text in base["files"].values()]
    notes = [case["note"] for case in proofs["checkpoints"]]
    texts += [*notes, *(note.partition("\n\n")[0] + "\n" for note in notes), *(f"old 0\n\n{note}" for note in notes)]
    texts += [json.dumps(tree) for tree in _trees()]
    texts += [json.dumps(one) for one in (*(draw["receipt"] for draw in draws), *_around(draws))]
    texts.append("91350200XMDM000001|思明区|中山路|餐饮\n91350200XMDM000002|湖里区|-|-\n")
    files = {name.replace("/", "-"): text.encode() for name, text in draws[0]["files"].items()}
    found = [_register(draws[0]), bundle.write_bundle(files=files), *_lodged(files), *_keys()]
    return [text.encode() for text in texts] + found + _beside()


def drawn_document() -> Any:
    """Return the receipt of the vectors that the files beside one are written for."""
    return next(draw["receipt"] for draw in _vectors("srd1")["draws"] if draw["name"] == "officers infeasible")


def drawn_receipt() -> bytes:
    """Return that receipt as a file."""
    return canonical.encode(value=drawn_document()) + b"\n"


def _beside() -> list[bytes]:
    """Return what stands beside that receipt, and the answer of a relay with the value of its beacon."""
    receipt = forms.parse_receipt(data=drawn_receipt())
    placed = beside.placed(receipt=receipt, count=2)
    strata = {f"place-{n}": stratum.id for n, stratum in enumerate(receipt.manifest.items[0].strata)}
    value = drawn_document()["sources"][0]
    return [
        canonical.encode(value={"strata": {"mapping": strata, "returned": []}}),
        "".join(f"{one}|{'ab' * 16}\n" for one in ("91350200MA0000001X", "site:1")).encode(),
        "".join(f"{one.batch}|{one.object_id}|{one.value}\n" for one in placed).encode(),
        canonical.encode(
            value={
                "event": attested_entries.EVENT,
                "draw": receipt.manifest.draw,
                "department": "MKT",
                "fingerprint": receipt.manifest.digest,
                "is_agreed": True,
            }
        ),
        canonical.encode(
            value={
                "event": approval_entries.EVENT,
                "draw": receipt.manifest.draw,
                "department": "MKT",
                "role": "approver",
                "reason": "CLOSED",
                "count": 2,
                "list_sha256": "ab" * 32,
            }
        ),
        canonical.encode(
            value={
                "event": consent_entries.EVENT,
                "draw": receipt.manifest.draw,
                "department": "350200-GZ",
                "digest": "ab" * 32,
                "places": 2,
            }
        ),
        consent_entries.places_file(places=["few:ALL:3", "pool:MKT:2"]),
        json.dumps({name: value[name] for name in ("round", "randomness", "signature")}).encode(),
    ]


def _vectors(name: str) -> Any:
    return json.loads((_VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def _around(draws: list[dict[str, Any]]) -> list[Any]:
    """Return the documents that stand inside or beside the files of a draw: orders, a void record, a plan."""
    manifest = forms.parse_manifest(data=draws[0]["files"]["manifest.json"].encode())
    replaced = [
        json.loads(draw["files"]["replacements.json"]) for draw in draws if "replacements.json" in draw["files"]
    ]
    orders = [one["order"] for file in replaced for one in file["rounds"]]
    entry = plan.plan_entry(manifest=manifest)
    return [*orders, _vectors("srd1")["void_record"]["record"], _planned(manifest.plan, entry)]


def _planned(name: str, entry: Any) -> Any:
    return {"v": "srd1", "kind": "plan", "plan": name, "draws": [entry]}


def _register(draw: dict[str, Any]) -> bytes:
    manifest = draw["files"]["manifest.json"].encode()
    known = forms.parse_manifest(data=manifest)
    payload = canonical.encode(value={"event": register.COMMITTED, "draw": known.draw, "digest": known.digest})
    line = register_bound.statement_line(organiser="XM", leaves=[leaf_hash(payload=payload).hex()])
    stated = canonical.encode(value={"event": register_bound.STATED, "draws": [line], "at": known.t0})
    signed, policy = _signed([payload, stated])
    return register.encode_register(
        organiser="XM",
        at=known.t0,
        prepared=[],
        entries=[(0, payload)],
        manifests=[manifest],
        voids=[],
        checkpoint=register_bound.encode_bound(note=signed, policy_text=policy, hashes=[]),
        stated=register_bound.encode_stated(index=1, payload=stated),
    )


def _signed(payloads: list[bytes]) -> tuple[bytes, bytes]:
    """Return the checkpoint of a log that holds these entries alone, and the policy that names it without witnesses."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = Key(name="city.example/ledger", kind=KeyType.ED25519, public=private.public_key().public_bytes_raw())
    root = tree.root(leaves=[leaf_hash(payload=one) for one in payloads])
    text = checkpoint.body(origin=key.name, size=len(payloads), root=root)
    line = note.Signature(name=key.name, key_id=key.id, value=private.sign(text.encode()))
    signed = note.encode_note(note=note.Note(text=text, signatures=(line,)))
    return signed, f"log {note.encode_vkey(key=key)}\nquorum none\n".encode()


def _lodged(files: dict[str, bytes]) -> list[bytes]:
    """Return what is lodged of a freeze that kept nobody out, and the receipt for it with a signature of zeros."""
    document = json.loads(files["manifest.json"])
    document["items"] = [{**item, "excluded": [], "registry_n": item["n"]} for item in document["items"]]
    data = canonical.encode(value=document)
    manifest = forms.parse_manifest(data=data)
    frames = {item.item: files[f"frames-{item.item}.txt"] for item in manifest.items}
    package = lodging.pack(manifest=data, roster=files["roster.json"], frames=frames, lists={})
    listing = lodging.listing_digest(manifest=manifest)
    text = lodging.statement(
        origin="city.example/log", draw=manifest.draw, manifest=manifest.digest, listing=listing, time=1_794_000_000
    )
    line = note.Signature(name="audit.example/witness", key_id=bytes(4), value=bytes(64))
    receipt = note.encode_note(note=note.Note(text=text, signatures=(line,)))
    return [bundle.write_plain(files={**package, lodging.PROOF: b"as a log writes it"}), receipt]


def _trees() -> list[dict[str, Any]]:
    """Return one inclusion and one consistency proof that hold, as the command reads them."""
    vectors = _vectors("rfc6962_merkle")
    inclusion = next(one for one in vectors["inclusion_probes"] if one["proof"] and not one["wantErr"])
    consistency = next(one for one in vectors["consistency_probes"] if one["proof"] and not one["wantErr"])
    return [
        {
            "v": "srd1",
            "kind": "inclusion",
            "index": inclusion["leafIdx"],
            "size": inclusion["treeSize"],
            "leaf_hash": _hex(inclusion["leafHash"]),
            "root": _hex(inclusion["root"]),
            "proof": [_hex(one) for one in inclusion["proof"]],
        },
        {
            "v": "srd1",
            "kind": "consistency",
            "size1": consistency["size1"],
            "size2": consistency["size2"],
            "root1": _hex(consistency["root1"]),
            "root2": _hex(consistency["root2"]),
            "proof": [_hex(one) for one in consistency["proof"]],
        },
    ]


def _keys() -> list[bytes]:
    """Return the key and the signature of the standard's own example as files."""
    given = _vectors("sm3_sm2")["sm2"][0]
    pair = sm2_files.KeyPair(private=bytes.fromhex(given["private"]), public=bytes.fromhex(given["public"]))
    raw = bytes.fromhex(given["r"] + given["s"])
    return [
        sm2_files.write_public(public=pair.public),
        sm2_files.write_pair(pair=pair),
        sm2_files.encode_signature(raw=raw),
    ]


def _hex(text: str) -> str:
    return b64decode(text).hex()
