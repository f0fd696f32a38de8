"""The statistics of all opened draws as one document, which anybody gets byte for byte from the public files."""

import json
from collections.abc import Iterable, Sequence
from typing import TypedDict

from onevisit.core.fairness import inclusion, repeats
from onevisit.core.fairness.counting import POSITION, Counts
from onevisit.core.fairness.groups import FIELDS
from onevisit.core.fairness.inclusion import Stratum
from onevisit.core.fairness.repeats import Chances, Repeats

VERSION = "fairness2"
"""Changes with every formula: 2 leaves strata that are drawn whole out of the repeats and the tests."""
TABLES = (*FIELDS, POSITION)
FIXED = "stratum"


class RowDocument(TypedDict):
    """One group: in frames, drawn, expected under the quotas, and the standard deviation of that."""

    group: str
    frame: int
    drawn: int
    expected: float
    deviation: float


class VerdictDocument(TypedDict):
    """A test: `cmh` with its degrees, `exact` without, `none` if the sample is too small to tell."""

    method: str
    statistic: float
    degrees: int
    p: float
    merged: list[str]


class TableDocument(TypedDict):
    """One table with its test and the draws that it counts."""

    rows: list[RowDocument]
    test: VerdictDocument
    draws: list[str]


class Report(TypedDict):
    """Everything: the raw counts of each draw, the tables over all of them, and the objects drawn again."""

    v: str
    draws: list[Counts]
    tables: dict[str, TableDocument]
    repeats: Repeats | None


def report_of(*, counts: Sequence[Counts], chances: Iterable[Chances]) -> Report:
    """Write the report.

    Args:
        counts: every opened draw.
        chances: those whose `t0` lies in the twelve months up to the latest, in the order of `t0` and number.
    """
    ordered = sorted(counts, key=lambda one: (one["t0"], one["draw"]))
    again = None
    if ordered:
        until = ordered[-1]["t0"]
        again = repeats.repeats_of(draws=chances, since=repeats.since(t0=until), until=until)
    return Report(
        v=VERSION,
        draws=ordered,
        tables={FIXED: _fixed(ordered), **{name: _table(name, ordered) for name in TABLES}},
        repeats=again,
    )


def in_window(*, counts: Sequence[Counts]) -> list[str]:
    """Return the numbers of the draws of the twelve months up to the latest, in the order the report reads them."""
    ordered = sorted((one["t0"], one["draw"]) for one in counts)
    first = repeats.since(t0=ordered[-1][0]) if ordered else ""
    return [number for t0, number in ordered if t0 > first]


def encode_report(*, report: Report) -> bytes:
    """Write the file: JSON with sorted keys, one value a line, UTF-8, one LF at the end."""
    return (json.dumps(report, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _table(name: str, counts: Sequence[Counts]) -> TableDocument:
    holding = [one for one in counts if name in one["tables"]]
    strata = [stratum for one in holding for stratum in _strata(one, name)]
    verdict = inclusion.verdict_of(strata=strata)
    return TableDocument(
        rows=[
            RowDocument(
                group=row.group,
                frame=row.frame,
                drawn=row.drawn,
                expected=round(row.expected, 6),
                deviation=round(row.deviation, 6),
            )
            for row in inclusion.rows_of(strata=strata)
        ],
        test=VerdictDocument(
            method=verdict.method,
            statistic=round(verdict.statistic, 6),
            degrees=verdict.degrees,
            p=round(verdict.p, 6),
            merged=list(verdict.merged),
        ),
        draws=[one["draw"] for one in holding],
    )


def _strata(one: Counts, name: str) -> list[Stratum]:
    table = one["tables"][name]
    return [
        Stratum(
            size=stratum["frame"],
            drawn=stratum["drawn"],
            groups={group: (cells[place][0], cells[place][1]) for group, cells in table.items() if cells[place][0]},
        )
        for place, stratum in enumerate(one["strata"])
    ]


def _fixed(counts: Sequence[Counts]) -> TableDocument:
    """Strata are drawn by their quotas: what was drawn is what the rule says, so there is nothing to test."""
    found: dict[str, list[int]] = {}
    for one in counts:
        for stratum in one["strata"]:
            row = found.setdefault(stratum["stratum"], [0, 0, 0])
            for place, number in enumerate((stratum["frame"], stratum["drawn"], stratum["quota"])):
                row[place] += number
    rows = [
        RowDocument(group=name, frame=frame, drawn=drawn, expected=float(quota), deviation=0.0)
        for name, (frame, drawn, quota) in sorted(found.items())
    ]
    test = VerdictDocument(method="fixed", statistic=0.0, degrees=0, p=1.0, merged=[])
    return TableDocument(rows=rows, test=test, draws=[one["draw"] for one in counts])
