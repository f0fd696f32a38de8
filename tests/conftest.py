"""Fixtures shared by all tests."""

import pytest

from tests import cast


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a reader who agrees with a changed access matrix write it."""
    parser.addoption("--write-matrix", action="store_true", help="write tests/access/matrix.txt anew")


@pytest.fixture
def people(db: None) -> cast.Cast:
    """The cast: the same departments and people in every test."""
    return cast.build()
