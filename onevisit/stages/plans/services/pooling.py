"""Mend the targets of an approved plan before its draw: nothing leaves or enters by hand but these three ways."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.plans import events, selectors
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign, ClusterTarget
from onevisit.stages.plans.refusals import PlanRefused, words_of
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import services as ledger


@transaction.atomic
def readmit_target(*, cluster_id: UUID, target_id: UUID, reason: str, actor: Actor, at: datetime) -> ClusterTarget:
    """Let a target that a clerk took out stand in the pool again, with a reason.

    Raises:
        PlanRefused: it was not taken out by a clerk, or the reason says nothing.
    """
    row, plan, capacity = _opened(cluster_id, target_id, verb="campaign.readmit", actor=actor)
    if not row.is_removed or row.removed_code != selectors.BY_CLERK:
        raise PlanRefused(message=_("由规则剔除的对象不能人工放回。"), field="target", code="by_rule")
    words = words_of(reason, message=_("请写明放回抽取池的理由。"), field="reason")
    row.is_removed, row.removed_code, row.removed_reason, row.removed_by = False, "", "", ""
    row.save(update_fields=["is_removed", "removed_code", "removed_reason", "removed_by"])
    _note(plan, row, words=_("放回对象 1 户：%(words)s") % {"words": words}, actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def return_target(*, cluster_id: UUID, target_id: UUID, actor: Actor, at: datetime) -> ClusterTarget:
    """Let a target that an earlier draw withdrew stand in the pool, whatever kept it out when the plan was matched."""
    plan = Campaign.objects.select_for_update().get(clusters=cluster_id)
    capacity = actor.must("campaign.readmit", plan)
    CAMPAIGN.next(state=plan.state, verb="campaign.readmit")
    row, _created = ClusterTarget.objects.update_or_create(
        cluster_id=cluster_id,
        target_id=target_id,
        defaults={
            "is_removed": False,
            "removed_code": "",
            "removed_reason": "",
            "removed_by": "",
            "reason": _("以前抽取中被替换，须补查"),
            "rule": "target.returned",
        },
    )
    _note(plan, row, words=_("列入补查对象 1 户"), actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def follow_merge(*, cluster_id: UUID, target_id: UUID, actor: Actor, at: datetime) -> ClusterTarget:
    """Take a merged record out of the pool and let the record that it became stand there, unless a rule keeps it out.

    Raises:
        PlanRefused: the record stands for itself.
    """
    row, plan, capacity = _opened(cluster_id, target_id, verb="campaign.follow_merge", actor=actor)
    into = row.target.merged_into
    while into is not None and into.merged_into is not None:
        into = into.merged_into
    if row.is_removed or into is None:
        raise PlanRefused(message=_("该对象没有并入其他对象，请刷新后再看。"), field="target", code="not_merged")
    row.is_removed, row.removed_code, row.removed_by = True, selectors.BY_MERGE, actor.id
    row.removed_reason = _("已并入%(name)s（%(id)s）") % {"name": into.name, "id": into.object_id}
    row.save(update_fields=["is_removed", "removed_code", "removed_reason", "removed_by"])
    ClusterTarget.objects.get_or_create(
        cluster_id=cluster_id,
        target=into,
        defaults={"reason": _("由%(name)s并入") % {"name": row.target.name}, "rule": "target.merged"},
    )
    _note(plan, row, words=_("1 户改为并入后的对象"), actor=actor, at=at, capacity=capacity)
    return row


def _opened(cluster_id: UUID, target_id: UUID, *, verb: str, actor: Actor) -> tuple[ClusterTarget, Campaign, Capacity]:
    """Lock the plan and the row of its cluster."""
    plan = Campaign.objects.select_for_update().get(clusters=cluster_id)
    capacity = actor.must(verb, plan)
    CAMPAIGN.next(state=plan.state, verb=verb)
    rows = ClusterTarget.objects.select_for_update(of=("self",)).select_related("target__merged_into__merged_into")
    row = rows.filter(cluster_id=cluster_id, target_id=target_id).first()
    if row is None:
        raise PlanRefused(message=_("这一行已不在集群内，请刷新后再看。"), field="target", code="gone")
    return row, plan, capacity


def _note(plan: Campaign, row: ClusterTarget, *, words: str, actor: Actor, at: datetime, capacity: Capacity) -> None:
    event = events.CampaignEdited(
        subject=str(plan.pk), number=plan.number, what=f"target:{row.target.object_id}"[:80], reason=words
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
