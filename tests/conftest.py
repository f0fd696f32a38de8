"""Fixtures shared by all tests."""

import pytest

from tests import cast


@pytest.fixture
def people(db: None) -> cast.Cast:
    """The cast: the same departments and people in every test."""
    return cast.build()
