"""The table of requirements counts honestly: every mark is known, and a requirement of many lines needs all of them."""

import re
from pathlib import Path

import pytest

from tests import requirement_table
from tests.requirement_table import Score

ROOT = Path(__file__).resolve().parents[2]
_MARK = re.compile(r"mark\.requirement\(([^)]*)\)")


def test_the_list_is_r1_to_r155_each_with_a_name() -> None:
    names = requirement_table.read().names

    assert list(names) == [f"R{number}" for number in range(1, 156)]
    assert all(names.values())


def test_every_mark_in_the_tests_is_known() -> None:
    known = requirement_table.read().known()
    used = {
        number
        for path in (ROOT / "tests").rglob("*.py")
        for given in _MARK.findall(path.read_text(encoding="utf-8"))
        for number in re.findall(r'"(R[^"]*)"', given)
    }

    assert used - known == set()


@pytest.mark.parametrize(("number", "letters"), [("R84", "abcdefg"), ("R108", "abcdefghi")])
def test_a_requirement_of_many_lines_needs_each(number: str, letters: str) -> None:
    table = requirement_table.read()
    assert table.marks_of(number) == [number + letter for letter in letters]

    for letter in letters[:-1]:
        table.scores[number + letter] = Score(passed=1)
    assert not table.holds(number)
    assert "part" in table.line(number)

    table.scores[number + letters[-1]] = Score(passed=1)
    assert table.holds(number)


def test_one_failing_test_takes_the_requirement_away() -> None:
    table = requirement_table.read()

    table.scores["R59"] = Score(passed=7, failed=1)

    assert not table.holds("R59")
    assert "FAILS" in table.line("R59")


def test_a_requirement_without_a_test_does_not_hold() -> None:
    assert not requirement_table.read().holds("R155")
