"""Reports of outsiders who verified a draw: counted once a visitor and draw, with the names of what did not hold."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import events
from onevisit.stages.draws.fairness.counting import public_draws
from onevisit.stages.draws.models import Draw, Outcome, Verification
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

MOST_FAILING = 12
CHECK = re.compile(r"(?:V(?:[0-9]|1[01])|FILES)(?: E_[A-Z_]{1,32})?")
"""A check of section 14 of the protocol, with the code of its refusal where one is known."""


def verify(
    *, number: str, outcome: str, failing: Sequence[str], visitor: str, actor: Actor, at: datetime
) -> Verification:
    """Take a report on a public draw; anybody may, once.

    Args:
        failing: the names of the checks that did not hold, as the verifiers print them.
        visitor: the random mark that the visitor's browser keeps; only its keyed digest with the number is stored.

    Raises:
        DrawRefused: no such public draw, a report that names no check or one that does not exist, or a second report.
    """
    draw = public_draws().filter(number=number).only("pk", "number", "organiser_id").first()
    if draw is None:
        raise DrawRefused(message=_("这次抽取还没有公开，或者已经作废，不能登记核验。"), code="not_public")
    named = _named(outcome, failing)
    made = Verification(draw=draw, outcome=outcome, failing=named, visitor=_mark(draw, visitor), reported_at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            event = events.DrawVerified(
                subject=str(draw.pk), draw=draw.number, outcome=outcome, failing=", ".join(named)
            )
            ledger.append(event, actor=actor, at=at)
    except IntegrityError as twice:
        raise DrawRefused(message=_("您已经登记过这次抽取的核验，每人每次抽取只计一次。"), code="verified") from twice
    return made


def _named(outcome: str, failing: Sequence[str]) -> list[str]:
    """Check what did not hold: nothing where all held, else at least one check of the protocol."""
    named = sorted({" ".join(name.split()) for name in failing if name.strip()})
    if outcome not in Outcome.values:
        raise DrawRefused(message=_("请选择核验通过还是不通过。"), code="outcome", field="outcome")
    if outcome == Outcome.OK:
        return []
    if not named or len(named) > MOST_FAILING or not all(CHECK.fullmatch(name) for name in named):
        raise DrawRefused(
            message=_("请照核验工具显示的写明哪几项不通过，如 V7 E_MISMATCH，用逗号分开，最多 12 项。"),
            code="failing",
            field="failing",
        )
    return named


def _mark(draw: Draw, visitor: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), f"verify|{draw.number}|{visitor}".encode(), hashlib.sha256
    ).hexdigest()
