"""`conditions.json` of a draw: how its pool was chosen and counted and what it repeats, fixed at the freeze."""

from typing import Any

from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import directed, grouping, recounting, repeating, returning


def stated(draw: Draw, ground: Ground, *, groups: bytes, salt: str = "") -> dict[str, Any]:
    """Write what is published beside the manifest; `salt` keeps what is published later from being guessed."""
    return {
        **directed.stated(ground, salt=salt),
        **recounting.stated(draw, ground, recounting.recounted(ground)),
        **returning.stated(ground),
        **repeating.stated(repeating.of_draw(draw, ground)),
        **grouping.stated(groups),
        **({"officers_of": draw.repeats.number} if draw.repeats else {}),
    }
