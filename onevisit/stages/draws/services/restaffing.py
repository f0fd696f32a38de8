"""Repeat the officer half of a draw whose officers did not suffice: a new number, the drawn objects, more officers."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import documents, events, modes
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.pool import given, shortage, standing
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.services import preparing
from onevisit.stages.draws.sources import declaring
from onevisit.stages.offers import selectors as offers
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def repeat(
    *, draw: Draw, t0: datetime, reason: str, actor: Actor, at: datetime, issues: Mapping[str, str] | None = None
) -> Draw:
    """Prepare the draw of officers for the objects that an infeasible assignment left without any.

    Args:
        reason: what was done so that there are enough now; it stays inside.
        issues: the draws of the lotteries that the draw before declared, which must be later ones.

    Raises:
        DrawRefused: nobody was short, it is repeated or to be voided already, or the moment does not fit.
        PlanRefused: the moment is nearer than the plan's lead time.
    """
    capacity = actor.must("draw.repeat", draw)
    held = preparing.locked(draw)
    modes.step(held, verb="draw.repeat")
    _check(held)
    settled = offers.settled_offer(offer_id=preparing.offer_of(held).pk)
    preparing.check_inputs(
        t0=t0,
        latest=(_("检查结束日"), settled.ends_on),
        length=held.ceremony_length,
        slots=preparing.LEAST_SLOTS,
        salt=held.salt,
    )
    declaring.check(types=held.source_types, issues=issues or {}, t0=t0)
    preparing.check_known_values(held.source_types, issues or {})
    made = preparing.numbered(settled, offer_id=settled.offer_id, t0=t0, actor_id=actor.id, at=at, repeats=held)
    _take_over(made, held, issues or {})
    made.given_words = reason_of(reason)[:400]
    made.save(force_insert=True)
    for item in held.items.all():
        DrawItem.objects.create(
            draw=made,
            item=item.item,
            department_id=item.department_id,
            slots=item.slots,
            officer_mode=item.officer_mode,
        )
    made.quota = given.whole_quota(documents.ground_of(made).sizes)
    made.save(update_fields=["quota"])
    preparing.log_plan(made, actor=actor, at=at)
    ledger.append(preparing.prepared_event(made), actor=actor, at=at, capacity=capacity)
    event = events.DrawRepeated(subject=str(held.pk), draw=held.number, by=made.number, related=(f"draw:{made.pk}",))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


def _check(draw: Draw) -> None:
    if shortage.short_round_of(draw) is None:
        raise DrawRefused(message=_("本次抽取的执法人员并无不足，不用重抽。"), code="not_short")
    if draw.void_proposed_at is not None:
        raise DrawRefused(message=_("本次抽取已申请作废，不能重抽人员。"), code="void")
    if other := standing.live_of(draw):
        raise DrawRefused(message=_("已由抽取 %s 重抽人员。") % other.number, code="twice")
    if not standing.stands(draw).strata:
        raise DrawRefused(
            message=_(
                "派不出人的一轮只换人、没有新的对象，不能重抽：换下的岗位空缺。"
                "由在组的两人以上检查，不足两人的如实记为“未能检查”，由该部门登记后续处理。"
            ),
            code="swaps_only",
        )


def _take_over(made: Draw, before: Draw, issues: Mapping[str, str]) -> None:
    """Keep what the draw before fixed; the same salt gives each officer the same pseudonym, so that one can compare.

    It is sealed, whatever the draw before was (draw-protocol.md, section 12).
    """
    made.given_basis = before.given_basis or given.REPEAT
    made.strata_by, made.officer_cap = before.strata_by, before.officer_cap
    made.salt, made.ceremony_length = before.salt, before.ceremony_length
    made.source_types = list(before.source_types)
    if modes.unshared_because(made.source_types, parties=before.items.count()):
        # Of a draw from before that rule: its own sources are not frozen a second time, and the beacon needs no issue.
        made.source_types.append(declaring.DRAND)
    made.max_rounds = declaring.new_rounds(made.source_types, before.max_rounds)
    made.issues = {type_: issue for type_, issue in issues.items() if type_ in before.source_types}
