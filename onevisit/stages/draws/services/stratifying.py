"""Choose the strata of a draw and what is drawn from each, within the number that the offer settled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import documents, modes
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import given, pool_events, strata
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.preparing import locked, log_plan
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def stratify(*, draw: Draw, by: str, quota: Mapping[str, Any], actor: Actor, at: datetime) -> Draw:
    """Divide the pool by a rule with a rate for each stratum or one total, and log the plan entry again.

    Args:
        quota: `{"rule": "rate", "strata": {stratum: bp}}`, `{"rule": "total", "total": n}`, or empty for the
            offer's own, which is by risk class.

    Raises:
        DrawRefused: an unknown rule, a rate or total that does not fit, or more targets than the offer settled.
        PlanRefused: the moment is nearer than the plan's lead time.
    """
    capacity = actor.must("draw.stratify", draw)
    held = locked(draw)
    modes.step(held, verb="draw.stratify")
    _check_rule(held, by)
    held.strata_by, held.quota = by, {}
    ground = documents.ground_of(held)
    if held.given_basis:
        held.quota = given.whole_quota(ground.sizes)
        ground = documents.ground_of(held)
    elif quota:
        held.quota = strata.checked(quota, sizes=strata.without_back(ground.sizes))
        ground = documents.ground_of(held)
    elif by not in (strata.RISK, strata.RISK_DISTRICT) and documents.rates_of(ground) is not None:
        raise DrawRefused(message=_("要约的比例按信用风险分类商定，改按其他方式分层须另填比例或总数。"), field="strata")
    drawn, settled = documents.chosen_count(ground), ground.offer.draw_count
    if drawn > settled:
        raise DrawRefused(
            message=_("这样分层要抽 %(n)s 个对象，超过要约商定的 %(most)s 个。请降低比例或改用总数。")
            % {"n": drawn, "most": settled},
            field="strata",
        )
    held.save(update_fields=["strata_by", "quota"])
    log_plan(held, actor=actor, at=at)
    event = pool_events.DrawStratified(
        subject=str(held.pk), draw=held.number, by=by, strata=len(ground.sizes), drawn=documents.drawn_count(ground)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _check_rule(draw: Draw, by: str) -> None:
    if draw.repeats_id:
        raise DrawRefused(message=_("重抽人员时对象和分层都不变。"), field="by", code="repeat")
    if draw.given_basis and by not in given.DIVISIONS:
        words = _("本次抽取对象已定，每个对象都检查：不分层，或者按区域、按所分（以便按区域、按所抽人）。")
        raise DrawRefused(message=words, field="by", code="given")
    if not draw.given_basis and by not in strata.CHOICES:
        raise DrawRefused(message=_("请选择分层方式。"), field="by")
