"""Why an object is not in the frame of an opened draw: the list that excluded it, and its own line in that list."""

import hashlib
import json
from dataclasses import dataclass

from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import reconciling
from onevisit.stages.draws.pool.reconciling import Approval
from onevisit.stages.draws.public import open_consents


@dataclass(frozen=True)
class OwnExclusion:
    """Why an object was kept out, who approved it, its salted line, and the digest the manifest has of the list."""

    reason: str
    line: str
    count: int
    list_sha256: str
    label: str
    approval: Approval | None


def own_exclusion(*, draw: Draw, object_id: str) -> OwnExclusion | None:
    """Find an object in the exclusion lists that were frozen with the draw, None if none holds it."""
    lists: dict[str, str] = json.loads(bytes(draw.exclusions)) if draw.exclusions else {}
    for reason, text in lists.items():
        for line in text.splitlines():
            if line.rpartition("|")[0] == object_id:
                digest = hashlib.sha256(text.encode()).hexdigest()
                return OwnExclusion(
                    reason=reason,
                    line=line,
                    count=text.count("\n"),
                    list_sha256=digest,
                    label=reconciling.label_of(reason),
                    approval=open_consents.of_draw(draw).approvals.get((reason, digest)),
                )
    return None
