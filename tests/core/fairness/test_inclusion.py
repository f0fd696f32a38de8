"""The test of inclusion: right where it can be worked out otherwise, quiet about fair draws, loud about unfair ones."""

import hashlib
import random

import pytest

from onevisit.core.fairness import inclusion
from onevisit.core.fairness.inclusion import Stratum


def _stratum(size: int, taken: set[int], of: list[str]) -> Stratum:
    groups: dict[str, tuple[int, int]] = {}
    for place in range(size):
        frame, drawn = groups.get(of[place], (0, 0))
        groups[of[place]] = frame + 1, drawn + (place in taken)
    return Stratum(size=size, drawn=len(taken), groups=groups)


def _by_tickets(seed: str, size: int, count: int) -> set[int]:
    tickets = sorted((hashlib.sha256(f"{seed}|{place}".encode()).hexdigest(), place) for place in range(size))
    return {place for _ticket, place in tickets[:count]}


def test_one_stratum_gives_pearsons_statistic_without_its_continuity_of_n() -> None:
    # For one stratum the generalised test is (N - 1) / N times Pearson's chi-square of the 2 x G table.
    table = {"a": (60, 20), "b": (100, 45), "c": (40, 15)}
    size, drawn = 200, 80
    pearson = sum(
        (seen - frame * share) ** 2 / (frame * share)
        for frame, taken in table.values()
        for seen, share in ((taken, drawn / size), (frame - taken, 1 - drawn / size))
    )

    found = inclusion.verdict_of(strata=[Stratum(size=size, drawn=drawn, groups=table)])

    assert (found.method, found.degrees) == ("cmh", 2)
    assert found.statistic == pytest.approx(pearson * (size - 1) / size)


def test_two_groups_in_strata_give_the_statistic_of_mantel_and_haenszel() -> None:
    strata = [
        Stratum(size=100, drawn=30, groups={"a": (40, 18), "b": (60, 12)}),
        Stratum(size=50, drawn=20, groups={"a": (20, 10), "b": (30, 10)}),
    ]
    observed, expected = 28, 30 * 40 / 100 + 20 * 20 / 50
    variance = 30 * 70 * 40 * 60 / (100**2 * 99) + 20 * 30 * 20 * 30 / (50**2 * 49)

    found = inclusion.verdict_of(strata=strata)

    assert found.degrees == 1
    assert found.statistic == pytest.approx((observed - expected) ** 2 / variance)


def test_draws_by_ticket_are_called_fair_as_often_as_the_level_says() -> None:
    of = [f"{place % 5}" for place in range(150)]
    low = 0
    for number in range(400):
        taken = _by_tickets(f"seed {number}", 150, 60)
        low += inclusion.verdict_of(strata=[_stratum(150, taken, of)]).p < 0.05

    assert 8 <= low <= 34  # 20 are expected; beyond this lies a chance of about one in a thousand on each side


def test_a_walk_with_a_stride_is_found_out() -> None:
    # The public code that exists walks a sorted list with a stride: some tenths of the list are hardly ever reached.
    of = [f"{place * 10 // 300:02d}" for place in range(300)]
    strata = [_stratum(300, {(start + 3 * step) % 300 for step in range(60)}, of) for start in range(6)]

    assert inclusion.verdict_of(strata=strata).p < 1e-6


def test_small_groups_are_put_together() -> None:
    groups = {"a": (100, 20), "b": (90, 18), "c": (6, 1), "d": (4, 1)}

    found = inclusion.verdict_of(strata=[Stratum(size=200, drawn=40, groups=groups)])

    assert found.method == "cmh"
    assert found.merged == ("b", "c", "d")  # c and d alone expect two, so the next joins them
    assert found.degrees == 1


def test_few_drawn_are_tested_exactly() -> None:
    # All six drawn of one half of forty: 2 x C(20,6) / C(40,6) on both sides, times two groups.
    found = inclusion.verdict_of(strata=[Stratum(size=40, drawn=6, groups={"a": (20, 6), "b": (20, 0)})])

    assert found.method == "exact"
    assert found.p == pytest.approx(2 * 2 * 38760 / 3838380)


def test_a_sample_too_small_to_tell_says_so() -> None:
    found = inclusion.verdict_of(strata=[Stratum(size=12, drawn=2, groups={"a": (6, 2), "b": (6, 0)})])

    assert found == inclusion.NOTHING


@pytest.mark.parametrize("drawn", [0, 200])
def test_who_draws_all_or_none_proves_nothing(drawn: int) -> None:
    taken = drawn // 2
    found = inclusion.verdict_of(strata=[Stratum(size=200, drawn=drawn, groups={"a": (100, taken), "b": (100, taken)})])

    assert found == inclusion.NOTHING


def test_no_draw_is_no_test() -> None:
    assert inclusion.verdict_of(strata=[]) == inclusion.NOTHING
    assert inclusion.rows_of(strata=[]) == []


def test_the_order_of_strata_changes_nothing() -> None:
    of = [f"{place % 7}" for place in range(210)]
    strata = [_stratum(210, _by_tickets(f"{number}", 210, 70), of) for number in range(5)]
    mixed = list(strata)
    random.Random(1).shuffle(mixed)

    one, other = inclusion.verdict_of(strata=strata), inclusion.verdict_of(strata=mixed)

    assert one.statistic == pytest.approx(other.statistic)
