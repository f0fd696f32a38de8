"""The peers of the draw's measurements: other samplers as they are published, and the limit of the machine."""

import hashlib
import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import consistent_sampler
import numpy as np
from ortools.graph.python import min_cost_flow

from onevisit.core.draw.officers import Slot


def hash_all(*, data: bytes, seed: str) -> None:
    """SHA-256 over the same bytes and nothing else: what no sampler by hash can go below."""
    prefix = f"srd1|obj|{seed}|".encode()
    sha256 = hashlib.sha256
    for line in data[:-1].split(b"\n"):
        sha256(prefix + line).digest()


def hash_pairs(*, slots: Sequence[Slot], seed: str) -> None:
    """SHA-256 over every pair of a slot and an officer and nothing else: each of them counts in the rule."""
    sha256 = hashlib.sha256
    for slot in slots:
        begin = sha256(f"srd1|asg|{seed}|{slot.visit}|{slot.slot}|".encode()).copy
        for officer in slot.eligible:
            state = begin()
            state.update(officer.encode())
            state.digest()


def consistent(*, ids: Sequence[str], seed: str, count: int) -> None:
    """Rivest's consistent_sampler, without replacement, as its package offers it."""
    sampler: Callable[..., Iterable[object]] = consistent_sampler.sampler
    drawn = sampler(list(ids), with_replacement=False, drop=0, take=count, seed=seed)
    if sum(1 for _ in drawn) != count:
        raise AssertionError("consistent_sampler drew another number")


def arlo(*, ids: Sequence[str], seed: str, count: int) -> list[str]:
    """The published rule of Arlo's ballot draw: the smallest fractions SHA-256(seed, id) as decimal text."""

    def fraction(object_id: str) -> str:
        number = int(hashlib.sha256(f"('{object_id}', 1),{seed}".encode()).hexdigest(), 16)
        return f"0.{number / 2**256:.18f}"[2:]

    return heapq.nsmallest(count, ids, key=fraction)


def rfc3797(*, size: int, seed: str, count: int) -> list[int]:
    """RFC 3797: MD5(i, seed, i) modulo those left, then the list closes the gap: quadratic by its own rule."""
    left = list(range(size))
    drawn = []
    for number in range(count):
        mark = number.to_bytes(2, "big")
        place = int.from_bytes(hashlib.md5(mark + seed.encode() + mark, usedforsecurity=False).digest(), "big")
        drawn.append(left.pop(place % len(left)))
    return drawn


def sample(*, ids: Sequence[str], count: int) -> list[str]:
    """random.sample of Python."""
    return random.Random(1).sample(ids, count)


def min_cost_assignment(*, slots: Sequence[Slot], room: Mapping[str, int]) -> list[tuple[str, str]]:
    """OR-Tools min-cost flow with a load that costs more with every visit: visits to officers.

    It is given the same slots and rooms, hands its arcs over in whole arrays, which is the fastest way into it, and
    its answer is read back as visits with their officers.
    """
    names = sorted(room)
    numbers = {name: number for number, name in enumerate(names)}
    visits = {slot.visit: slot.eligible for slot in slots}  # the slots of a visit share a pool here
    demands = Counter(slot.visit for slot in slots)
    pools = {id(pool): np.array([numbers[name] for name in pool], np.int32) for pool in visits.values()}
    count, officers = len(visits), len(names)
    source, sink = count + officers, count + officers + 1
    rooms = [room[name] for name in names]

    flow = min_cost_flow.SimpleMinCostFlow()
    add_arcs: Any = flow.add_arcs_with_capacity_and_unit_cost
    visit_nodes = np.arange(count, dtype=np.int32)
    add_arcs(np.full(count, source, np.int32), visit_nodes, list(demands.values()), np.zeros(count, np.int64))
    tails = np.repeat(visit_nodes, [len(pool) for pool in visits.values()])
    heads = np.concatenate([pools[id(pool)] for pool in visits.values()]) + np.int32(count)
    arcs = add_arcs(tails, heads, np.ones(len(tails), np.int64), np.zeros(len(tails), np.int64))
    loads = np.repeat(np.arange(count, count + officers, dtype=np.int32), rooms)
    costs = np.concatenate([np.arange(own) for own in rooms])
    add_arcs(loads, np.full(len(loads), sink, np.int32), np.ones(len(loads), np.int64), costs)
    flow.set_node_supply(source, len(slots))
    flow.set_node_supply(sink, -len(slots))
    solve: Callable[[], object] = flow.solve
    if solve() != flow.OPTIMAL:
        raise AssertionError("OR-Tools found no assignment")
    taken = np.asarray(flow.flows(arcs)) == 1
    ids = list(visits)
    return [
        (ids[visit], names[officer - count])
        for visit, officer in zip(tails[taken].tolist(), heads[taken].tolist(), strict=True)
    ]
