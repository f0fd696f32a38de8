"""How many objects of each stratum are drawn; integers only."""

from collections.abc import Mapping

WHOLE = 10_000
"""Ten thousand basis points are all of a stratum."""


def by_rate(*, size: int, basis_points: int) -> int:
    """Give the quota of a stratum under a rate, rounded up."""
    return (size * basis_points + WHOLE - 1) // WHOLE


def by_total(*, total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Share a total among strata in proportion; what is left goes to the largest remainders."""
    everything = sum(sizes.values())
    quotas = {stratum: total * size // everything for stratum, size in sizes.items()}
    left = total - sum(quotas.values())
    by_remainder = sorted(sizes, key=lambda stratum: (-(total * sizes[stratum] % everything), stratum))
    for stratum in by_remainder[:left]:
        quotas[stratum] += 1
    return quotas
