"""Enter the minutes of the meeting that agreed a plan, and declare minutes void that were entered in error."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.stages.plans import events, selectors
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign, PlanMinutes
from onevisit.stages.plans.refusals import PlanRefused, words_of
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def minute(
    *,
    campaign: Campaign,
    title: str,
    met_on: date,
    place: str,
    chair: str,
    department_ids: Iterable[UUID],
    agreed: str,
    actor: Actor,
    at: datetime,
) -> PlanMinutes:
    """Enter the minutes: when, who led, which departments of the cluster took part, what was agreed."""
    capacity = actor.must("campaign.minute", campaign)
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    CAMPAIGN.next(state=plan.state, verb="campaign.minute")
    if met_on > at.date():
        raise PlanRefused(message=_("会议日期晚于今天，会后再登记纪要。"), field="met_on")
    cluster = selectors.current_cluster(plan)
    standing = {row.department_id for row in selectors.departments_of(cluster.pk)} if cluster else set()
    present = sorted(set(department_ids))
    if not present or not set(present) <= standing:
        raise PlanRefused(message=_("请勾选参会的集群内部门，至少一个。"), field="department_ids")
    row = PlanMinutes.objects.create(
        campaign=plan,
        title=words_of(title, message=_("请填写会议名称。"), field="title"),
        met_on=met_on,
        place=place.strip(),
        chair=words_of(chair, message=_("请填写主持人。"), field="chair"),
        department_ids=present,
        agreed=words_of(agreed, message=_("请写明议定事项。"), field="agreed"),
        recorded_at=at,
        recorded_as=f"{actor.name} · {capacity.label}"[:160],
    )
    event = events.CampaignMinuted(
        subject=str(plan.pk),
        number=plan.number,
        minutes=str(row.pk),
        met_on=met_on.isoformat(),
        departments=len(present),
        digest=digest_of(row),
        related=tuple(f"department:{pk}" for pk in present),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def void_minutes(*, minutes: PlanMinutes, reason: str, actor: Actor, at: datetime) -> PlanMinutes:
    """Declare minutes void, with the reason; they stay readable."""
    capacity = actor.must("campaign.void_minutes", minutes.campaign)
    plan = Campaign.objects.select_for_update().get(pk=minutes.campaign_id)
    CAMPAIGN.next(state=plan.state, verb="campaign.void_minutes")
    row = PlanMinutes.objects.select_for_update().get(pk=minutes.pk)
    if row.voided_at is not None:
        raise PlanRefused(message=_("该纪要已经作废。"), code="void")
    row.voided_at = at
    row.void_reason = words_of(reason, message=_("请写明作废理由。"), field="reason")[:300]
    row.save(update_fields=["voided_at", "void_reason"])
    event = events.CampaignMinutesVoided(
        subject=str(plan.pk), number=plan.number, minutes=str(row.pk), reason=row.void_reason
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


def digest_of(row: PlanMinutes) -> str:
    """Return the digest under which the ledger knows what minutes say."""
    content = {
        "title": row.title,
        "met_on": row.met_on.isoformat(),
        "place": row.place,
        "chair": row.chair,
        "departments": [str(pk) for pk in row.department_ids],
        "agreed": row.agreed,
    }
    return hashlib.sha256(canonical.encode(value=content)).hexdigest()
