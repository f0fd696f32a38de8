"""The peers of the draw's measurements: other samplers as they are published, and the limit of the machine."""

import hashlib
import heapq
import random
from collections.abc import Callable, Iterable, Sequence

import consistent_sampler
from ortools.graph.python import min_cost_flow


def hash_all(*, data: bytes, seed: str) -> None:
    """SHA-256 over the same bytes and nothing else: what no sampler by hash can go below."""
    prefix = f"srd1|obj|{seed}|".encode()
    sha256 = hashlib.sha256
    for line in data[:-1].split(b"\n"):
        sha256(prefix + line).digest()


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


def min_cost_assignment(*, eligible: Sequence[Sequence[int]], officers: int, slots_a_visit: int, cap: int) -> None:
    """OR-Tools min-cost flow with a load that costs more with every visit: visits to officers."""
    flow = min_cost_flow.SimpleMinCostFlow()
    visits = len(eligible)
    source, sink = visits + officers, visits + officers + 1
    for visit, people in enumerate(eligible):
        flow.add_arc_with_capacity_and_unit_cost(source, visit, slots_a_visit, 0)
        for officer in people:
            flow.add_arc_with_capacity_and_unit_cost(visit, visits + officer, 1, 0)
    for officer in range(officers):
        for load in range(cap):
            flow.add_arc_with_capacity_and_unit_cost(visits + officer, sink, 1, load)
    flow.set_node_supply(source, visits * slots_a_visit)
    flow.set_node_supply(sink, -visits * slots_a_visit)
    solve: Callable[[], object] = flow.solve
    if solve() != flow.OPTIMAL:
        raise AssertionError("OR-Tools found no assignment")
