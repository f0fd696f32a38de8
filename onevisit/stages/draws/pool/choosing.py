"""Among how many officers a place is drawn, object by object."""

from collections.abc import Mapping
from uuid import UUID

from onevisit.stages.draws.documents import Ground
from onevisit.stages.offers.selectors import SettledPart
from onevisit.stages.plans.selectors import FrameRow


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
