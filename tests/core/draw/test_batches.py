"""Batches by the seed: even, the same for every order of input, and computed by one line of shell."""

import subprocess
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.draw import batches

SEED = "ab" * 32
IDS = st.sets(st.integers(1, 10**6).map(str), min_size=1, max_size=30)


@given(ids=IDS, count=st.integers(1, 12))
def test_batches_are_even_and_do_not_depend_on_the_order_of_input(ids: set[str], count: int) -> None:
    found = batches.placed(seed=SEED, drawn=sorted(ids), count=count)

    assert found == batches.placed(seed=SEED, drawn=sorted(ids, reverse=True), count=count)
    assert {one.object_id for one in found} == ids
    assert [one.batch for one in found] == sorted(one.batch for one in found)
    sizes = Counter(one.batch for one in found)
    if len(ids) >= count:
        assert set(sizes) == set(range(1, count + 1))
        assert max(sizes.values()) - min(sizes.values()) <= 1


@given(ids=IDS, later=IDS, count=st.integers(1, 12))
def test_a_substitute_moves_nobody(ids: set[str], later: set[str], count: int) -> None:
    before = {one.object_id: one.batch for one in batches.placed(seed=SEED, drawn=ids, count=count)}
    after = {one.object_id: one.batch for one in batches.placed(seed=SEED, drawn=ids, substitutes=later, count=count)}

    assert {key: batch for key, batch in after.items() if key in ids} == before
    assert set(after) == ids | later
    assert set(after.values()) <= set(before.values())


def test_one_line_of_shell_gives_the_same_order_value() -> None:
    line = f"printf '%s' 'onevisit-batch1|{SEED}|91350200XMDM000001' | sha256sum"
    said = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout.split()[0]

    assert batches.order_value(seed=SEED, object_id="91350200XMDM000001") == said


def test_the_days_are_divided_among_the_batches() -> None:
    first, last = date(2026, 11, 24), date(2026, 11, 30)

    assert batches.days(first=first, last=last, count=3) == (
        (date(2026, 11, 24), date(2026, 11, 25)),
        (date(2026, 11, 26), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 11, 30)),
    )
    for count in (0, 8):
        with pytest.raises(ValueError, match="batches in 7 days"):
            batches.days(first=first, last=last, count=count)
    with pytest.raises(ValueError, match="one batch"):
        batches.placed(seed=SEED, drawn=["A"], count=0)
