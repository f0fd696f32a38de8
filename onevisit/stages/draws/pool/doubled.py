"""Who could be drawn twice for one visit: two of the nominated who may be one person under two personnel numbers."""

from onevisit.stages.draws.documents import Ground
from onevisit.stages.registers import doubles
from onevisit.stages.registers.doubles import Double


def of_ground(ground: Ground) -> list[Double]:
    """Return every two who can be drawn and may be one person."""
    return doubles.among(nominee.id for part in ground.parts for nominee in ground.available(part))
