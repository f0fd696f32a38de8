"""The tails against printed tables and against counting by hand."""

import math

import pytest

from onevisit.core.fairness import tails


@pytest.mark.parametrize(
    ("degrees", "statistic"),
    [(1, 3.841459), (2, 5.991465), (3, 7.814728), (9, 16.918978), (10, 18.307038), (30, 43.772972), (61, 80.232098)],
)
def test_the_five_percent_points_of_the_printed_table(degrees: int, statistic: float) -> None:
    assert tails.chi_square_tail(statistic=statistic, degrees=degrees) == pytest.approx(0.05, abs=2e-7)


def test_nothing_differs_and_everything_differs() -> None:
    assert tails.chi_square_tail(statistic=0, degrees=1) == pytest.approx(1)
    assert tails.chi_square_tail(statistic=0, degrees=4) == pytest.approx(1)
    assert tails.chi_square_tail(statistic=5000, degrees=5) == 0


@pytest.mark.parametrize(("mean", "count"), [(1.0, 3), (0.25, 1), (4.5, 4), (30.0, 55), (2.0, 0), (700.0, 720)])
def test_the_poisson_tail_is_the_sum_of_its_terms(mean: float, count: int) -> None:
    terms = [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count, count + 2000)]

    assert tails.poisson_tail(mean=mean, count=count) == pytest.approx(math.fsum(terms), rel=1e-9)


def test_nothing_can_happen_where_nothing_is_expected() -> None:
    assert tails.poisson_tail(mean=0, count=1) == 0
    assert tails.poisson_tail(mean=0, count=0) == 1


def test_the_hypergeometric_counts_hands() -> None:
    found = tails.hypergeometric(size=12, marked=5, drawn=4)

    for count, p in found.items():
        assert p == pytest.approx(math.comb(5, count) * math.comb(7, 4 - count) / math.comb(12, 4))
    assert sum(found.values()) == pytest.approx(1)


def test_two_sided_is_fishers_exact_test() -> None:
    # The tea-tasting lady: 3 of 4 right has p = 34/70 on both sides.
    found = tails.hypergeometric(size=8, marked=4, drawn=4)

    assert tails.two_sided(distribution=found, count=3) == pytest.approx(34 / 70)


def test_times_of_counts_every_way() -> None:
    found = tails.times_of(chances=[0.5, 0.25, 1.0])

    assert found == pytest.approx([0.0, 0.375, 0.5, 0.125])
