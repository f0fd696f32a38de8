"""Officers by who they are, over all draws of twelve months: who visits with whom, and who comes again to one target.

Pseudonyms differ from draw to draw, so only the house can count this; the public has each draw by itself.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypedDict

from onevisit.core.fairness import officers, tails
from onevisit.core.fairness.officers import Meetings, Pair
from onevisit.stages.draws.fairness.frames import receipt_of
from onevisit.stages.draws.models import Draw, Pseudonym

MOST_PAIRS = 20
MOST_RETURNS = 100
_LOOKED_AT = 200


class PairRow(TypedDict):
    """Two inspectors and how often they visited together."""

    inspectors: list[str]
    times: int
    expected: float
    p: float


class ReturnRow(TypedDict):
    """An inspector who was sent to one target in more than one draw."""

    inspector: str
    object: str
    draws: list[str]


class People(TypedDict):
    """The most unlikely pairs, and returns to a target; `expected` counts pairs of draws, as `observed` does."""

    draws: list[str]
    inspectors: int
    pairs: list[PairRow]
    observed: int
    expected: float
    p: float
    returns: list[ReturnRow]


@dataclass(frozen=True)
class _Known:
    """One draw with the people behind its pseudonyms."""

    number: str
    meetings: Meetings = field(repr=False)
    inspectors: dict[str, str] = field(repr=False)

    @property
    def pseudonyms(self) -> dict[str, str]:
        return {inspector: pseudonym for pseudonym, inspector in self.inspectors.items()}


def people_of(*, draws: Sequence[Draw]) -> People:
    """Count pairs and returns over draws, in the order of their `t0`."""
    known = [found for draw in draws if (found := _known(draw)) is not None]
    everybody = {inspector for one in known for inspector in one.inspectors.values()}
    sent = _sent(known)
    again = {key: numbers for key, numbers in sent.items() if len(numbers) > 1}
    observed = sum(math.comb(len(numbers), 2) for numbers in again.values())
    expected = _expected_returns(known)
    ordered = sorted(again, key=lambda key: (-len(again[key]), key))
    return People(
        draws=[one.number for one in known],
        inspectors=len(everybody),
        pairs=_pairs(known, possible=math.comb(len(everybody), 2)),
        observed=observed,
        expected=round(expected, 6),
        p=round(tails.poisson_tail(mean=expected, count=observed), 6),
        returns=[ReturnRow(inspector=key[0], object=key[1], draws=again[key]) for key in ordered[:MOST_RETURNS]],
    )


def _known(draw: Draw) -> _Known | None:
    meetings = officers.meetings_of(receipt=receipt_of(draw))
    if meetings is None:
        return None
    names = Pseudonym.objects.filter(draw=draw).values_list("pseudonym", "inspector_id")
    return _Known(number=draw.number, meetings=meetings, inspectors={pseudonym: str(pk) for pseudonym, pk in names})


def _pairs(known: Sequence[_Known], *, possible: int) -> list[PairRow]:
    times: Counter[Pair] = Counter()
    for one in known:
        for (left, right), count in one.meetings.times.items():
            if left in one.inspectors and right in one.inspectors:
                first, second = sorted((one.inspectors[left], one.inspectors[right]))
                times[first, second] += count
    pseudonyms = [one.pseudonyms for one in known]
    rows = []
    for pair, count in sorted(times.items(), key=lambda found: (-found[1], found[0]))[:_LOOKED_AT]:
        expected = math.fsum(
            one.meetings.expected((names[pair[0]], names[pair[1]]))
            for one, names in zip(known, pseudonyms, strict=True)
            if pair[0] in names and pair[1] in names
        )
        p = min(1.0, possible * tails.poisson_tail(mean=expected, count=count))
        rows.append(PairRow(inspectors=list(pair), times=count, expected=round(expected, 6), p=round(p, 6)))
    rows.sort(key=lambda row: (row["p"], -row["times"], row["inspectors"]))
    return rows[:MOST_PAIRS]


def _sent(known: Sequence[_Known]) -> dict[tuple[str, str], list[str]]:
    """Return in which draws each inspector was sent to each target."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in known:
        for visit, places in one.meetings.visits.items():
            for _pool, officer in places:
                if officer in one.inspectors:
                    found.setdefault((one.inspectors[officer], visit), []).append(one.number)
    return found


def _expected_returns(known: Sequence[_Known]) -> float:
    """Add up, for every target drawn in two draws, the chance that an inspector of both pools is sent both times."""
    chances: dict[str, list[dict[str, float]]] = {}
    for one in known:
        for visit, places in one.meetings.visits.items():
            chances.setdefault(visit, []).append(_chances(one, Counter(pool for pool, _officer in places)))
    return math.fsum(
        left[inspector] * right[inspector]
        for found in chances.values()
        for left, right in combinations(found, 2)
        for inspector in sorted(left.keys() & right.keys())
    )


def _chances(one: _Known, places: Counter[str]) -> dict[str, float]:
    """Return the chance of each inspector to be sent to a visit with so many places of each pool."""
    found: dict[str, float] = {}
    for pool, count in places.items():
        members = one.meetings.members[pool]
        for officer in members:
            if officer in one.inspectors:
                found[one.inspectors[officer]] = min(1.0, count / len(members))
    return found
