"""Ledger entries as a timeline: by day, newest first, with what can be filtered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from onevisit.web.ui.menu import MENU

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


def view(entries: Iterable[Any], *, limit: int) -> dict[str, object]:
    """Group entries by day and list the kinds and organs among them."""
    said = [_said(entry) for _ordinal, entry in zip(range(limit), entries, strict=False)]
    days: list[tuple[date, list[Said]]] = [
        (day, list(found)) for day, found in groupby(said, key=lambda entry: entry.at.date())
    ]
    labels = {entry.key: entry.label for entry in MENU}
    return {
        "days": days,
        "kinds": [(kind, labels[kind]) for kind in labels if any(entry.kind == kind for entry in said)],
        "organs": sorted({entry.organ for entry in said} - {""}),
    }
