"""Tail probabilities by closed formulas, so that a spreadsheet gives the same: chi-square, Poisson, hypergeometric."""

import math
from collections.abc import Iterable, Mapping, Sequence

_ALIKE = 1 + 1e-7
"""Probabilities this close count as equal, as in Fisher's exact test elsewhere."""


def chi_square_tail(*, statistic: float, degrees: int) -> float:
    """Return P(X >= statistic) of a chi-square with whole degrees of freedom, at least one."""
    half = max(statistic, 0.0) / 2
    if degrees % 2 == 0:
        return min(1.0, math.exp(-half) * _powers(half, start=0.0, terms=degrees // 2))
    odd = math.erfc(math.sqrt(half))
    return min(1.0, odd + math.exp(-half) * _powers(half, start=0.5, terms=degrees // 2))


def _powers(half: float, *, start: float, terms: int) -> float:
    """Sum half**(start + k) / gamma(start + k + 1) for the first terms."""
    if half == 0:
        return 1.0 if start == 0 and terms else 0.0
    return sum(math.exp((start + k) * math.log(half) - math.lgamma(start + k + 1)) for k in range(terms))


def poisson_tail(*, mean: float, count: int) -> float:
    """Return P(X >= count) of a Poisson with this mean."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    below = math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count))
    if below < 0.999:
        return max(0.0, 1.0 - below)
    above, k, term = 0.0, count, math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    while term > above * 1e-17 and term > 0:
        above, k = above + term, k + 1
        term *= mean / k
    return min(1.0, above)


def hypergeometric(*, size: int, marked: int, drawn: int) -> dict[int, float]:
    """Return the distribution of the marked ones among `drawn` of `size`."""
    first, latest = max(0, drawn - (size - marked)), min(drawn, marked)
    whole = _choose(size, drawn)
    return {
        count: math.exp(_choose(marked, count) + _choose(size - marked, drawn - count) - whole)
        for count in range(first, latest + 1)
    }


def sum_of(*, parts: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Return the distribution of a sum of independent counts."""
    total: dict[int, float] = {0: 1.0}
    for part in parts:
        found: dict[int, float] = {}
        for left, p in total.items():
            for right, q in part.items():
                found[left + right] = found.get(left + right, 0.0) + p * q
        total = {count: p for count, p in found.items() if p > 1e-18}
    return total


def two_sided(*, distribution: Mapping[int, float], count: int) -> float:
    """Return the probability of everything that is as unlikely as this count, or more so."""
    bound = distribution.get(count, 0.0) * _ALIKE
    return min(1.0, math.fsum(p for p in distribution.values() if p <= bound))


def times_of(*, chances: Sequence[float]) -> list[float]:
    """Return the distribution of how many of some independent events happen, given the chance of each."""
    found = [1.0]
    for chance in chances:
        found = [
            (found[k] * (1 - chance) if k < len(found) else 0.0) + (found[k - 1] * chance if k else 0.0)
            for k in range(len(found) + 1)
        ]
    return found


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
