"""A draw that can no longer come to its result by its own rules asks for its void by itself."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.services.committing import is_late
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.voiding import propose_void
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger_state


@transaction.atomic
def lapse(*, draw: Draw, at: datetime) -> Draw:
    """Propose the void of a draw whose commitment was not witnessed in time; a second organ confirms it.

    The evidence is the ledger's proof of the commitment as it stands: it shows who cosigned, and when.
    """
    held = locked(draw)
    if held.state != "waiting" or held.void_proposed_by or not is_late(held, at=at):
        return held
    assert held.commitment_entry is not None
    proof = ledger_state.proof_of(held.commitment_entry) or held.manifest_digest.encode()
    return propose_void(
        draw=held,
        reason="NOT_WITNESSED",
        words=_("承诺未在 T0 前 10 分钟完成见证，按规则申请作废"),
        evidence_sha256=sha256(proof).hexdigest(),
        actor=SYSTEM,
        at=at,
    )
