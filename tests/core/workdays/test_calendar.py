"""Which days are worked."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.workdays import CHINA, Calendar, YearTable

DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))


def test_every_day_from_2016_to_2026_agrees_with_an_independent_table() -> None:
    day = date(2016, 1, 1)
    differing = []
    while day <= date(2026, 12, 31):
        if CHINA.is_working_day(day) != chinese_calendar.is_workday(day):  # type: ignore[no-untyped-call]  # the package is untyped
            differing.append(day)
        day += timedelta(days=1)

    assert differing == []


def test_a_moved_working_day_is_worked_and_its_holiday_is_not() -> None:
    assert CHINA.is_working_day(date(2026, 10, 10))
    assert not CHINA.is_working_day(date(2026, 10, 7))


def test_a_year_without_a_table_counts_by_weekends_and_is_provisional() -> None:
    assert CHINA.is_working_day(date(2029, 10, 1))
    assert not CHINA.is_working_day(date(2029, 10, 6))
    assert CHINA.is_provisional(date(2029, 1, 1))
    assert CHINA.is_provisional(date(2026, 12, 30), date(2027, 1, 4))
    assert not CHINA.is_provisional(date(2026, 1, 1), date(2026, 12, 31))


@given(start=DAYS, count=st.integers(0, 60))
def test_adding_and_counting_working_days_agree(start: date, count: int) -> None:
    end = CHINA.add_working_days(start, count)

    assert CHINA.working_days_between(start, end) == count
    assert count == 0 or CHINA.is_working_day(end)
    assert CHINA.working_days_between(end, start) == -count


@given(DAYS)
def test_the_next_working_day_is_worked_and_near(day: date) -> None:
    found = CHINA.working_day_from(day)

    assert CHINA.is_working_day(found)
    assert timedelta(0) <= found - day <= timedelta(days=10)


def test_a_table_with_a_day_of_another_year_or_both_ways_is_refused() -> None:
    with pytest.raises(ValueError, match="another year"):
        YearTable(year=2026, off=frozenset({date(2027, 1, 1)}))
    with pytest.raises(ValueError, match="both off and worked"):
        YearTable(year=2026, off=frozenset({date(2026, 1, 1)}), worked=frozenset({date(2026, 1, 1)}))


def test_a_negative_count_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        Calendar().add_working_days(date(2026, 1, 1), -1)
