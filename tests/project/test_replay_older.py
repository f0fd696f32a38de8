"""A city that was begun with an earlier version: its entries lack what events have said only since."""

from typing import Any

from onevisit.project.replay import replaying
from onevisit.project.replay.noun import Noun, Published

THING = Noun(
    "thing",
    "things.Thing",
    {"thing.made": ("made",)},
    (
        Published("label", ("thing.made",), "label", lambda row: str(row.label)),
        Published("basis", ("thing.made",), "basis", lambda row: str(row.basis)),
    ),
)


def test_an_entry_that_is_older_than_a_field_says_nothing_of_it() -> None:
    older: dict[str, Any] = {}
    replaying._apply(THING, {"event": "thing.made", "subject": "1", "label": "A"}, older)
    newer: dict[str, Any] = {}
    replaying._apply(THING, {"event": "thing.made", "subject": "1", "label": "A", "basis": "B"}, newer)

    assert (older["1"].states, older["1"].fields) == (("made",), {"label": "A"})
    assert newer["1"].fields == {"label": "A", "basis": "B"}
