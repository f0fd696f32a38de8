"""Verification of a draw that was given up: its record, its entry, and whether the quorum saw it before the seed."""

from onevisit.core import canonical
from onevisit.core.draw import forms, grammar
from onevisit.core.draw.verify_register import BEFORE_SEED
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused


def verify_void(*, void: bytes, manifest: bytes, proof: bytes, trusted: Policy) -> tuple[str, str]:
    """Check the record of a void against its manifest and the ledger; return what was found of each.

    A void is `before-seed` exactly if it is cosigned before `t0` (draw-protocol.md section 12).

    Raises:
        Refused: the record is not of this manifest, its entry says otherwise, or its stage does not fit the time.
    """
    record, committed = forms.parse_void(data=void), forms.parse_manifest(data=manifest)
    if record.draw != committed.draw:
        raise Refused("E_DRAW", f"the record is of {record.draw}, the manifest of {committed.draw}")
    if record.basis != committed.digest:
        raise Refused("E_MISMATCH", f"the record is not of this manifest of {record.draw}")
    found = tlog_proof.check_proof(
        data=proof, policy=trusted, event="draw.voided", draw=record.draw, digest=record.digest
    )
    stage = canonical.parse(data=tlog_proof.parse_proof(data=proof).payload).get("stage")
    if stage != record.stage:
        raise Refused("E_MISMATCH", f"the record says {record.stage}, its entry says {stage!a}")
    said = f"{record.draw} was given up {record.stage}, as the ledger fixed it"
    return said, _seen(found.quorum_time, stage=record.stage, t0=committed.t0)


def _seen(seen: int | None, *, stage: str, t0: str) -> str:
    if seen is None:
        return "nobody witnessed when"
    left = grammar.unix(t0) - seen
    if stage == BEFORE_SEED and left <= 0:
        raise Refused("E_LATE", f"the record says {stage} and was cosigned {-left} s after {t0}")
    if stage != BEFORE_SEED and left > 0:
        raise Refused("E_MISMATCH", f"the record says {stage} and was cosigned {left} s before {t0}")
    return f"cosigned {abs(left)} s {'before' if left > 0 else 'after'} {t0}"
