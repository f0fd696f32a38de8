"""The notary's recipe works as it stands: its own commands are run over a small draw, a true one and a forged one."""

import hashlib
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import frame, receipt
from tests.core.draw.vectors import SRD1, encoded, files_of, frames_of

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "docs" / "howto" / "verify-by-hand.md"
ROWS = [(f"91350200XMDM{number:06d}", "low" if number % 3 else "high") for number in range(40)]
SOURCE = {"type": "ceremony", "protocol": "GZ-2026-001"}
LOTTERY = {"type": "cwl-kl8", "issue": "2026314"}
HAND = {"evidence_sha256": "ee" * 32, "typed_by": ["A", "B"]}
KEYS = {"SCJG": "11" * 32, "XF": "22" * 32}
DRAW = "TEST-2026-XM-0001"


def _drawn(folder: Path, *, is_sealed: bool = False) -> Path:
    """Draw into a folder: from one source in the open, or sealed from two sources and two keys."""
    data = frame.frame_bytes(rows=ROWS)
    sizes = frame.parse_frame(data=data).sizes
    item = {"item": "A01", "department": "SCJG", "ns": "obj", "rule": "rate", "excluded": [], "n": 40, "registry_n": 40}
    item["frame_sha256"], item["frame_root"] = frame.frame_sha256(data=data), frame.frame_root(data=data)
    item["strata"] = [{"id": one, "N": sizes[one], "n": -(-sizes[one] // 10), "bp": 1000} for one in sorted(sizes)]
    manifest: dict[str, Any] = {"v": "srd1", "kind": "manifest", "alg": "sha256", "draw": DRAW, "plan": "P", "prev": ""}
    manifest |= {"mode": "open", "t0": "2026-11-24T15:00:00+08:00", "items": [item], "keys": [], "roster": ""}
    manifest |= {
        "sources": [SOURCE | {"length": 12}],
        "software": {"repo": "r", "commit": "0" * 40, "build_sha256": "0" * 64},
    }
    manifest |= {"replace": {"max_rounds": 0, "reasons": [], "swap_reasons": []}}
    values: list[Any] = [SOURCE | HAND | {"digits": "004217993301"}]
    keys: bytes | None = None
    if is_sealed:
        manifest["mode"], manifest["sources"] = "sealed", [*manifest["sources"], LOTTERY]
        values.append(LOTTERY | HAND | {"numbers": list(range(3, 23))})
        manifest["keys"] = [{"party": one, "commit": _commitment(one, KEYS[one])} for one in sorted(KEYS)]
        opened: list[Json] = [{"party": one, "key": KEYS[one]} for one in sorted(KEYS)]
        keys = canonical.encode(value={"v": "srd1", "kind": "keys", "draw": DRAW, "keys": opened})
    sources: dict[str, Any] = {"v": "srd1", "kind": "sources", "draw": DRAW, "sources": values}
    made = receipt.draw(
        manifest=canonical.encode(value=manifest),
        frames={"A01": data},
        sources=canonical.encode(value=sources),
        keys=keys,
    )
    (folder / "receipt.json").write_bytes(receipt.encode_receipt(receipt=made))
    (folder / "A01.txt").write_bytes(data)
    return folder


def _commitment(party: str, key: str) -> str:
    return hashlib.sha256(f"srd1|key|{DRAW}|{party}|{key}".encode()).hexdigest()


def _followed(folder: Path, *, item: str = "A01", stratum: str = "low") -> str:
    """Run every command of the recipe in its order, as one shell, with one item and stratum written into it."""
    blocks = re.findall(r"```sh\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    first = blocks[0].replace("ITEM=A01", f"ITEM={item}").replace("STRATUM=low", f"STRATUM={stratum}")
    run = subprocess.run(
        ["sh", "-c", "\n".join([first, *blocks[1:]])], cwd=folder, capture_output=True, text=True, check=False
    )
    return run.stdout


@pytest.mark.parametrize("is_sealed", [False, True])
def test_the_recipe_confirms_a_true_draw(tmp_path: Path, is_sealed: bool) -> None:
    said = _followed(_drawn(tmp_path, is_sealed=is_sealed)).splitlines()

    assert said[0] == "名单一致"
    assert len([line for line in said if line.startswith("抽中 ")]) == 3
    assert said[-2:] == ["共抽中 3 户，其余都没有抽中", "种子一致"]


@pytest.mark.parametrize(
    ("file", "old", "new", "missing"),
    [
        ("A01.txt", "|low\n", "|high\n", "名单一致"),
        ("receipt.json", "GZ-2026-001:0042", "GZ-2026-001:1042", "种子一致"),
        ("receipt.json", '"ticket":"0', '"ticket":"1', "共抽中 3 户，其余都没有抽中"),
    ],
)
def test_the_recipe_does_not_confirm_what_was_changed(
    tmp_path: Path, file: str, old: str, new: str, missing: str
) -> None:
    path = _drawn(tmp_path) / file
    text = path.read_text(encoding="ascii")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="ascii")

    said = _followed(tmp_path)

    assert missing not in said.splitlines()


def _parts() -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Return each stratum of each item of the vectors' first results, with its draw."""
    found = [
        (draw, item["item"], stratum)
        for draw in SRD1["draws"]
        for item in draw["receipt"]["results"][0]["result"]["items"]
        for stratum in item["strata"]
    ]
    assert {draw["name"] for draw, _item, _stratum in found} == {draw["name"] for draw in SRD1["draws"]}
    return found


@pytest.mark.parametrize(
    ("draw", "item", "stratum"),
    _parts(),
    ids=lambda one: one if isinstance(one, str) else one.get("name", one.get("id")),
)
def test_the_recipe_confirms_every_part_of_a_receipt_with_several_items(
    tmp_path: Path, draw: dict[str, Any], item: str, stratum: dict[str, Any]
) -> None:
    (tmp_path / "receipt.json").write_bytes(encoded(draw["receipt"]))
    for name, data in frames_of(files_of(draw["name"])).items():
        (tmp_path / f"{name}.txt").write_bytes(data)

    said = _followed(tmp_path, item=item, stratum=stratum["id"]).splitlines()

    assert said[0] == "名单一致"
    assert f"共抽中 {len(stratum['selected'])} 户，其余都没有抽中" in said
    assert said[-1] == "种子一致"
