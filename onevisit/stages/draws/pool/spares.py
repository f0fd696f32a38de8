"""Whether enough officers can go: a spare one at every object, and together no more than each may carry."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.draws import documents
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import eligibility, strata
from onevisit.stages.draws.pool.eligibility import Places
from onevisit.stages.offers.selectors import SettledPart

SPARE = 1
"""How many more must be there than go: else nobody is left when one of them falls ill (protocol, section 12)."""
MOST_POOLS = 10
"""Up to here every group of a department's pools is looked at, beyond only each alone and all together."""


def short_pools(draw: Draw, ground: Ground) -> list[str]:
    """Every object of the frame may be drawn, so each needs a spare officer of every department."""
    barred = documents.barred_by_target(draw, ground)
    found = []
    for part in ground.parts:
        short = _short_strata(part, ground)
        found.extend(short or _short_at(part, ground, barred))
    return found


def _short_strata(part: SettledPart, ground: Ground) -> list[str]:
    """Name the pools of a department that have nobody beyond the places, each once."""
    words = _(
        "%(name)s可抽 %(n)s 人，每%(unit)s需 %(needed)s 人，另须有 %(spare)s 人备选。"
        "请该部门增加提名到 %(least)s 人以上，或改用其他抽人方式（如所所联动、全所混合）。"
    )
    found: dict[str, str] = {}
    for stratum in ground.sizes:
        for places in ground.places(part, stratum):
            if _is_short(len(places.people), places):
                named = _pool_words(part, ground, stratum)
                found[places.pool.id] = words % {
                    "name": named,
                    "unit": ground.unit,
                    **_figures(len(places.people), places),
                }
    return list(found.values())


def _is_short(people: int, places: Places) -> bool:
    return people < places.count + SPARE


def _figures(people: int, places: Places) -> dict[str, int]:
    return {"n": people, "needed": places.count, "spare": SPARE, "least": places.count + SPARE}


def _pool_words(part: SettledPart, ground: Ground, stratum: str) -> str:
    """Name a department, and where its rule looks at districts, the stratum and the rule."""
    mode = ground.mode_of(part)
    if mode == eligibility.MIXED:
        return part.department_name
    said = {"name": part.department_name, "mode": eligibility.LABELS[mode]}
    if mode not in eligibility.BY_DISTRICT:
        return _("%(name)s（%(mode)s）") % said
    return _("%(name)s（%(mode)s，%(label)s）") % {**said, "label": strata.label_of(stratum, by=ground.strata_by)}


def short_capacity(draw: Draw, ground: Ground) -> list[str]:
    """With a limit on each officer's load, all people of a pool together must carry its part."""
    if not draw.officer_cap:
        return []
    drawn = {str(one["id"]): int(str(one["n"])) for one in documents.strata_of(ground)}
    cap = documents.cap_of(draw, ground)
    found: list[str] = []
    for part in ground.parts:
        needed: Counter[str] = Counter()
        people: dict[str, frozenset[UUID]] = {}
        for stratum in ground.sizes:
            for places in ground.places(part, stratum):
                needed[places.pool.id] += drawn[stratum] * places.count
                people[places.pool.id] = places.people
        found.extend(
            _("%(name)s可抽 %(n)s 人、每人最多 %(cap)s %(unit)s，合计不足 %(needed)s 人次。请增加提名。")
            % {"name": part.department_name, "n": able, "cap": cap, "needed": count, "unit": ground.unit}
            for able, count in overdrawn(needed, people, cap=cap)
        )
    return found


def overdrawn(
    needed: Mapping[str, int], people: Mapping[str, frozenset[UUID]], *, cap: int
) -> Iterator[tuple[int, int]]:
    """Yield the people and the places of the smallest groups of pools that cannot be filled (Hall's condition).

    Pools may overlap, as those of two districts that the same officers may serve: each alone can suffice and both not.
    """
    sizes = range(1, len(needed) + 1) if len(needed) <= MOST_POOLS else (1, len(needed))
    for size in sizes:
        short = []
        for pools in combinations(sorted(needed), size):
            able = len(frozenset[UUID]().union(*(people[pool] for pool in pools)))
            if (count := sum(needed[pool] for pool in pools)) > cap * able:
                short.append((able, count))
        yield from short
        if short:
            return


def _short_at(part: SettledPart, ground: Ground, barred: dict[UUID, set[UUID]]) -> list[str]:
    words = _(
        "%(target)s：%(name)s回避后只剩 %(n)s 人，每%(unit)s需 %(needed)s 人，另须有 %(spare)s 人备选。"
        "请增加提名，改用其他抽人方式，或核对并撤销回避。"
    )
    unit = ground.unit
    by_stratum = {stratum: ground.places(part, stratum) for stratum in ground.sizes}
    return [
        words % {"target": row.name, "name": part.department_name, "unit": unit, **_figures(left, places)}
        for row in ground.rows
        if row.target_id in barred
        for places in by_stratum[ground.stratum_of(row)]
        if _is_short(left := len(places.people - barred[row.target_id]), places)
    ]
