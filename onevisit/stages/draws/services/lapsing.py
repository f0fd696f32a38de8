"""A draw that can no longer come to its result by its own rules asks for its void by itself."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.terms import missed
from onevisit.stages.draws.services.voiding import propose_void
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger_state

WORDS: dict[str, str | Promise] = {
    "NOT_WITNESSED": gettext_lazy("承诺未在 T0 前 10 分钟完成见证，按规则申请作废"),
    "SOURCE_MISSING": gettext_lazy("约定的种子来源在期限内没有取值，按规则申请作废"),
    "BEACON_MISSING": gettext_lazy("drand 信标这一轮的值在 T0 后 30 日仍未取得，按规则申请作废"),
    "VALUES_UNSEEN": gettext_lazy("公开抽取的现场取值未在 T0 前 1 分钟完成见证，按规则申请作废"),
    "KEY_MISSING": gettext_lazy("部门密钥未在 T0 前 1 分钟交齐，或交出的留痕在 T0 前未见证，按规则申请作废"),
}


@transaction.atomic
def lapse(*, draw: Draw, at: datetime) -> Draw:
    """Propose the void of a draw that missed a term of its own rules; a second organ confirms it.

    The evidence is the ledger's proof of the commitment as it stands: it shows who cosigned, and when.
    """
    held = locked(draw, is_to_end=True)
    reason = missed(held, at=at)
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
