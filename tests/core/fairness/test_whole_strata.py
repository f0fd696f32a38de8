"""Strata that are drawn whole tell nothing of chance: an honest city that repeats or checks again is fair."""

import pytest

from onevisit.core.fairness import counting, inclusion, repeats
from onevisit.core.fairness.counting import Counted
from onevisit.core.fairness.inclusion import Stratum
from onevisit.core.fairness.repeats import Chances, Repeats
from tests import fair_scenes

IDS = fair_scenes.ids(1000)
FIRST, SECOND = "2026-X-0001", "2026-X-0002"


def _counted(number: str, objects: dict[str, list[str]], quotas: dict[str, int]) -> list[Counted]:
    rows = [(object_id, stratum) for stratum, ids in objects.items() for object_id in ids]
    found, files = fair_scenes.drawn(number, rows=sorted(rows), quotas=quotas)
    return counting.counted_items(receipt=found, frames=fair_scenes.frames_of(files))


def _repeats(**draws: list[Counted]) -> Repeats:
    found = [repeats.chances_of(draw=name, t0="", counted=counted) for name, counted in draws.items()]
    return repeats.repeats_of(draws=found, since="", until="")


@pytest.fixture(scope="module")
def first() -> list[Counted]:
    """Fifty of a thousand."""
    return _counted(FIRST, {"A": IDS}, {"A": 50})


def test_the_officers_of_a_draw_drawn_again_repeat_no_object(first: list[Counted]) -> None:
    drawn = sorted(first[0].drawn)

    found = _repeats(first=first, again=_counted(SECOND, {"A": drawn}, {"A": 50}))

    assert (found["observed"], found["expected"], found["p"]) == (0, 0.0, 1.0)
    assert found["draws"] == ["first"]
    assert found["certain"] == [{"draw": "again", "objects": 50}]
    assert [(row["times"], row["observed"], row["expected"]) for row in found["rows"]] == [(0, 950, 950), (1, 50, 50)]
    assert found["objects"] == []


def test_a_later_check_that_draws_only_officers_repeats_no_object(first: list[Counted]) -> None:
    second = _counted(SECOND, {"A": IDS}, {"A": 50})
    found = _repeats(first=first, second=second)
    checked = sorted(first[0].drawn)[:30] + sorted(second[0].drawn - first[0].drawn)[:30]

    later = _repeats(first=first, second=second, later=_counted("2026-X-0003", {"A": checked}, {"A": 60}))

    assert later == {**found, "certain": [{"draw": "later", "objects": 60}]}
    assert found["expected"] == pytest.approx(1000 * 0.05**2)


def test_what_comes_back_for_certain_is_left_out_and_the_others_of_its_draw_are_counted(first: list[Counted]) -> None:
    back = sorted(first[0].drawn)[:20]
    others = [object_id for object_id in IDS if object_id not in back]
    second = _counted(SECOND, {"A": others, "BACK": back}, {"A": 49, "BACK": 20})

    found = _repeats(first=first, second=second)

    by_chance = first[0].drawn & second[0].drawn - set(back)
    assert found["draws"] == ["first", "second"]
    assert {row["object"] for row in found["objects"]} == by_chance
    assert found["observed"] == len(by_chance)
    assert found["expected"] == pytest.approx(len(others) * 0.05 * 49 / len(others), abs=1e-6)
    assert found["certain"] == [{"draw": "second", "objects": 20}]


def test_who_is_drawn_whole_for_one_item_keeps_the_chance_of_another(first: list[Counted]) -> None:
    whole = _counted(SECOND, {"A": IDS[:40]}, {"A": 40})

    alone = repeats.chances_of(draw=FIRST, t0="", counted=first)
    both = repeats.chances_of(draw=FIRST, t0="", counted=[*whole, *first])

    assert dict(both.rows) == pytest.approx(dict(alone.rows))
    assert both.drawn == alone.drawn
    assert (alone.certain, both.certain) == (0, 40)


def test_a_draw_that_repeats_objects_by_chance_is_still_found_out() -> None:
    rows = [(object_id, 0.05) for object_id in IDS]
    drawn = frozenset(IDS[:50])

    found = repeats.repeats_of(
        draws=[Chances(draw=name, t0="", rows=rows, drawn=drawn) for name in ("1", "2")], since="", until=""
    )

    assert found["observed"] == 50
    assert found["p"] < 1e-6


def test_draws_that_leave_nothing_to_chance_are_no_statistic() -> None:
    found = _repeats(whole=_counted(FIRST, {"A": IDS[:40]}, {"A": 40}))

    assert (found["draws"], found["observed"], found["expected"], found["p"]) == ([], 0, 0.0, 1.0)


def test_what_is_certain_does_not_count_towards_the_least_that_a_test_expects() -> None:
    few = Stratum(size=40, drawn=6, groups={"a": (20, 6), "b": (20, 0)})
    whole = Stratum(size=100, drawn=100, groups={"a": (50, 50), "b": (50, 50)})

    found = inclusion.verdict_of(strata=[few, whole])

    assert found == inclusion.verdict_of(strata=[few])
    assert found.method == "exact"
    assert [(row.frame, row.drawn, row.expected) for row in inclusion.rows_of(strata=[few, whole])] == [
        (70, 56, 53.0),
        (70, 50, 53.0),
    ]
