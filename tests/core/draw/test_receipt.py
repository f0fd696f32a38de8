"""Whole draws: the vectors byte for byte, and that nothing but ids and seeds decides."""

import hashlib
import json
from typing import Any

import pytest

from tests.core.draw.vectors import DRAWS, PLAIN, SRD1, drawn, files_of, receipt_of


@pytest.mark.parametrize("name", DRAWS)
def test_a_whole_draw_gives_the_receipt_of_the_vectors_byte_for_byte(name: str) -> None:
    receipt = drawn(files_of(name))

    assert receipt == receipt_of(name)
    assert hashlib.sha256(receipt).hexdigest() == DRAWS[name]["receipt_sha256"]


def test_a_draw_is_the_same_however_its_files_are_laid_out() -> None:
    files = files_of(PLAIN)
    reordered = {
        path: data if path.startswith("frames/") else _turned_round(data) for path, data in reversed(files.items())
    }

    assert drawn(reordered) == drawn(files)


def test_all_departments_draw_the_same_objects_from_the_same_frame_and_seed() -> None:
    receipt = json.loads(drawn(files_of(SRD1["malformed"]["base"])))
    namespaces = {item["ns"] for item in receipt["manifest"]["items"]}
    tickets: dict[str, set[str]] = {}
    for item in receipt["results"][0]["result"]["items"]:
        for stratum in item["strata"]:
            for selected in stratum["selected"]:
                tickets.setdefault(selected["id"], set()).add(selected["ticket"])

    assert namespaces == {"obj"}
    assert all(len(of_one_object) == 1 for of_one_object in tickets.values())


def _turned_round(data: bytes) -> bytes:
    document: dict[str, Any] = json.loads(data)
    return json.dumps(dict(reversed(document.items())), indent=3).encode()
