"""Objects drawn again within twelve months, beside what chance alone gives.

Each draw gives an object of its frame the chance n/N of its stratum. What these chances decide is independent from draw
to draw, so the number of times an object is drawn is a sum of independent events; adding these up over all objects
gives how many are to be expected drawn 0, 1, 2 … times.

Strata that are drawn whole (n = N) are left out, their chance and their drawn objects alike: nothing was left to
chance there, and what stands in such a stratum mostly stands there because an earlier draw chose it. A repetition of an
officer half draws the objects of the draw before, a later check of the same businesses draws only officers, and what
could not be inspected comes back for certain. Counted with the chance 1 they would say that chance had drawn these
objects twice. `certain` names the draws and how many objects were left out.

    p(object, draw) = n / N of its stratum, where n < N; several items of one draw: 1 - (1 - p1) (1 - p2) …
    P(object, k)    = the chance that exactly k of its events happen
    expected[k]     = sum of P(object, k) over the objects with any p
    p               = P(X >= objects drawn twice or more), X Poisson with the mean expected[2] + expected[3] + …
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from onevisit.core.draw.documents import Stratum
from onevisit.core.fairness import tails
from onevisit.core.fairness.counting import Counted

MOST_NAMED = 200


class TimesRow(TypedDict):
    """How many objects were drawn so many times, and how many were to be expected."""

    times: int
    observed: int
    expected: float


class RepeatedObject(TypedDict):
    """An object that was drawn more than once: in which draws, and how often it was to be expected."""

    object: str
    draws: list[str]
    expected: float


class CertainRow(TypedDict):
    """How many objects a draw took out of strata that are drawn whole; they are not counted."""

    draw: str
    objects: int


class Repeats(TypedDict):
    """The draws of twelve months together; `p` is the chance of so many repeated objects or more (Poisson).

    `draws` are those that left something to chance.
    """

    since: str
    until: str
    draws: list[str]
    rows: list[TimesRow]
    observed: int
    expected: float
    p: float
    objects: list[RepeatedObject]
    left_out: int
    certain: list[CertainRow]


@dataclass(frozen=True)
class Chances:
    """One draw: the chance of every object whose stratum leaves something to chance, and which of them were drawn."""

    draw: str
    t0: str
    rows: Iterable[tuple[str, float]] = field(repr=False)
    drawn: frozenset[str] = field(repr=False)
    certain: int = 0
    """How many objects were in strata that are drawn whole."""


def chances_of(*, draw: str, t0: str, counted: Sequence[Counted]) -> Chances:
    """Give every object its chance to be drawn in any counted item of a draw, but for strata that are drawn whole."""
    found = [list(_rows(one)) for one in counted]
    drawn = frozenset(pk for one, rows in zip(counted, found, strict=True) for pk, _chance in rows if pk in one.drawn)
    certain = sum(stratum.size for one in counted for stratum in one.item.strata if _is_whole(stratum))
    rows = found[0] if len(found) == 1 else _any_of(found)
    return Chances(draw=draw, t0=t0, rows=rows, drawn=drawn, certain=certain)


def since(*, t0: str) -> str:
    """Return the moment twelve months before, in the same form; moments of that form compare as text."""
    return f"{int(t0[:4]) - 1:04d}{t0[4:]}"


def repeats_of(*, draws: Iterable[Chances], since: str, until: str) -> Repeats:
    """Add up draws that lie in the twelve months; `draws` is read once, so that one frame is in memory at a time."""
    profiles = _Profiles()
    numbers: list[str] = []
    certain: list[CertainRow] = []
    drawn: dict[str, list[str]] = {}
    for one in draws:
        if profiles.add(one.rows):
            numbers.append(one.draw)
        if one.certain:
            certain.append(CertainRow(draw=one.draw, objects=one.certain))
        for object_id in one.drawn:
            drawn.setdefault(object_id, []).append(one.draw)
    expected = profiles.expected()
    observed = _observed(drawn, most=len(expected) - 1, every=len(profiles.of))
    again = sum(observed[2:])
    expected_again = sum(expected[2:])
    repeated = sorted(
        (object_id for object_id, found in drawn.items() if len(found) > 1), key=lambda pk: _rank(drawn, pk)
    )
    return Repeats(
        since=since,
        until=until,
        draws=numbers,
        rows=[
            TimesRow(times=times, observed=count, expected=round(expected[times], 6))
            for times, count in enumerate(observed)
        ],
        observed=again,
        expected=round(expected_again, 6),
        p=round(tails.poisson_tail(mean=expected_again, count=again), 6),
        objects=[
            RepeatedObject(object=pk, draws=drawn[pk], expected=round(sum(profiles.chances(pk)), 6))
            for pk in repeated[:MOST_NAMED]
        ],
        left_out=max(0, len(repeated) - MOST_NAMED),
        certain=certain,
    )


def _rank(drawn: dict[str, list[str]], object_id: str) -> tuple[int, str]:
    return -len(drawn[object_id]), object_id


def _observed(drawn: dict[str, list[str]], *, most: int, every: int) -> list[int]:
    counts = [every - len(drawn), *([0] * most)]
    for found in drawn.values():
        counts[len(found)] += 1
    return counts


def _rows(one: Counted) -> Iterator[tuple[str, float]]:
    chances = {stratum.id: stratum.quota / stratum.size for stratum in one.item.strata if not _is_whole(stratum)}
    for object_id, stratum in zip(one.frame.ids, one.frame.strata, strict=True):
        if stratum in chances:
            yield object_id, chances[stratum]


def _any_of(found: Iterable[Iterable[tuple[str, float]]]) -> Iterable[tuple[str, float]]:
    """Return the chance of each object to be drawn in any item."""
    kept: dict[str, float] = {}
    for rows in found:
        for object_id, chance in rows:
            kept[object_id] = 1 - (1 - kept.get(object_id, 0.0)) * (1 - chance)
    return kept.items()


def _is_whole(stratum: Stratum) -> bool:
    return stratum.quota == stratum.size


class _Profiles:
    """Objects with the same chances in the same draws are one profile: few of them, however many objects."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        self._all: list[tuple[float, ...]] = [()]
        self._next: dict[tuple[int, float], int] = {}

    def add(self, rows: Iterable[tuple[str, float]]) -> bool:
        """Add a draw; return whether it gave anybody a chance."""
        of, has_any = self.of, False
        for object_id, chance in rows:
            of[object_id] = self._step(of.get(object_id, 0), chance)
            has_any = True
        return has_any

    def chances(self, object_id: str) -> tuple[float, ...]:
        return self._all[self.of[object_id]]

    def expected(self) -> list[float]:
        """Add up the distributions of all objects."""
        sizes = [0] * len(self._all)
        for profile in self.of.values():
            sizes[profile] += 1
        total = [0.0] * (max(map(len, self._all)) + 1)
        for chances, size in zip(self._all, sizes, strict=True):
            for times, p in enumerate(tails.times_of(chances=sorted(chances)) if size else ()):
                total[times] += size * p
        return total

    def _step(self, profile: int, chance: float) -> int:
        found = self._next.get((profile, chance))
        if found is None:
            found = self._next[profile, chance] = len(self._all)
            self._all.append((*self._all[profile], chance))
        return found
