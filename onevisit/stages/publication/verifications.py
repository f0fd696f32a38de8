"""我核验过: what outsiders report of a draw; one that fails becomes a complaint to the organiser, with its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.publication import requests
from onevisit.stages.publication.request_models import PublicRequest, RequestKind
from onevisit.stages.publication.requests import Asked, anybody

__all__ = ["DrawRefused", "Reported", "report"]


@dataclass(frozen=True)
class Reported:
    """What became of a report: `receipt` is that of the complaint which a failed one opens."""

    outcome: str
    receipt: str


@transaction.atomic
def report(*, number: str, outcome: str, failing: Sequence[str], visitor: str, at: datetime) -> Reported:
    """Count a report once a visitor and draw; the organiser must answer one that names failing checks.

    While a complaint about the same checks of the same draw is open, another report joins it.

    Raises:
        DrawRefused: the draw is not public, the report names no check, or the visitor has reported before.
    """
    made = draws.verify(number=number, outcome=outcome, failing=failing, visitor=visitor, actor=anybody(), at=at)
    if not made.failing:
        return Reported(outcome=made.outcome, receipt="")
    words = _("核验抽取 %(number)s 不通过，不通过的检查：%(checks)s。请用公开的文件重新核验，查明原因并答复。") % {
        "number": number,
        "checks": "、".join(made.failing),
    }
    same = PublicRequest.objects.filter(
        kind=RequestKind.COMPLAINT, department_id=made.draw.organiser_id, words=words, answered_at=None
    ).first()
    if same is None:
        organiser = made.draw.organiser_id
        asked = Asked(kind=RequestKind.COMPLAINT, words=words, department_id=organiser, draw=number)
        same = requests.submit(asked=asked, at=at)
    return Reported(outcome=made.outcome, receipt=same.receipt)
