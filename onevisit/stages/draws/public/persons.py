"""Who typed, proposed or confirmed, as public files name him: a pseudonym of that draw, as officers have one."""

import hashlib

from onevisit.stages.draws.models import Draw
from onevisit.support.identity.actors import SYSTEM


def person_of(draw: Draw, actor_id: str) -> str:
    """Return the name of the protocol for an actor: the same person has another one in the next draw.

    Only who holds the draw's salt can link it; what nobody did by hand stands as `system`.
    """
    if actor_id == SYSTEM.id:
        return actor_id
    return f"N{hashlib.sha256(f'{draw.salt}|person|{actor_id}'.encode()).hexdigest()[:12].upper()}"
