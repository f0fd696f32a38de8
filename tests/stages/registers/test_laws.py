"""The register of laws keeps every wording with its dates."""

from datetime import date
from pathlib import Path

import pytest

from onevisit.stages import registers
from onevisit.stages.registers.imports.kinds import laws
from onevisit.stages.registers.imports.reading import UnreadableFile

FILE = Path(registers.__file__).with_name("laws.json")


@pytest.fixture(scope="module")
def articles() -> dict[str, dict[str, object]]:
    sheet = laws.read(FILE.read_bytes())
    return {str(row.values["id"]): row.values for row in sheet.rows if "law_id" in row.values}


@pytest.mark.parametrize(
    ("article", "start", "end"),
    [
        ("hazardous-chemicals-safety-law-53", date(2026, 5, 1), None),
        ("ecological-environment-code-216", date(2026, 8, 15), None),
        ("air-pollution-law-47", date(2018, 10, 26), date(2026, 8, 14)),
        ("fisheries-law-30", date(2014, 3, 1), date(2026, 4, 30)),
        ("fisheries-law-44-2025-12-27", date(2026, 5, 1), None),
        ("trademark-law-57", date(2019, 11, 1), date(2026, 12, 31)),
        ("food-safety-law-110", date(2021, 4, 29), None),
        ("public-place-hygiene-regulation-7", date(1987, 4, 1), None),
    ],
)
def test_an_article_holds_from_and_to_its_dates(
    articles: dict[str, dict[str, object]], article: str, start: date, end: date | None
) -> None:
    found = articles[article]

    assert (found["valid_from"], found["valid_to"]) == (start, end)


def test_a_wording_whose_beginning_no_text_states_is_not_verified(articles: dict[str, dict[str, object]]) -> None:
    assert articles["medical-institution-regulation-39-2022-03-29"]["is_verified"] is False
    assert articles["hazardous-chemicals-safety-law-53"]["is_verified"] is True


def test_another_file_is_refused_in_one_sentence() -> None:
    with pytest.raises(UnreadableFile, match="须有 laws 和 articles 两个列表"):
        laws.read(b'{"rows": []}')
