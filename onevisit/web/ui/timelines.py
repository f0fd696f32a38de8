"""Ledger entries as a timeline: by day, newest first, with what can be filtered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from django.utils import timezone

from onevisit.web.ui.menu import MENU

OPEN_RUNS = 25
KINDS = {
    "campaign": "plans",
    "offer": "offers",
    "part": "offers",
    "draw": "draws",
    "visit": "visits",
    "inspection": "visits",
    "finding": "findings",
    "publication": "publication",
    "result": "publication",
    "credit": "publication",
}


@dataclass(frozen=True)
class Said:
    """One entry as a person reads it."""

    id: str
    at: datetime
    actor: str
    capacity: str
    organ: str
    sentence: str
    kind: str


@dataclass(frozen=True)
class Run:
    """The same words of the same person, one right after the other: one line for all of them."""

    first: Said
    more: tuple[Said, ...]

    @property
    def count(self) -> int:
        return 1 + len(self.more)


@dataclass(frozen=True)
class Day:
    """What was done on one day."""

    day: date
    runs: tuple[Run, ...]


def _said(entry: Any) -> Said:
    organ = entry.capacity.rsplit(" · ", 2)[-2] if " · " in entry.capacity else ""
    return Said(
        id=str(entry.pk),
        at=timezone.localtime(entry.at),
        actor=entry.actor_name or entry.actor,
        capacity=entry.capacity,
        organ=organ,
        sentence=entry.sentence,
        kind=KINDS.get(entry.event.split(".")[0], "settings"),
    )


def view(entries: Iterable[Any], *, limit: int, open_runs: int = OPEN_RUNS) -> dict[str, object]:
    """Group entries by day and by what repeats, fold what is old, and list the kinds and organs among them.

    Args:
        limit: how many entries are shown at all; `is_cut` tells that there are more.
        open_runs: how many lines stand open; older ones are folded.
    """
    found = [_said(entry) for entry in islice(entries, limit + 1)]
    said = found[:limit]
    runs = [Run(first, tuple(more)) for first, *more in (list(same) for _key, same in groupby(said, key=_same))]
    labels = {entry.key: entry.label for entry in MENU}
    return {
        "days": _days(runs[:open_runs]),
        "folded": _days(runs[open_runs:]),
        "folded_count": sum(run.count for run in runs[open_runs:]),
        "limit": limit if len(found) > limit else 0,
        "kinds": [(kind, labels[kind]) for kind in labels if any(entry.kind == kind for entry in said)],
        "organs": sorted({entry.organ for entry in said} - {""}),
    }


def _same(entry: Said) -> tuple[str, ...]:
    return (entry.at.date().isoformat(), entry.actor, entry.capacity, entry.sentence)


def _days(runs: list[Run]) -> list[Day]:
    return [Day(day, tuple(of)) for day, of in groupby(runs, key=lambda run: run.first.at.date())]
