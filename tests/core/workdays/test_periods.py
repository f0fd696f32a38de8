"""How statutory periods are counted."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.workdays import CHINA, Pause, Unit, due, elapsed_percent, penalty_law_unit

ZONE = ZoneInfo("Asia/Shanghai")
STARTS = st.builds(
    datetime.combine,
    st.dates(date(2016, 1, 1), date(2028, 12, 31)),
    st.times(),
    st.just(ZONE),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def last_day(start: str, amount: int, unit: Unit, *pauses: Pause) -> date:
    return due(start=at(start), amount=amount, unit=unit, zone=ZONE, pauses=pauses).at.date()


def test_the_day_of_the_act_is_not_counted_and_the_last_day_runs_to_its_end() -> None:
    answer = due(start=at("2026-11-10T09:00"), amount=5, unit=Unit.WORKING_DAYS, zone=ZONE)

    assert answer.at == at("2026-11-17T23:59:59")
    assert not answer.is_provisional


def test_working_days_step_over_the_national_day_and_count_the_moved_saturday() -> None:
    assert last_day("2026-09-30T10:00", 3, Unit.WORKING_DAYS) == date(2026, 10, 10)


def test_a_last_calendar_day_on_a_holiday_moves_to_the_next_working_day() -> None:
    # Fifteen days after 2026-09-20 is 5 October, within the holidays.
    assert last_day("2026-09-20T10:00", 15, Unit.CALENDAR_DAYS) == date(2026, 10, 8)


def test_hours_run_through_nights_and_holidays() -> None:
    answer = due(start=at("2026-09-30T16:30"), amount=24, unit=Unit.HOURS, zone=ZONE)

    assert answer.at == at("2026-10-01T16:30")


@pytest.mark.parametrize(
    ("days", "unit"),
    [
        (2, Unit.WORKING_DAYS),
        (3, Unit.WORKING_DAYS),
        (5, Unit.WORKING_DAYS),
        (7, Unit.WORKING_DAYS),
        (15, Unit.CALENDAR_DAYS),
        (90, Unit.CALENDAR_DAYS),
    ],
)
def test_the_penalties_law_says_which_days_are_working_days(days: int, unit: Unit) -> None:
    assert penalty_law_unit(days) == unit


def test_paused_days_are_not_counted_and_the_day_of_going_on_is() -> None:
    pause = Pause(since=at("2026-11-12T10:00"), until=at("2026-11-16T10:00"))

    assert last_day("2026-11-10T09:00", 5, Unit.WORKING_DAYS, pause) == date(2026, 11, 19)


def test_a_pause_within_one_day_costs_no_day() -> None:
    pause = Pause(since=at("2026-11-12T10:00"), until=at("2026-11-12T18:00"))

    assert last_day("2026-11-10T09:00", 5, Unit.WORKING_DAYS, pause) == date(2026, 11, 17)


def test_a_pause_in_hours_moves_the_end_by_its_length() -> None:
    pause = Pause(since=at("2026-11-10T10:00"), until=at("2026-11-10T12:30"))
    answer = due(start=at("2026-11-10T09:00"), amount=24, unit=Unit.HOURS, zone=ZONE, pauses=[pause])

    assert answer.at == at("2026-11-11T11:30")


def test_a_year_without_a_table_is_marked_and_never_raises() -> None:
    answer = due(start=at("2026-12-28T09:00"), amount=20, unit=Unit.WORKING_DAYS, zone=ZONE)

    assert answer.is_provisional


@given(start=STARTS, amount=st.integers(1, 120), unit=st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]))
def test_a_period_in_days_always_ends_on_a_working_day_and_never_early(
    start: datetime, amount: int, unit: Unit
) -> None:
    end = due(start=start, amount=amount, unit=unit, zone=ZONE).at

    assert CHINA.is_working_day(end.date())
    assert end.date() >= start.date() + timedelta(days=amount)


@given(start=STARTS, amount=st.integers(1, 60), unit=st.sampled_from(list(Unit)), days=st.integers(0, 30))
def test_a_pause_never_makes_a_period_shorter(start: datetime, amount: int, unit: Unit, days: int) -> None:
    since = start + timedelta(hours=1)
    pause = Pause(since=since, until=since + timedelta(days=days))

    without = due(start=start, amount=amount, unit=unit, zone=ZONE).at
    paused = due(start=start, amount=amount, unit=unit, zone=ZONE, pauses=[pause]).at

    assert paused >= without


def test_the_elapsed_share_is_counted_in_whole_percent() -> None:
    start, end = at("2026-11-10T00:00"), at("2026-11-20T00:00")

    assert elapsed_percent(start=start, due_at=end, at=at("2026-11-15T00:00")) == 50
    assert elapsed_percent(start=start, due_at=end, at=at("2026-11-01T00:00")) == 0
    assert elapsed_percent(start=start, due_at=end, at=at("2026-11-22T00:00")) == 120
    assert elapsed_percent(start=end, due_at=end, at=end) == 100


def test_bad_input_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        due(start=at("2026-11-10T00:00"), amount=-1, unit=Unit.HOURS, zone=ZONE)
    with pytest.raises(ValueError, match="time zone"):
        due(start=datetime(2026, 11, 10), amount=1, unit=Unit.HOURS, zone=ZONE)  # noqa: DTZ001
