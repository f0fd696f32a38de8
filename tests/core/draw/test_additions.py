"""A roster that only adds: whatever is taken out of it, or made wider for one of those who stand, is named."""

from dataclasses import replace
from typing import Any

import pytest

from onevisit.core.draw import additions, forms
from onevisit.core.draw.documents import Officer, Pool, Recusal, Roster, SlotRule
from onevisit.core.draw.results import Receipt, Result
from onevisit.core.refusals import Refused
from tests.core.draw.vectors import DRAWS, encoded

OFFICERS = (Officer("P1", "A", 4, ""), Officer("P2", "A", 4, ""))
BEFORE = Roster(
    slack=1,
    officers=OFFICERS,
    pools=(Pool("A", ("P1", "P2")),),
    slots=(SlotRule("A", "S", ("A", "A")), SlotRule("A", "T", ("A", "A"))),
    recusals=(Recusal("O1", "P1", "INTEREST"),),
    digest="",
    document={},
)
MORE = replace(
    BEFORE,
    officers=(*OFFICERS, Officer("P3", "A", 4, "")),
    pools=(Pool("A", ("P1", "P2", "P3")), Pool("B", ("P3",))),
    slots=BEFORE.slots[:1],
    recusals=(*BEFORE.recusals, Recusal("O2", "P3", "RELATIVE")),
)


def test_more_people_pools_and_recusals_for_some_of_the_strata_lose_nothing() -> None:
    assert additions.lost(before=BEFORE, now=MORE) == ()
    spent = (replace(OFFICERS[0], cap=0, reason="HELD"), *MORE.officers[1:])
    assert additions.lost(before=BEFORE, now=replace(MORE, officers=spent)) == ()


@pytest.mark.parametrize(
    ("now", "named"),
    [
        (replace(MORE, officers=MORE.officers[1:]), "officer P1"),
        (replace(MORE, officers=(replace(OFFICERS[0], department="B"), *MORE.officers[1:])), "officer P1"),
        (replace(MORE, officers=(replace(OFFICERS[0], cap=5), *MORE.officers[1:])), "the cap of officer P1"),
        (replace(MORE, pools=(Pool("A", ("P1", "P3")),)), "officer P2 in pool A"),
        (replace(MORE, recusals=MORE.recusals[1:]), "recusal of P1 at O1"),
        (replace(MORE, slots=(SlotRule("A", "S", ("A", "B")),)), "the places of A in S"),
        (replace(MORE, slack=10_000), "the slack of the balance"),
        (replace(MORE, slots=(SlotRule("A", "new", ("A", "A")),)), "the places of A in new"),
    ],
)
def test_what_is_missing_or_wider_is_named(now: Roster, named: str) -> None:
    assert additions.lost(before=BEFORE, now=now) == (named,)


SHORT = "officers infeasible"


def _now(result: Result, *, roster: Roster | None = None) -> Receipt:
    """Return the repetition of the draw that fell short, with this as what it drew."""
    before = _before()
    return replace(before, results=(replace(before.results[0], result=result),), roster=roster or before.roster)


def _before() -> Receipt:
    return forms.parse_receipt(data=encoded(DRAWS[SHORT]["receipt"]))


def _fewer(result: Result, *, of_item: int) -> Result:
    """Leave out what one item alone draws first."""
    item = result.items[of_item]
    place = next(place for place, stratum in enumerate(item.strata) if stratum.selected)
    strata = list(item.strata)
    strata[place] = replace(strata[place], selected=strata[place].selected[1:])
    items = list(result.items)
    items[of_item] = replace(item, strata=tuple(strata))
    return replace(result, items=tuple(items))


def test_the_same_objects_are_kept_and_who_takes_no_more_is_counted() -> None:
    before = _before()
    assert before.roster is not None
    first, *others = before.roster.officers
    spent = replace(before.roster, officers=(replace(first, cap=0, reason="HELD"), *others))

    kept = f"keeps every officer, pool and recusal of {before.manifest.draw}"
    result = before.results[0].result
    assert additions.check_repetition(before=before, now=_now(result)) == f"{kept} and adds 0 officers"
    said = additions.check_repetition(before=before, now=_now(result, roster=spent))
    assert said == f"{kept}, 1 of whom take no more, and adds 0 officers"


def test_an_object_or_an_item_that_is_left_out_or_beside_what_was_drawn_is_named() -> None:
    before = _before()
    result = before.results[0].result
    changes: list[tuple[Any, Any]] = [(result, _fewer(result, of_item=n)) for n in range(len(result.items))]
    changes.append((result, replace(result, items=result.items[1:])))
    for whole, less in changes:
        with pytest.raises(Refused, match="is left out"):
            additions.check_repetition(before=before, now=_now(less))
        had_less = replace(before, results=(replace(before.results[0], result=less),))
        with pytest.raises(Refused, match="was not drawn"):
            additions.check_repetition(before=had_less, now=_now(whole))
