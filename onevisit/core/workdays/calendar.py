"""Which day is worked: weekends, days off and moved working days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from onevisit.core.workdays.holidays import ARRANGEMENTS

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class YearTable:
    """The arrangement of one year: days off, and weekend days that are worked."""

    year: int
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if strangers := {day for day in self.off | self.worked if day.year != self.year}:
            raise ValueError(f"{self.year}: days of another year {sorted(strangers)}")
        if both := self.off & self.worked:
            raise ValueError(f"{self.year}: both off and worked {sorted(both)}")


@dataclass(frozen=True)
class Calendar:
    """A calendar of working days; a year without a table is counted by weekends and is provisional."""

    tables: Mapping[int, YearTable] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        table = self.tables.get(day.year)
        if table and day in table.worked:
            return True
        if table and day in table.off:
            return False
        return day.weekday() < 5

    def is_provisional(self, *days: date) -> bool:
        """Say whether any year from the first to the latest of `days` has no table yet."""
        years = range(min(days).year, max(days).year + 1)
        return any(year not in self.tables for year in years)

    def working_day_from(self, day: date) -> date:
        """Return `day` if it is worked, else the next working day."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`; `day` itself is not counted (行政处罚法 art. 85).

        Raises:
            ValueError: `count` is negative.
        """
        if count < 0:
            raise ValueError("count must not be negative")
        for _ in range(count):
            day = self.working_day_from(day + _DAY)
        return day

    def rest_days(self, first: date, latest: date) -> list[date]:
        """Return the days from `first` to `latest`, both counted, that are not worked."""
        return [day for day in _days(first, latest) if not self.is_working_day(day)]

    def working_days(self, first: date, latest: date) -> list[date]:
        """Return the days from `first` to `latest`, both counted, that are worked."""
        return [day for day in _days(first, latest) if self.is_working_day(day)]

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(day) for day in _days(start + _DAY, end))


def _days(first: date, latest: date) -> Iterator[date]:
    while first <= latest:
        yield first
        first += _DAY


def table(*, year: int, off: Iterable[tuple[str, str]], worked: Iterable[str]) -> YearTable:
    """Build a year's table from MM-DD ranges."""

    def on(text: str) -> date:
        return date.fromisoformat(f"{year}-{text}")

    days_off = {day for first, latest in off for day in _days(on(first), on(latest))}
    return YearTable(year=year, off=frozenset(days_off), worked=frozenset(on(text) for text in worked))


CHINA = Calendar({year: table(year=year, off=off, worked=worked) for year, (off, worked) in ARRANGEMENTS.items()})
