"""Officers of one draw: among how many each was drawn, and how often two of them visit together."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from onevisit.core.draw.officers import Assignment
from onevisit.core.draw.results import Receipt
from onevisit.core.fairness import tails

Pair = tuple[str, str]


@dataclass(frozen=True)
class Width:
    """One slot: among how many its officer was drawn, and how many places of that pool the visit has."""

    visit: str
    slot: str
    width: int
    need: int

    @property
    def is_narrow(self) -> bool:
        """Fewer than two to choose from for each place."""
        return self.width < 2 * self.need


@dataclass(frozen=True)
class Greatest:
    """The pair that met most often against what was to be expected."""

    pair: Pair
    times: int
    expected: float
    p: float


@dataclass(frozen=True)
class Meetings:
    """Who visited with whom in one draw.

    The expectation takes every officer of a pool (cap above 0) to be as likely as another, and two places of a visit to
    be filled by two people: for places of the pools P and Q a pair is expected ([a in P][b in Q] + [b in P][a in Q]) /
    (|P| |Q| - |P and Q|) times. Recusals and the even load are left out; both make repeated pairs rarer, not likelier.
    """

    visits: Mapping[str, tuple[tuple[str, str], ...]] = field(repr=False)
    members: Mapping[str, frozenset[str]] = field(repr=False)

    @cached_property
    def times(self) -> Counter[Pair]:
        """Count how often each pair met."""
        found: Counter[Pair] = Counter()
        for places in self.visits.values():
            found.update(combinations(sorted(officer for _pool, officer in places), 2))
        return found

    @cached_property
    def places(self) -> Counter[Pair]:
        """Count the pairs of places by their pools."""
        found: Counter[Pair] = Counter()
        for places in self.visits.values():
            found.update(combinations(sorted(pool for pool, _officer in places), 2))
        return found

    def expected(self, pair: Pair) -> float:
        """Return how often a pair was to be expected."""
        one, other = pair
        total = 0.0
        for (left, right), count in sorted(self.places.items()):
            first, second = self.members[left], self.members[right]
            ways = len(first) * len(second) - len(first & second)
            fitting = (one in first and other in second) + (other in first and one in second)
            total += count * fitting / ways if ways else 0.0
        return total

    @property
    def possible(self) -> int:
        """Count the pairs that could have met."""
        sizes = ((self.members[left], self.members[right], left == right) for left, right in self.places)
        return sum(math.comb(len(one), 2) if same else len(one) * len(other) for one, other, same in sizes)

    @property
    def greatest(self) -> Greatest | None:
        """Return the pair whose meetings are the most unlikely; `p` is that chance times all possible pairs."""
        known: dict[tuple[int, float], float] = {}
        best: tuple[float, int, Pair, float] | None = None
        for pair, times in self.times.items():
            expected = self._expected_by_pools(pair)
            if (times, expected) not in known:
                known[times, expected] = tails.poisson_tail(mean=expected, count=times)
            found = (known[times, expected], -times, pair, expected)
            best = found if best is None else min(best, found)
        if best is None:
            return None
        p, negative, pair, expected = best
        return Greatest(pair=pair, times=-negative, expected=expected, p=min(1.0, p * self.possible))

    @cached_property
    def _pools_of(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for pool, officers in sorted(self.members.items()):
            for officer in officers:
                found.setdefault(officer, []).append(pool)
        return {officer: tuple(pools) for officer, pools in found.items()}

    @cached_property
    def _known(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], float]:
        return {}

    def _expected_by_pools(self, pair: Pair) -> float:
        """Officers of the same pools have the same expectation."""
        key = self._pools_of[pair[0]], self._pools_of[pair[1]]
        if key not in self._known:
            self._known[key] = self.expected(pair)
        return self._known[key]


def meetings_of(*, receipt: Receipt) -> Meetings | None:
    """Read who visits with whom in round 0, None where nobody was assigned."""
    assignment = receipt.results[0].result.assignment
    if receipt.roster is None or not isinstance(assignment, Assignment):
        return None
    free = {officer.id for officer in receipt.roster.officers if officer.cap}
    members = {pool.id: frozenset(pool.officers) & free for pool in receipt.roster.pools}
    pools = dict(_pools(receipt))
    visits: dict[str, list[tuple[str, str]]] = {}
    for filled in assignment.slots:
        visits.setdefault(filled.visit, []).append((pools[filled.visit, filled.slot], filled.officer))
    return Meetings(visits={visit: tuple(places) for visit, places in visits.items()}, members=members)


def widths_of(*, receipt: Receipt) -> list[Width]:
    """Read among how many every officer of round 0 was drawn."""
    assignment = receipt.results[0].result.assignment
    if receipt.roster is None or not isinstance(assignment, Assignment):
        return []
    pools = dict(_pools(receipt))
    needs = Counter((visit, pool) for (visit, _slot), pool in pools.items())
    return [
        Width(
            visit=filled.visit,
            slot=filled.slot,
            width=filled.width,
            need=needs[filled.visit, pools[filled.visit, filled.slot]],
        )
        for filled in assignment.slots
    ]


def _pools(receipt: Receipt) -> Iterator[tuple[tuple[str, str], str]]:
    """Name the pool of every slot of round 0: the roster has a rule for each stratum of each item."""
    assert receipt.roster is not None  # whoever calls has looked
    rules = {(rule.item, rule.stratum): rule.pools for rule in receipt.roster.slots}
    for item in receipt.results[0].result.items:
        for stratum in item.strata:
            for number, pool in enumerate(rules[item.item, stratum.stratum]):
                for drawn in stratum.selected:
                    yield (drawn.object_id, f"{item.item}:{number}"), pool
