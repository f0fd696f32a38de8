"""RSD-F: the vectors, and a plain definition by maximum flow on random small instances."""

import hashlib
import os
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from onevisit.core.draw.officers import Assignment, Infeasible, Slot, assign
from tests.core.draw.vectors import SRD1

INSTANCES = int(os.environ.get("ORACLE_INSTANCES", "400"))  # 10,000 once a release
Fixed = dict[int, str]


@pytest.mark.parametrize("case", SRD1["assignments"], ids=lambda case: case["note"])
def test_an_assignment_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    slots = [Slot(visit=s["visit"], slot=s["slot"], eligible=tuple(s["eligible"])) for s in case["slots"]]

    found = assign(slots=slots, room=case["cap"], seed=case["aseed"], slack=case["slack"])

    assert _document(found) == case["result"]


@pytest.mark.parametrize("number", range(INSTANCES))
def test_an_assignment_is_what_the_plain_definition_gives(number: int) -> None:
    slots, room, slack = _instance(random.Random(number))
    seed = hashlib.sha256(str(number).encode()).hexdigest()

    found = assign(slots=slots, room=room, seed=seed, slack=slack)

    if isinstance(found, Infeasible):
        _check_certificate(found, slots, room)
    else:
        assert _filled(found) == _by_definition(slots, room, seed, slack)


def test_the_order_of_slots_never_matters() -> None:
    slots, room, slack = _instance(random.Random(7))
    seed = "7" * 64

    assert assign(slots=slots[::-1], room=room, seed=seed, slack=slack) == assign(
        slots=slots, room=room, seed=seed, slack=slack
    )


def test_without_slots_the_assignment_is_complete_and_empty() -> None:
    assert assign(slots=(), room={"P": 3}, seed="0" * 64, slack=1) == Assignment("0" * 64, 0, ())


def _instance(chance: random.Random) -> tuple[list[Slot], dict[str, int], int]:
    officers = [f"P{number}" for number in range(chance.randint(1, 5))]
    slots = [
        Slot(
            visit=f"V{visit}",
            slot=f"A:{number}",
            eligible=tuple(o for o in officers if chance.random() < 0.7),
        )
        for visit in range(chance.randint(1, 4))
        for number in range(chance.randint(1, 3))
    ]
    return slots, {officer: chance.randint(0, 4) for officer in officers}, chance.randint(0, 2)


def _most(slots: Sequence[Slot], room: Mapping[str, int], fixed: Mapping[int, str]) -> int:
    """Count the slots that can be filled at most, fixed ones kept: augmenting paths over a plain flow network."""
    flow: dict[str, dict[str, int]] = {"source": {}}

    def edge(source: str, target: str, capacity: int) -> None:
        flow.setdefault(source, {})[target] = capacity
        flow.setdefault(target, {}).setdefault(source, 0)

    for index, slot in enumerate(slots):
        edge("source", f"slot {index}", 1)
        for officer in slot.eligible if index not in fixed else (fixed[index],):
            edge(f"slot {index}", f"{slot.visit} {officer}", 1)
            edge(f"{slot.visit} {officer}", f"officer {officer}", 1)
    for officer, capacity in room.items():
        edge(f"officer {officer}", "sink", capacity)
    count = 0
    while _augment(flow, "source", set()):
        count += 1
    return count


def _augment(flow: dict[str, dict[str, int]], node: str, seen: set[str]) -> bool:
    if node == "sink":
        return True
    seen.add(node)
    for target, capacity in flow[node].items():
        if capacity and target not in seen and _augment(flow, target, seen):
            flow[node][target] -= 1
            flow[target][node] += 1
            return True
    return False


def _by_definition(
    slots: Sequence[Slot], room: Mapping[str, int], seed: str, slack: int
) -> dict[tuple[str, str], tuple[str, int]]:
    least = next(
        limit
        for limit in range(len(slots) + 1)
        if _most(slots, {officer: min(own, limit) for officer, own in room.items()}, {}) == len(slots)
    )
    lowered = {officer: min(own, least + slack) for officer, own in room.items()}
    fixed: Fixed = {}
    order = sorted(range(len(slots)), key=lambda i: (_hash("ord", seed, slots[i].visit), slots[i].visit, slots[i].slot))
    result = {}
    for index in order:
        slot = slots[index]
        with_room = [officer for officer in slot.eligible if room[officer] > 0]
        by_ticket = sorted(with_room, key=lambda o: (_hash("asg", seed, slot.visit, slot.slot, o), o))
        for skipped, officer in enumerate(by_ticket):
            if _most(slots, lowered, {**fixed, index: officer}) == len(slots):
                fixed[index] = officer
                result[slot.visit, slot.slot] = (officer, skipped)
                break
    return result


def _check_certificate(found: Infeasible, slots: Sequence[Slot], room: Mapping[str, int]) -> None:
    assert found.short == len(slots) - _most(slots, room, {}) > 0
    stuck = [slot for slot in slots if (slot.visit, slot.slot) in found.slots]
    visits: dict[str, set[str]] = {}
    for slot in stuck:
        for officer in slot.eligible:
            if room[officer]:
                visits.setdefault(officer, set()).add(slot.visit)
    assert dict(found.officers) == {officer: min(room[officer], len(of)) for officer, of in visits.items()}
    assert found.short == len(stuck) - sum(count for _, count in found.officers)
    # It is the smallest such set: each of its slots can be the one left empty in some maximum assignment.
    for slot in stuck:
        others = [other for other in slots if other is not slot]
        assert _most(others, room, {}) == _most(slots, room, {})


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(("srd1", *parts)).encode()).hexdigest()


def _filled(found: Assignment) -> dict[tuple[str, str], tuple[str, int]]:
    return {(filled.visit, filled.slot): (filled.officer, filled.skipped) for filled in found.slots}


def _document(found: Assignment | Infeasible) -> dict[str, Any]:
    if isinstance(found, Infeasible):
        return {
            "status": "infeasible",
            "aseed": found.seed,
            "short": found.short,
            "slots": [{"visit": visit, "slot": slot} for visit, slot in found.slots],
            "officers": [{"id": officer, "room": room} for officer, room in found.officers],
        }
    return {
        "status": "complete",
        "aseed": found.seed,
        "lstar": found.least_load,
        "slots": [
            {"visit": f.visit, "slot": f.slot, "officer": f.officer, "width": f.width, "skipped": f.skipped}
            for f in found.slots
        ],
    }
