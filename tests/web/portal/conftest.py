"""Fixtures of the public pages."""

from pathlib import Path

import pytest

from tests.draw_scenes import Log


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "keys")
