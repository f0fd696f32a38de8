"""A draw that can no longer come to its result by its own rules asks for its void by itself."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from onevisit.stages.draws import readiness
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.services.committing import is_late
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.voiding import never_came, propose_void
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger_state

WORDS: dict[str, str | Promise] = {
    "NOT_WITNESSED": gettext_lazy("承诺未在 T0 前 10 分钟完成见证，按规则申请作废"),
    "SOURCE_MISSING": gettext_lazy("约定的种子来源在期限内没有取值，按规则申请作废"),
    "KEY_MISSING": gettext_lazy("部门密钥未在 T0 前 1 分钟交齐，按规则申请作废"),
}


@transaction.atomic
def lapse(*, draw: Draw, at: datetime) -> Draw:
    """Propose the void of a draw that missed a term of its own rules; a second organ confirms it.

    The evidence is the ledger's proof of the commitment as it stands: it shows who cosigned, and when.
    """
    held = locked(draw)
    reason = _missed(held, at=at)
    if not reason or held.void_proposed_by or held.commitment_entry is None:
        return held
    proof = ledger_state.proof_of(held.commitment_entry) or held.manifest_digest.encode()
    return propose_void(
        draw=held,
        reason=reason,
        words=str(WORDS[reason]),
        evidence_sha256=sha256(proof).hexdigest(),
        actor=SYSTEM,
        at=at,
    )


def _missed(draw: Draw, *, at: datetime) -> str:
    """Return the term that is over without what it asked for, empty when none is."""
    if draw.state == "waiting":
        return "NOT_WITNESSED" if is_late(draw, at=at) else ""
    if draw.t0 is None:
        return ""
    if draw.state == "keyed":
        return "SOURCE_MISSING" if never_came(draw, at=at) else ""
    is_over = draw.t0 - at < readiness.KEY_MARGIN
    return {"committed": "SOURCE_MISSING", "sourced": "KEY_MISSING"}.get(draw.state, "") if is_over else ""
