"""Frames: their bytes, hash and root."""

from dataclasses import replace
from typing import Any

import pytest

from onevisit.core import merkle
from onevisit.core.draw import frame, lines
from onevisit.core.draw.documents import Item
from onevisit.core.refusals import Refused
from tests.core.draw.test_frozen import item_of
from tests.core.draw.vectors import SRD1


@pytest.mark.parametrize("case", SRD1["frames"], ids=lambda case: case["sha256"][:8])
def test_a_frame_has_the_hash_and_root_of_the_vectors(case: dict[str, Any]) -> None:
    data = case["text"].encode()
    parsed = frame.parse_frame(data=data)

    assert frame.frame_bytes(rows=zip(parsed.ids, parsed.strata, strict=True)) == data
    assert frame.frame_sha256(data=data) == case["sha256"]
    assert frame.frame_root(data=data) == case["root"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E_EMPTY"),
        (b"A|s\x7f\n", "E_ASCII"),
        (b"A|s\r\n", "E_CRLF"),
        (b"A|s", "E_EOL"),
        (b"\nA|s\n", "E_EOL"),
        (b"A|s\n\nB|s\n", "E_EOL"),
        (b"A\n", "E_LINE"),
        (b"a|s\n", "E_ID"),
        (b"A|-s\n", "E_NAME"),
        (b"A|s\nA|t\n", "E_DUPLICATE"),
        (b"B|s\nA|s\n", "E_UNSORTED"),
    ],
)
def test_a_malformed_frame_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        frame.parse_frame(data=data)

    assert refusal.value.code == code


@pytest.mark.parametrize("size", [*range(1, 35), 255, 256, 257, 1000])
def test_the_root_is_that_of_the_tree_wherever_the_pieces_end(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_PIECE", 50)
    data = frame.frame_bytes(rows=[(f"{number:04d}{'X' * (number % 9)}", "S") for number in range(size)])

    leaves = [merkle.leaf_hash(payload=line) for line in data.splitlines()]
    assert frame.frame_root(data=data) == merkle.root(leaves=leaves).hex()


def test_items_with_equal_files_share_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    one, data = item_of([(f"{number:04d}", "S") for number in range(50)], {"S": 5})
    parsed = []
    once = frame.parse_frame

    def counted(*, data: bytes) -> frame.Frame:
        parsed.append(len(data))
        return once(data=data)

    monkeypatch.setattr(frame, "parse_frame", counted)
    checked = frame.check_frames(items=[one, replace(one, item="A02")], read=lambda _item: data)

    assert parsed == [len(data)]
    assert checked["A01"] is checked["A02"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"frame_sha256": "0" * 64}, "E_FRAME_HASH"),
        ({"frame_root": "0" * 64}, "E_FRAME_ROOT"),
        ({"strata": ()}, "E_COUNT"),
    ],
)
def test_each_item_is_held_to_its_own_words_though_the_file_is_known(change: dict[str, Any], code: str) -> None:
    one, data = item_of([(f"{number:04d}", "S") for number in range(50)], {"S": 5})
    other: Item = replace(one, item="A02", **change)

    for items in ([other], [one, other]):
        with pytest.raises(Refused) as refusal:
            frame.check_frames(items=items, read=lambda _item: data)
        assert refusal.value.code == code
