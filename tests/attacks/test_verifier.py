"""Attacks on who checks a draw, with the vectors: lists picked by hand, changed fields, second manifests, seals."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from onevisit.core import canonical
from onevisit.core.draw import tickets
from onevisit.core.draw.verify import Status, verify
from onevisit.core.draw.verify_register import verify_register
from tests.core.draw.vectors import PLAIN, REPLACED, SEALED, encoded, files_of, frames_of, receipt_of

Path = tuple[str | int, ...]


def _leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Name every field of a document that holds no other."""
    if isinstance(value, dict):
        for key in value:
            yield from _leaves(value[key], (*path, key))
    elif isinstance(value, list) and value:
        for place in range(len(value)):
            yield from _leaves(value[place], (*path, place))
    else:
        yield path


def _changed(document: Any, path: Path) -> Any:
    """Change one field to another value of its own form."""
    result = copy.deepcopy(document)
    target = result
    for step in path[:-1]:
        target = target[step]
    value = target[path[-1]]
    if isinstance(value, int):
        target[path[-1]] = value + 1
    elif isinstance(value, str) and value:
        target[path[-1]] = value[:-1] + ("1" if value[-1] == "0" else "0")
    else:
        target[path[-1]] = "00" * 32 if value == "" else [value]
    return result


def test_any_single_changed_field_of_a_receipt_is_refused() -> None:
    document, frames = json.loads(receipt_of(REPLACED)), frames_of(files_of(REPLACED))
    paths = list(_leaves(document))

    passed = [
        path
        for path in paths
        if verify(receipt=encoded(_changed(document, path)), frames=frames)[-1].status is not Status.FAILED
    ]

    assert len(paths) > 400
    assert passed == []


def test_a_list_picked_by_hand_has_right_tickets_and_is_not_called_checked_without_frames() -> None:
    """The organiser leaves a friend out and takes the next; only the frames betray it, so nothing else may say so."""
    document = json.loads(receipt_of(PLAIN))
    picked = _picked(document)

    without = verify(receipt=encoded(picked))
    within = verify(receipt=encoded(picked), frames=frames_of(files_of(PLAIN)))

    assert {check.number: check.status for check in without}[7] is Status.SKIPPED
    assert without[7].text.startswith("choice not checked")
    assert (within[-1].number, within[-1].status) == (7, Status.FAILED)


def _picked(document: dict[str, Any]) -> dict[str, Any]:
    """Exchange the last object of a stratum for one that was not drawn, with its own right ticket and cut."""
    forged = copy.deepcopy(document)
    result, item = forged["results"][0]["result"], forged["manifest"]["items"][0]
    for stratum in result["items"][0]["strata"]:
        if len(stratum["selected"]) > 1:
            break
    taken = {one["id"] for one in stratum["selected"]}
    lines = files_of(PLAIN)[f"frames/{item['item']}.txt"].decode().splitlines()
    others = [line.split("|")[0] for line in lines if line.endswith("|" + stratum["id"])]
    marks = sorted(
        (tickets.ticket(namespace=item["ns"], seed=result["seed"], object_id=one), one)
        for one in others
        if one not in taken
    )
    mark, friend = marks[0]
    stratum["selected"][-1] = {"id": friend, "ticket": mark}
    stratum["cut"] = mark
    return forged


def test_two_manifests_under_one_number_stand_in_the_register_side_by_side() -> None:
    def entry(index: int, event: str, digest: str) -> dict[str, Any]:
        return {"index": index, "payload": {"event": event, "draw": "XM-2026-0001", "digest": digest}}

    entries = [entry(1, "draw.committed", "aa" * 32), entry(2, "draw.committed", "bb" * 32)]
    document: dict[str, Any] = {"v": "srd1", "kind": "register", "organiser": "XM", "at": "2026-12-01T09:00:00+08:00"}
    document |= {"prepared": [], "entries": [*entries, entry(3, "draw.drawn", "cc" * 32)], "manifests": [], "voids": []}

    latest = verify_register(register=canonical.encode(value=document))[-1]

    assert latest.line == "R2 failed E_DUPLICATE: draw XM-2026-0001 has a second manifest at index 2"


@pytest.mark.parametrize("field", ["seed", "sources_digest"])
def test_the_seal_of_a_sealed_result_is_bound_to_the_result(field: str) -> None:
    document = json.loads(receipt_of(SEALED))
    document["results"][0]["result"][field] = "00" * 32

    assert verify(receipt=encoded(document), frames=frames_of(files_of(SEALED)))[-1].status is Status.FAILED
