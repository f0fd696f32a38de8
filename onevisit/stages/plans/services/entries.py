"""Announce a draw before it exists: the plan entry of draw-protocol.md sections 12 and 13."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.plans import events, limits
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign, PlanEntry
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

Item = dict[str, Any]


@transaction.atomic
def log_plan_entry(
    *,
    campaign: Campaign,
    draw: str,
    t0: datetime,
    mode: str,
    items: Sequence[Item],
    sources: Sequence[str],
    parties: Sequence[str],
    max_rounds: int,
    actor: Actor,
    at: datetime,
) -> PlanEntry:
    """Log the plan entry of one draw at least 7 days before its t0; a later one replaces what stood for that draw.

    `items` are `{item, department, ns, rule, total | strata with bp}` as plan.json wants them.

    Raises:
        PlanRefused: the plan is not approved, or t0 is nearer than 7 days.
    """
    capacity = actor.must("plan_entry.log", campaign)
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    _check(plan, t0=t0, at=at)
    entry: Item = {
        "draw": draw,
        "t0": timezone.localtime(t0).isoformat(timespec="seconds"),
        "mode": mode,
        "items": sorted(items, key=lambda item: str(item["item"])),
        "sources": list(sources),
        "parties": sorted(parties),
        "max_rounds": max_rounds,
    }
    content = _replaced(plan, entry)
    row = PlanEntry.objects.create(campaign=plan, plan=plan.number, content=content, t0=t0, logged_at=at)
    event = events.PlanEntryLogged(
        subject=str(plan.pk), plan=plan.number, draw=draw, t0=entry["t0"], digest=digest_of(content)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


def _check(plan: Campaign, *, t0: datetime, at: datetime) -> None:
    if plan.state not in ("approved", "running"):
        state = CAMPAIGN.state(plan.state).label
        raise PlanRefused(message=_("方案为“%(state)s”，批准后才能登记抽取计划。") % {"state": state}, code="state")
    earliest = at + timedelta(days=limits.PLAN_LEAD_DAYS)
    if t0 < earliest:
        raise PlanRefused(
            message=_("抽取计划须在产生种子前至少 7 日登记，T0 最早为 %(day)s。")
            % {"day": f"{timezone.localtime(earliest):%Y-%m-%d %H:%M}"},
            field="t0",
            code="lead",
        )


def _replaced(plan: Campaign, entry: Item) -> dict[str, Any]:
    """Retire the current file of the plan and return the next one, with `entry` in the place of its draw."""
    former = PlanEntry.objects.select_for_update().filter(plan=plan.number, is_current=True).first()
    draws = [other for other in (former.content["draws"] if former else []) if other["draw"] != entry["draw"]]
    if former:
        former.is_current = False
        former.save(update_fields=["is_current"])
    return {
        "v": "srd1",
        "kind": "plan",
        "plan": plan.number,
        "draws": sorted([*draws, entry], key=lambda each: str(each["draw"])),
    }


def digest_of(content: dict[str, Any]) -> str:
    """Return the hash of the file as it is published: sorted keys, no white space, ASCII."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
