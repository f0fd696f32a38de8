"""The report over several draws: objects drawn again, the twelve months, and bytes that do not depend on order."""

import json
from itertools import product

import pytest

from onevisit.core.fairness import counting, repeats, report
from onevisit.core.fairness.repeats import Chances
from tests import fair_scenes

ROWS = [(object_id, "A") for object_id in fair_scenes.ids(100)]
DAYS = {
    "2025-X-0001": "2025-11-18T15:00:00+08:00",
    "2026-X-0001": "2026-03-01T15:00:00+08:00",
    "2026-X-0002": "2026-06-01T15:00:00+08:00",
    "2026-X-0003": "2026-11-18T15:00:00+08:00",
}


def _report(numbers: list[str]) -> report.Report:
    counts, chances = [], {}
    for number in numbers:
        found, files = fair_scenes.drawn(number, rows=ROWS, quotas={"A": 20}, t0=DAYS[number])
        frames = fair_scenes.frames_of(files)
        counts.append(counting.counts_of(receipt=found, frames=frames, groups=None))
        items = counting.counted_items(receipt=found, frames=frames)
        chances[number] = repeats.chances_of(draw=number, t0=DAYS[number], counted=items)
    wanted = report.in_window(counts=counts)
    return report.report_of(counts=counts, chances=[chances[number] for number in wanted])


def test_objects_drawn_again_are_counted_within_twelve_months() -> None:
    found = _report(list(DAYS))["repeats"]

    assert found is not None
    assert found["draws"] == ["2026-X-0001", "2026-X-0002", "2026-X-0003"]  # a year and a day before is no more counted
    assert [row["times"] for row in found["rows"]] == [0, 1, 2, 3]
    assert sum(row["observed"] for row in found["rows"]) == 100
    assert sum(row["times"] * row["observed"] for row in found["rows"]) == 60
    # Three draws of one fifth: 3 (1/5)^2 (4/5) + (1/5)^3 of a hundred.
    assert found["expected"] == pytest.approx(100 * (3 * 0.04 * 0.8 + 0.008))
    assert found["observed"] == len(found["objects"])
    assert 0.01 < found["p"] <= 1
    assert found["objects"][0]["expected"] == pytest.approx(0.6)


def test_expectations_add_up_over_every_way_to_be_drawn() -> None:
    chances = {"X": (0.5, 0.2), "Y": (0.3,), "Z": (1.0, 0.0)}
    draws = [
        Chances(draw="1", t0="", rows=[("X", 0.5), ("Y", 0.3), ("Z", 1.0)], drawn=frozenset({"Z", "X"})),
        Chances(draw="2", t0="", rows=[("X", 0.2), ("Z", 0.0)], drawn=frozenset({"X"})),
    ]
    by_hand = [0.0, 0.0, 0.0]
    for own in chances.values():
        for outcome in product((0, 1), repeat=len(own)):
            p = 1.0
            for happened, chance in zip(outcome, own, strict=True):
                p *= chance if happened else 1 - chance
            by_hand[sum(outcome)] += p

    found = repeats.repeats_of(draws=draws, since="", until="")

    assert [row["expected"] for row in found["rows"]] == pytest.approx(by_hand)
    assert [row["observed"] for row in found["rows"]] == [1, 1, 1]
    assert found["objects"] == [{"object": "X", "draws": ["1", "2"], "expected": 0.7}]


def test_the_order_in_which_draws_are_read_changes_no_byte() -> None:
    numbers = list(DAYS)

    assert report.encode_report(report=_report(numbers)) == report.encode_report(report=_report(numbers[::-1]))


def test_no_draw_is_a_report_too() -> None:
    document = json.loads(report.encode_report(report=report.report_of(counts=[], chances=[])))

    assert document["draws"] == []
    assert document["repeats"] is None
    assert document["tables"]["position"]["test"]["method"] == "none"


def test_tables_add_up_over_draws_and_name_them() -> None:
    table = _report(list(DAYS))["tables"]["position"]

    assert table["draws"] == list(DAYS)
    assert sum(row["frame"] for row in table["rows"]) == 400
    assert sum(row["drawn"] for row in table["rows"]) == 80
    assert sum(row["expected"] for row in table["rows"]) == pytest.approx(80)
    assert table["test"]["method"] == "cmh"
    assert table["test"]["p"] > 0.001
