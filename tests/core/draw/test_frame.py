"""Frames: their bytes, hash and root."""

from typing import Any

import pytest

from onevisit.core.draw import frame
from onevisit.core.refusals import Refused
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
