"""Whether groups are drawn as often as the quotas say: expected counts, and a test over all strata of all draws.

Within a stratum of N with n drawn, a group with N_g members is drawn E_g = n N_g / N times; the covariance of two
groups is n (N - n) / (N - 1) (N_g / N) ([g = h] - N_h / N). Strata of one draw, and draws, are independent, so both add
up. The statistic is d' V^-1 d with d = observed - expected: the generalised Cochran-Mantel-Haenszel test (in R:
`mantelhaen.test`).

A stratum that is drawn whole (n = N) has d = 0 and V = 0 and tells nothing of chance. It stands in the rows; the test
leaves it out, so that what is certain does not count towards the least that a chi-square needs to be expected.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onevisit.core.fairness import tails

LEAST_EXPECTED = 5.0
"""A chi-square needs as many expected in every cell; smaller groups are put together."""

LEVEL = 0.05
REST = "+"
"""The group that small groups are put into."""


@dataclass(frozen=True)
class Stratum:
    """One stratum of one draw: its size, how many were drawn, and (members, drawn) of each group."""

    size: int
    drawn: int
    groups: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Row:
    """One group over all strata: how many stood in frames, were drawn, and were to be expected."""

    group: str
    frame: int
    drawn: int
    expected: float
    deviation: float


@dataclass(frozen=True)
class Verdict:
    """A test and what came of it: `method` is `cmh`, `exact` or `none` when the sample is too small to tell."""

    method: str
    statistic: float
    degrees: int
    p: float
    merged: tuple[str, ...]


NOTHING = Verdict(method="none", statistic=0.0, degrees=0, p=1.0, merged=())


def rows_of(*, strata: Sequence[Stratum]) -> list[Row]:
    """Add up every group over the strata, by the group's code."""
    names = sorted({group for stratum in strata for group in stratum.groups})
    return [_row(name, strata) for name in names]


def verdict_of(*, strata: Sequence[Stratum]) -> Verdict:
    """Test all groups at once: chi-square where enough is expected, else exactly, else say that it cannot be told."""
    strata = [one for one in strata if one.drawn < one.size]
    rows = rows_of(strata=strata)
    small = _small(rows)
    cells = len(rows) - len(small) + bool(small)
    if cells >= 2:
        return _chi_square([_merged(stratum, small) for stratum in strata], small)
    return _exact(rows, strata)


def _row(name: str, strata: Sequence[Stratum]) -> Row:
    members = [(one, *one.groups.get(name, (0, 0))) for one in strata]
    return Row(
        group=name,
        frame=sum(frame for _one, frame, _drawn in members),
        drawn=sum(drawn for _one, _frame, drawn in members),
        expected=math.fsum(one.drawn * frame / one.size for one, frame, _drawn in members),
        deviation=math.sqrt(math.fsum(_covariance(one, frame, frame, same=True) for one, frame, _drawn in members)),
    )


def _covariance(one: Stratum, left: int, right: int, *, same: bool) -> float:
    if one.size < 2:
        return 0.0
    factor = one.drawn * (one.size - one.drawn) / (one.size - 1)
    return factor * (left / one.size) * ((1.0 if same else 0.0) - right / one.size)


def _small(rows: Sequence[Row]) -> frozenset[str]:
    """Choose the groups that are put together: those with too little expected, and more until they have enough."""
    ordered = sorted(rows, key=lambda row: (row.expected, row.group))
    chosen: set[str] = set()
    expected = 0.0
    for row in ordered:
        if row.expected >= LEAST_EXPECTED and (not chosen or expected >= LEAST_EXPECTED):
            break
        chosen.add(row.group)
        expected += row.expected
    return frozenset(chosen)


def _merged(one: Stratum, small: frozenset[str]) -> Stratum:
    groups = {group: counts for group, counts in one.groups.items() if group not in small}
    rest = [counts for group, counts in one.groups.items() if group in small]
    if rest:
        groups[REST] = (sum(frame for frame, _drawn in rest), sum(drawn for _frame, drawn in rest))
    return Stratum(size=one.size, drawn=one.drawn, groups=groups)


def _chi_square(strata: Sequence[Stratum], small: frozenset[str]) -> Verdict:
    rows = rows_of(strata=strata)
    names = [row.group for row in rows]
    matrix = [[_summed(strata, left, right) for right in names] for left in names]
    statistic, degrees = _quadratic([row.drawn - row.expected for row in rows], matrix)
    if not degrees:
        return NOTHING
    p = tails.chi_square_tail(statistic=statistic, degrees=degrees)
    return Verdict(method="cmh", statistic=statistic, degrees=degrees, p=p, merged=tuple(sorted(small)))


def _summed(strata: Sequence[Stratum], left: str, right: str) -> float:
    none = (0, 0)
    return math.fsum(
        _covariance(one, one.groups.get(left, none)[0], one.groups.get(right, none)[0], same=left == right)
        for one in strata
    )


def _quadratic(difference: list[float], matrix: list[list[float]]) -> tuple[float, int]:
    """Return d' V^- d and the rank of V, by elimination with the largest diagonal first."""
    left, total, rank = set(range(len(difference))), 0.0, 0
    least = 1e-9 * max((matrix[i][i] for i in left), default=0.0)
    while left:
        pivot = max(left, key=lambda i: (matrix[i][i], -i))
        if matrix[pivot][pivot] <= least:
            break
        left.remove(pivot)
        total += difference[pivot] ** 2 / matrix[pivot][pivot]
        rank += 1
        for i in left:
            factor = matrix[i][pivot] / matrix[pivot][pivot]
            difference[i] -= factor * difference[pivot]
            for j in left:
                matrix[i][j] -= factor * matrix[pivot][j]
    return total, rank


def _exact(rows: Sequence[Row], strata: Sequence[Stratum]) -> Verdict:
    """Take the most unlikely group, times how many groups could vary; none if no outcome could have shown anything."""
    found, possible = [], []
    for row in rows:
        if row.expected >= LEAST_EXPECTED or row.deviation == 0:
            continue
        parts = [
            tails.hypergeometric(size=one.size, marked=one.groups[row.group][0], drawn=one.drawn)
            for one in strata
            if row.group in one.groups
        ]
        distribution = tails.sum_of(parts=parts)
        found.append(tails.two_sided(distribution=distribution, count=row.drawn))
        possible.append(min(tails.two_sided(distribution=distribution, count=count) for count in distribution))
    if not found or min(possible) * len(found) > LEVEL:
        return NOTHING
    return Verdict(method="exact", statistic=0.0, degrees=0, p=min(1.0, min(found) * len(found)), merged=())
