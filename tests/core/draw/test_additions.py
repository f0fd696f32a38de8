"""A roster that only adds: whatever is taken out of it, or made wider for one of those who stand, is named."""

from dataclasses import replace

import pytest

from onevisit.core.draw import additions
from onevisit.core.draw.documents import Officer, Pool, Recusal, Roster, SlotRule

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
        (replace(MORE, slots=(SlotRule("A", "new", ("A", "A")),)), "the places of A in new"),
    ],
)
def test_what_is_missing_or_wider_is_named(now: Roster, named: str) -> None:
    assert additions.lost(before=BEFORE, now=now) == (named,)
