"""Files and keys of these tests lie in a folder of their own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"
    settings.KEYS = tmp_path / "keys"
