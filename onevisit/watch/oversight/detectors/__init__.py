"""What an alert rule counts: each detector reads the stages and returns the hits of its rule, nothing else.

A hit's `key` is the same whenever the same rows are counted again, so that a rule may run any number of times.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row that tripped a rule: what it is called and where it stands."""

    noun: str
    subject: str
    label: str
    url: str

    def as_json(self) -> dict[str, str]:
        return {"noun": self.noun, "subject": self.subject, "label": self.label, "url": self.url}


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One time that a rule is tripped: by whom, with what measure, on which rows."""

    key: str
    department_id: UUID
    measured: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a detector is given: the rule's figure, the moment, and how far back to look."""

    amount: int
    at: datetime
    since: datetime


Detector = Callable[[Look], Iterator[Hit]]


def in_groups(rows: Iterable[tuple[UUID, str, Row]], *, amount: int, measured: str = "{count} 次") -> Iterator[Hit]:
    """Return one hit for every `amount` rows of a department and scope, in the order in which they come.

    Args:
        rows: department, scope (a year, a target) and the row, oldest first.
    """
    held: dict[tuple[UUID, str], list[Row]] = {}
    groups: dict[tuple[UUID, str], int] = {}
    for department_id, scope, row in rows:
        place = (department_id, scope)
        held.setdefault(place, []).append(row)
        if len(held[place]) == amount:
            groups[place] = groups.get(place, 0) + 1
            yield Hit(
                key=f"{department_id}:{scope}:{groups[place]}",
                department_id=department_id,
                measured=measured.format(count=groups[place] * amount),
                rows=tuple(held.pop(place)),
            )
