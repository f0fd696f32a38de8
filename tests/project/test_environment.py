"""Settings come from the environment, each with its meaning in a generated reference."""

import re
from pathlib import Path

import pytest

from onevisit.project import environment as env
from onevisit.project import reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_of_settings_is_not_stale() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")

    assert page == reference.settings_page(), "run `make reference`"


def test_every_variable_that_the_code_reads_is_in_the_reference() -> None:
    known = {setting.name for setting in env.SETTINGS}
    read = {
        name
        for path in (ROOT / "onevisit").rglob("*.py")
        for name in re.findall(r'"(ONEVISIT_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }

    assert read - known == set()


def test_an_unknown_setting_is_a_bug() -> None:
    with pytest.raises(KeyError):
        env.text("ONEVISIT_UNKNOWN")


def test_a_database_url_may_carry_escaped_signs() -> None:
    made = env.database("postgres://o%40city:p%2Fw@db.example:5433/one%20visit")

    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == (
        "o@city",
        "p/w",
        "db.example",
        "5433",
        "one visit",
    )
