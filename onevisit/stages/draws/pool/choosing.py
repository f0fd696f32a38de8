"""Among how many officers a place is drawn, object by object."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.pool import eligibility, strata
from onevisit.stages.draws.pool.eligibility import Pool
from onevisit.stages.offers.selectors import SettledPart
from onevisit.stages.plans.selectors import FrameRow


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Among how many officers of a pool a place at one object is drawn, and who of the pool stays away from it."""

    row: FrameRow
    count: int
    away: frozenset[UUID]


def choices(
    ground: Ground, part: SettledPart, barred: Mapping[UUID, set[UUID]]
) -> list[tuple[FrameRow, int, frozenset[UUID]]]:
    """Return for each object among how many officers of a part the narrowest place is drawn, and who is barred."""
    by_stratum = {stratum: ground.places(part, stratum) for stratum in ground.sizes}
    found = []
    for row in ground.rows:
        away = barred.get(row.target_id, set())
        narrowest = min(
            (places.people for places in by_stratum[ground.stratum_of(row)]), key=lambda one: len(one - away)
        )
        found.append((row, len(narrowest - away), narrowest & away))
    return found


def least_choice(ground: Ground, part: SettledPart, barred: Mapping[UUID, set[UUID]]) -> int:
    """Return among how many officers of a part the first place is drawn at the object where there are fewest."""
    return min((count for _row, count, _away in choices(ground, part, barred)), default=len(ground.available(part)))


def by_pool(ground: Ground, part: SettledPart, barred: Mapping[UUID, set[UUID]]) -> dict[Pool, list[Choice]]:
    """Return the choice at every object that a pool of a part serves, pool by pool."""
    by_stratum = {stratum: ground.places(part, stratum) for stratum in ground.sizes}
    found: dict[Pool, list[Choice]] = {}
    for row in ground.rows:
        away = barred.get(row.target_id, set())
        for places in by_stratum[ground.stratum_of(row)]:
            choice = Choice(row=row, count=len(places.people - away), away=places.people & away)
            found.setdefault(places.pool, []).append(choice)
    return found


def words_of(ground: Ground, part: SettledPart, pool: Pool) -> str:
    """Name a pool: its department, and where it is not all of it, the way and the 所 or the district."""
    mode = ground.mode_of(part)
    if mode == eligibility.MIXED:
        return part.department_name
    said = {"name": part.department_name, "mode": eligibility.LABELS[mode], "where": _where(pool)}
    if not said["where"]:
        return _("%(name)s（%(mode)s）") % said
    return _("%(name)s（%(mode)s，%(where)s）") % said


def _where(pool: Pool) -> str:
    if pool.is_bureau:
        return _("局机关")
    if not pool.district:
        return ""
    if pool.station:
        where = strata.label_of(f"{pool.district}.{pool.station}", by=strata.STATION)
    else:
        where = strata.label_of(pool.district, by=strata.DISTRICT)
    return _("%(where)s以外") % {"where": where} if pool.is_elsewhere else where
