"""定向 or 不定向: how a pool is chosen and divided into strata, fixed at the freeze, published beside the manifest."""

import hashlib
import json
from typing import Any

from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.pool import strata
from onevisit.stages.plans import directing
from onevisit.stages.plans.directing import Direction


def of_ground(ground: Ground) -> Direction:
    """Return how the pool was chosen as it stands now."""
    return directing.direction_of(campaign_id=ground.offer.campaign_id, cluster_id=ground.offer.cluster_id)


def stated(ground: Ground, *, salt: str = "") -> dict[str, Any]:
    """Write how the pool was chosen and divided; `salt` keeps what is published later from being guessed."""
    chosen = of_ground(ground)
    return {
        "is_directed": chosen.is_directed,
        "text": chosen.text,
        "conditions": [list(condition) for condition in chosen.conditions],
        "reason": chosen.reason,
        "matched": len(ground.rows),
        "registers_digest": chosen.registers_digest,
        "strata": strata.stated(ground.rows, by=ground.strata_by, returned=ground.returned),
        **({"salt": salt} if salt else {}),
    }


def file_of(direction: dict[str, Any]) -> bytes:
    """Write the published file `conditions.json`: sorted keys, no white space."""
    return json.dumps(direction, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(direction: dict[str, Any]) -> str:
    """Return the digest of the published file, which the ledger holds since the freeze."""
    return hashlib.sha256(file_of(direction)).hexdigest()
