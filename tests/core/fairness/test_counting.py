"""What is counted of one draw: groups, places in the list, strata, choice, pairs."""

import pytest

from onevisit.core.fairness import counting, officers
from onevisit.core.fairness.groups import encode_groups, parse_groups
from onevisit.core.refusals import Refused
from tests import fair_scenes

ROWS = [(object_id, "AB"[place % 2]) for place, object_id in enumerate(fair_scenes.ids(200))]
GROUPS = {
    object_id: (f"35020{3 + place % 2}", "街道", "company", "LMST"[place % 4], "某所")
    for place, (object_id, _s) in enumerate(ROWS)
}


def _counts(groups: dict[str, tuple[str, ...]] | None = None, **how: int) -> counting.Counts:
    found, files = fair_scenes.drawn("2026-X-0001", rows=ROWS, quotas={"A": 20, "B": 10}, **how)
    return counting.counts_of(receipt=found, frames=fair_scenes.frames_of(files), groups=groups)


def test_every_object_stands_in_one_cell_of_each_table() -> None:
    found = _counts(GROUPS)

    assert set(found["tables"]) == {"position", "district", "street", "kind", "size", "station"}
    for table in found["tables"].values():
        assert sum(cell[0] for cells in table.values() for cell in cells) == 200
        assert sum(cell[1] for cells in table.values() for cell in cells) == 30
    assert sorted(found["tables"]["position"]) == [f"{tenth:02d}" for tenth in range(1, 11)]
    assert all(sum(cell[0] for cell in cells) == 20 for cells in found["tables"]["position"].values())


def test_strata_give_what_the_quota_says() -> None:
    strata = _counts()["strata"]

    assert [(one["stratum"], one["frame"], one["quota"], one["drawn"]) for one in strata] == [
        ("A", 100, 20, 20),
        ("B", 100, 10, 10),
    ]


def test_without_groups_only_the_place_in_the_list_is_counted() -> None:
    assert set(_counts()["tables"]) == {"position"}


def test_objects_that_groups_do_not_name_are_counted_as_unknown() -> None:
    table = _counts({ROWS[0][0]: ("350203", "某街", "site", "-", "-")})["tables"]["district"]

    assert sum(cell[0] for cell in table["-"]) == 199


def test_items_of_one_namespace_are_one_draw() -> None:
    found, files = fair_scenes.drawn("2026-X-0001", rows=ROWS, quotas={"A": 20, "B": 10})

    counted = counting.counted_items(receipt=found, frames=fair_scenes.frames_of(files))

    assert [one.item.item for one in counted] == ["A01"]
    assert len(counted[0].drawn) == 30


def test_choice_is_counted_by_slot_and_narrow_slots_are_named() -> None:
    wide, narrow = _counts(), _counts(officers=3)

    assert wide["widths"] == [[2, 6, 60]]
    assert wide["narrow"] == []
    assert narrow["widths"] == [[2, 3, 60]]
    assert len(narrow["narrow"]) == 60
    assert narrow["narrow"][0]["width"] < 2 * narrow["narrow"][0]["need"]


def test_pairs_of_officers_are_counted_against_the_expectation() -> None:
    pairs = _counts()["pairs"]

    assert pairs is not None
    assert (pairs["visits"], pairs["officers"], pairs["possible"], pairs["meetings"]) == (30, 6, 15, 30)
    assert sum(times * count for times, count in pairs["times"]) == 30
    assert pairs["expected"] == 2.0  # thirty visits, fifteen pairs
    assert pairs["most"] == max(times for times, _count in pairs["times"])


def test_the_expectation_of_a_pair_is_what_chance_gives() -> None:
    met = 0
    for number in range(120):
        found, _files = fair_scenes.drawn(f"2026-X-{number:04d}", rows=ROWS[:40], quotas={"A": 4, "B": 4}, officers=5)
        meetings = officers.meetings_of(receipt=found)
        assert meetings is not None
        met += meetings.times["P001", "P003"]
        expected = meetings.expected(("P001", "P003"))

    assert expected == pytest.approx(0.8)
    assert met / 120 == pytest.approx(expected, abs=0.25)


def test_two_pools_meet_across() -> None:
    meetings = officers.Meetings(
        visits={"V1": (("A", "a1"), ("A", "a2"), ("B", "b1"))},
        members={"A": frozenset({"a1", "a2", "a3"}), "B": frozenset({"b1", "b2"})},
    )

    assert meetings.expected(("a1", "a2")) == pytest.approx(1 / 3)
    assert meetings.expected(("a1", "b1")) == pytest.approx(2 / 6)
    assert meetings.expected(("b1", "b2")) == 0
    assert meetings.possible == 3 + 6


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"A|1|2|3", "E_EOL"),
        (b"A|1|2\n", "E_LINE"),
        (b"A|1|2|3|4|5|6\n", "E_LINE"),
        (b"A|1|2|3\nA|1|2|3\n", "E_LINE"),
        (b"\xff\n", "E_FILE"),
    ],
)
def test_a_bad_groups_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_groups(data=data)

    assert refused.value.code == code


def test_size_and_station_are_unknown_in_files_of_before_they_were_kept() -> None:
    assert parse_groups(data=b"A|1|2|3\n")["A"] == ("1", "2", "3", "-", "-")


def test_groups_are_written_as_they_are_read() -> None:
    data = encode_groups(rows=[("B", ("350206", "某|街", "", "S", "某所")), ("A", ("", "x", "site", "", ""))])

    assert data.decode() == "A|-|x|site|-|-\nB|350206|某 街|-|S|某所\n"
    assert parse_groups(data=data)["B"] == ("350206", "某 街", "-", "S", "某所")
