"""What a draw would ask of each officer, and among how many each place is drawn: seen before it binds, worst first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from onevisit.stages.draws import documents
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.pool.eligibility import Places
from onevisit.stages.offers.selectors import SettledPart


@dataclass(frozen=True, kw_only=True)
class OfficerLoad:
    """One officer: to how many targets he can expect to go, and from how many of the pool he stays away."""

    inspector_id: UUID
    name: str
    department: str
    expected: float
    recused: int


@dataclass(frozen=True, kw_only=True)
class PlaceChoice:
    """One place of a department at a target, or at all targets of the pool that stand alike.

    `width` counts who is left for this place when the places before it are taken.
    """

    target: str
    targets: int
    department: str
    place: int
    width: int


def loads(ground: Ground, barred: Mapping[UUID, set[UUID]]) -> tuple[OfficerLoad, ...]:
    """Return every officer who can be drawn, the greatest expected load first.

    At each target every officer who may go has the same chance; a target counts with the chance that it is drawn.
    """
    chances = _chances(ground)
    found = []
    for part in ground.parts:
        people = {nominee.id: nominee for nominee in ground.available(part)}
        expected = _expected(ground, part, frozenset(people), barred, chances)
        away = Counter(pk for row in ground.rows for pk in barred.get(row.target_id, ()) if pk in people)
        found += [
            OfficerLoad(
                inspector_id=pk,
                name=nominee.name,
                department=part.department_name,
                expected=round(expected[pk], 1),
                recused=away[pk],
            )
            for pk, nominee in people.items()
        ]
    return tuple(sorted(found, key=lambda load: (-load.expected, load.department, load.name)))


def places(ground: Ground, barred: Mapping[UUID, set[UUID]]) -> tuple[PlaceChoice, ...]:
    """Return among how many officers each place is drawn, the narrowest first.

    Targets from which nobody of a department stays away stand alike: they share one row for each place.
    """
    found = []
    for part in ground.parts:
        by_stratum = {stratum: ground.places(part, stratum) for stratum in ground.sizes}
        alike: Counter[tuple[Places, ...]] = Counter()
        for row in ground.rows:
            places_here = by_stratum[ground.stratum_of(row)]
            away = barred.get(row.target_id, set())
            if any(one.people & away for one in places_here):
                found += _places(row.name, 1, part, places_here, away)
            else:
                alike[places_here] += 1
        for places_here, count in alike.items():
            found += _places("", count, part, places_here, set())
    return tuple(sorted(found, key=lambda one: (one.width, one.department, one.target, one.place)))


def _places(
    target: str, targets: int, part: SettledPart, places_here: tuple[Places, ...], away: set[UUID]
) -> list[PlaceChoice]:
    widths = [max(len(one.people - away) - before, 0) for one in places_here for before in range(one.count)]
    return [
        PlaceChoice(
            target=target,
            targets=targets,
            department=part.department_name,
            place=place,
            width=width,
        )
        for place, width in enumerate(widths, start=1)
    ]


def _expected(
    ground: Ground,
    part: SettledPart,
    people: frozenset[UUID],
    barred: Mapping[UUID, set[UUID]],
    chances: Mapping[str, float],
) -> dict[UUID, float]:
    """Share out the places of a department; targets with the same people are shared out together."""
    groups: Counter[tuple[str, int, frozenset[UUID]]] = Counter()
    by_stratum = {stratum: ground.places(part, stratum) for stratum in ground.sizes}
    for row in ground.rows:
        stratum, away = ground.stratum_of(row), barred.get(row.target_id, set())
        for one in by_stratum[stratum]:
            groups[stratum, one.count, one.people - away if away else one.people] += 1
    expected = dict.fromkeys(people, 0.0)
    for (stratum, needed, may_go), count in groups.items():
        for pk in may_go:
            expected[pk] += chances[stratum] * count * min(1.0, needed / len(may_go))
    return expected


def _chances(ground: Ground) -> dict[str, float]:
    """Return with what chance a target of each stratum is drawn."""
    return {
        str(stratum["id"]): int(str(stratum["n"])) / int(str(stratum["N"])) for stratum in documents.strata_of(ground)
    }
