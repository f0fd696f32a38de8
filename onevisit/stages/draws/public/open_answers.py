"""What second organs and witnesses answered to a draw: who agreed to its fingerprint, and who did not."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import open_record
from onevisit.support.identity.models import Department
from onevisit.support.ledger import selectors as ledger


@dataclass(frozen=True, kw_only=True)
class OpenAnswer:
    """One answer of an organ, never of a person; one that became agreement later stands beside it."""

    organ: str
    is_agreed: bool
    of_what: str
    at: datetime


def open_answers(number: str) -> tuple[OpenAnswer, ...]:
    """Return every answer that was logged to the fingerprints of a committed draw, the oldest first."""
    draw = Draw.objects.filter(number=number, state__in=open_record.SHOWN_STATES).only("manifest_digest").first()
    if draw is None:
        return ()
    trail = ledger.timeline("draw", draw.pk).filter(event="draw.attested", subject=str(draw.pk))
    said = [(json.loads(bytes(entry.payload)), entry.at) for entry in reversed(trail)]
    codes = {str(payload["department"]) for payload, _at in said}
    names = dict(Department.objects.filter(code__in=codes).values_list("code", "short_name"))
    return tuple(
        OpenAnswer(
            organ=names.get(str(payload["department"]), str(payload["department"])),
            is_agreed=bool(payload["is_agreed"]),
            of_what=_of_what(str(payload["fingerprint"]), draw),
            at=at,
        )
        for payload, at in said
    )


def _of_what(fingerprint: str, draw: Draw) -> str:
    words = _("清单指纹 %s…") if fingerprint == draw.manifest_digest else _("结果指纹 %s…")
    return words % fingerprint[:12]
