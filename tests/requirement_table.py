"""A pytest plugin: which of R1-R155 have passing tests. Loaded with `-p tests.requirement_table`.

A requirement passes when at least one test carries its mark and every one that does passes. R84 and R108 stand for
several lines of the founding text (R84a ... R84g); they pass when each of their letters does.
"""

import tomllib
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

LIST = Path(__file__).resolve().parents[1] / "docs/reference/requirements.toml"
_KEY = "requirement"


@dataclass
class Score:
    """How many tests of one mark passed and how many did not."""

    passed: int = 0
    failed: int = 0

    @property
    def holds(self) -> bool:
        return self.passed > 0 and self.failed == 0


@dataclass
class Table:
    """The list of requirements and what the tests said about them."""

    names: dict[str, str]
    letters: dict[str, str]
    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))

    def marks_of(self, number: str) -> list[str]:
        """Return the marks that must all pass for a requirement."""
        return [number + letter for letter in self.letters[number]] if number in self.letters else [number]

    def known(self) -> set[str]:
        return {mark for number in self.names for mark in self.marks_of(number)}

    def holds(self, number: str) -> bool:
        return all(self.scores[mark].holds for mark in self.marks_of(number))

    def line(self, number: str) -> str:
        marks = self.marks_of(number)
        passed = sum(self.scores[mark].passed for mark in marks)
        failed = sum(self.scores[mark].failed for mark in marks)
        said = "passes" if self.holds(number) else "FAILS" if failed else "part" if passed else "-"
        return f"{number:<5} {said:<7} {passed + failed:>3}  {self.names[number]}"


def read(path: Path = LIST) -> Table:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Table(names=content["names"], letters=content.get("letters", {}))


def marks_of_item(item: pytest.Item) -> list[str]:
    return [str(argument) for mark in item.iter_markers(_KEY) for argument in mark.args]


class RequirementTable:
    """Collects the outcome of every marked test, also from the workers of xdist, and prints the table."""

    def __init__(self) -> None:
        self.table = read()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        known = self.table.known()
        for item in items:
            unknown = set(marks_of_item(item)) - known
            if unknown:
                raise pytest.UsageError(f"{item.nodeid} carries unknown requirements: {', '.join(sorted(unknown))}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        report = yield
        report.user_properties += [(_KEY, mark) for mark in marks_of_item(item)]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.passed and report.when != "call":
            return
        for key, mark in report.user_properties:
            if key == _KEY:
                score = self.table.scores[str(mark)]
                score.passed += report.passed
                score.failed += not report.passed

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        names = self.table.names
        terminalreporter.section("requirements")
        for number in names:
            terminalreporter.write_line(self.table.line(number))

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        if not hasattr(config, "workerinput"):
            count = sum(self.table.holds(number) for number in self.table.names)
            print(f"\n{count} of {len(self.table.names)} requirements have passing tests")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(RequirementTable(), "requirement-table")
