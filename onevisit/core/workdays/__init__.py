"""The holiday calendar with its moved working days (调休), and how statutory periods are counted in it."""

from onevisit.core.workdays.calendar import CHINA, Calendar, YearTable
from onevisit.core.workdays.periods import Due, Pause, Unit, due, elapsed_percent, penalty_law_unit

__all__ = ["CHINA", "Calendar", "Due", "Pause", "Unit", "YearTable", "due", "elapsed_percent", "penalty_law_unit"]
