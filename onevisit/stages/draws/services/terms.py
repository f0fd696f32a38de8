"""The terms of a draw's own rules: which of them is over without what it asked for."""

from datetime import datetime, timedelta

from onevisit.stages.draws import declaring, readiness
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.services.committing import is_late

SOURCE_TERM = timedelta(hours=24)
"""After `t0`: a lottery is drawn and a market closes within the day; the beacon within seconds."""


def missed(draw: Draw, *, at: datetime) -> str:
    """Return the term that is over without what it asked for, empty when none is."""
    if draw.state == "waiting":
        return "NOT_WITNESSED" if is_late(draw, at=at) else ""
    if draw.t0 is None:
        return ""
    if draw.state == "keyed":
        return "SOURCE_MISSING" if never_came(draw, at=at) else ""
    is_over = draw.t0 - at < readiness.KEY_MARGIN
    return {"committed": "SOURCE_MISSING", "sourced": "KEY_MISSING"}.get(draw.state, "") if is_over else ""


def never_came(draw: Draw, *, at: datetime) -> bool:
    """Tell whether a declared public source has no value though its term after `t0` is over.

    The beacon always comes, whether somebody carries its value in or not: it is never missing (section 12).
    """
    if draw.state != "keyed" or draw.t0 is None or at < draw.t0 + SOURCE_TERM:
        return False
    fixed = set(draw.source_values.filter(round_number=0).values_list("position", flat=True))
    return any(n not in fixed and type_ != declaring.DRAND for n, type_ in enumerate(draw.source_types))
