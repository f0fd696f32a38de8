"""What stays out of the pool: approved list by list by a second person, or let in again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws import documents, modes
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import pool_events, reconciling, recounting
from onevisit.stages.draws.pool.pool_models import ExclusionApproval
from onevisit.stages.draws.pool.reconciling import ExcludedGroup
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.plans import services as plans
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger


@transaction.atomic
def approve_exclusions(
    *, draw: Draw, reason: str, list_sha256: str, words: str, actor: Actor, at: datetime
) -> ExclusionApproval:
    """Approve the list of targets that one reason keeps out, exactly as the approver has seen it.

    Raises:
        DrawRefused: the list has changed since, is approved, has no opinion, or is the approver's own proposal.
    """
    capacity = actor.must("draw.approve_exclusions", draw)
    held = locked(draw)
    modes.step(held, verb="draw.approve_exclusions")
    groups = reconciling.groups_of(held, documents.ground_of(held))
    group = next((one for one in groups if (one.reason, one.list_sha256) == (reason, list_sha256)), None)
    if group is None:
        raise DrawRefused(message=_("排除名单已有变动，请看过现在的名单再批准。"), code="changed")
    if group.approval:
        raise DrawRefused(message=_("这份排除名单已经批准。"), code="twice")
    _check_second_person(held, group, actor)
    opinion = words.strip()[:400]
    if not opinion:
        raise DrawRefused(message=_("请填写批准意见。"), field="words")
    row, _is_new = ExclusionApproval.objects.update_or_create(  # a row that no entry bears out gives way
        draw=held,
        reason=group.reason,
        list_sha256=group.list_sha256,
        defaults={
            "count": group.count,
            "words": opinion,
            "department_id": capacity.department_id,
            "role": capacity.role.value,
            "approved_by": actor.id,
            "approved_at": at,
        },
    )
    event = pool_events.ExclusionsApproved(
        subject=str(held.pk),
        draw=held.number,
        reason=group.reason,
        count=group.count,
        list_sha256=group.list_sha256,
        department=Department.objects.get(pk=capacity.department_id).code,
        role=capacity.role.value,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def readmit(*, draw: Draw, target_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Refuse what a clerk took out: the target stands in the pool again. What must come back enters without a reason.

    Raises:
        PlanRefused: a rule keeps it out, or the reason says nothing.
    """
    capacity = actor.must("draw.readmit", draw)
    held = locked(draw)
    modes.step(held, verb="draw.readmit")
    ground = documents.ground_of(held)
    cluster_id = ground.offer.cluster_id
    if target_id in ground.returned and target_id in recounting.recounted(ground).fitting:
        words = reason.strip() or _("以前抽取中被替换，须补查")
        row = plans.return_target(cluster_id=cluster_id, target_id=target_id, actor=actor, at=at)
    else:
        words = reason.strip()
        row = plans.readmit_target(cluster_id=cluster_id, target_id=target_id, reason=reason, actor=actor, at=at)
    event = pool_events.TargetReadmitted(
        subject=str(held.pk), draw=held.number, target=str(row.target_id), reason=words
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)


@transaction.atomic
def follow_merge(*, draw: Draw, target_id: UUID, actor: Actor, at: datetime) -> None:
    """Let the record that a merged target became stand in the pool in its place.

    Raises:
        PlanRefused: the target was not merged.
    """
    capacity = actor.must("draw.follow_merge", draw)
    held = locked(draw)
    modes.step(held, verb="draw.follow_merge")
    plans.follow_merge(cluster_id=documents.settled(held).cluster_id, target_id=target_id, actor=actor, at=at)
    event = pool_events.MergeFollowed(subject=str(held.pk), draw=held.number, target=str(target_id))
    ledger.append(event, actor=actor, at=at, capacity=capacity)


def _check_second_person(draw: Draw, group: ExcludedGroup, actor: Actor) -> None:
    """Who took a target out or prepared the draw proposed its exclusion; another approves it."""
    proposers = {draw.prepared_by, *(row.removed_by for row in group.rows)}
    if actor.id in proposers:
        raise DrawRefused(message=_("提出排除的人不能批准，请由另一名审批人办理。"), code="same_person")
