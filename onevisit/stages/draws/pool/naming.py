"""Who stands behind the pseudonyms of a draw: made again of the salt and the officer, whatever a table says."""

import hashlib
from uuid import UUID

from onevisit.stages.draws.models import Draw


def pseudonym_of(*, salt: str, inspector_id: UUID) -> str:
    """Make the pseudonym of an inspector for one draw; without the salt nobody can link it."""
    return f"P{hashlib.sha256(f'{salt}|officer|{inspector_id}'.encode()).hexdigest()[:12].upper()}"


def people_of(draw: Draw) -> dict[str, UUID]:
    """Return the inspector behind each pseudonym of a draw.

    Who exchanged two names in the table would choose who goes, and no receipt would show it: so it is not asked.
    """
    return {
        pseudonym_of(salt=draw.salt, inspector_id=pk): pk
        for pk in draw.pseudonyms.values_list("inspector_id", flat=True)
    }
