"""Match a cluster and edit its rows; every row keeps the reason why it is in or out."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import matching
from onevisit.stages.plans import events, limits, readiness, selectors
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign, Cluster, ClusterDepartment, ClusterItem, ClusterTarget
from onevisit.stages.plans.refusals import PlanRefused, reason_of, words_of
from onevisit.stages.plans.services.campaigns import check_inspecting_body
from onevisit.stages.registers import proposals
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

Row = ClusterDepartment | ClusterItem | ClusterTarget


@transaction.atomic
def match(*, campaign: Campaign, actor: Actor, at: datetime) -> Cluster:
    """Propose departments, targets, items and laws for the plan's day as a new version of the cluster.

    What a clerk removed by hand in the version before stays removed, with its reason.
    """
    capacity = actor.must("campaign.match", campaign)
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    plan.state = CAMPAIGN.next(state=plan.state, verb="campaign.match")
    if plan.starts_on is None:
        raise PlanRefused(message=_("请先填写开始日期，再按此日期有效的法律匹配。"), field="starts_on")
    proposal = proposals.propose(selectors.question_of(plan))
    before = selectors.current_cluster(plan)
    cluster = Cluster.objects.create(
        campaign=plan,
        version=before.version + 1 if before else 1,
        matched_on=plan.starts_on,
        matched_at=at,
        registers_digest=proposals.digest(proposal),
        notes={**_notes(proposal), "asked": readiness.asked_of(plan)},
    )
    _write_departments(cluster, proposal, plan=plan, before=before)
    _write_items(cluster, proposal, before=before)
    _write_targets(cluster, proposal, before=before)
    event = events.CampaignMatched(
        subject=str(plan.pk),
        number=plan.number,
        version=cluster.version,
        departments=cluster.departments.filter(is_removed=False).count(),
        targets=cluster.targets.filter(is_removed=False).count(),
        items=cluster.items.filter(is_removed=False).count(),
        registers_digest=cluster.registers_digest,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return cluster


@transaction.atomic
def add_department(
    *, campaign: Campaign, department: Department, reason: str, actor: Actor, at: datetime
) -> ClusterDepartment:
    """Add a department by hand; the sixth must say which duty nobody else can do (R96)."""
    capacity, cluster = _opened(campaign, actor=actor, at=at)
    check_inspecting_body(department, field="department")
    row = cluster.departments.filter(department=department).first()
    if row is not None and not row.is_removed:
        raise PlanRefused(
            message=_("%(name)s已在集群内。") % {"name": department.short_name}, field="department", code="there"
        )
    words = words_of(reason, message=_("请写明增加该部门的理由。"), field="reason")
    limit = limits.departments(on=at.date())
    sixth = ""
    if cluster.departments.filter(is_removed=False).count() >= limit:
        sixth = reason_of(reason)
    if row is None:
        row = ClusterDepartment(cluster=cluster, department=department)
    row.is_removed, row.removed_reason = False, ""
    row.rule, row.reason, row.sixth_reason = "manual", _("经办人增加：%(words)s") % {"words": words}, sixth
    row.save()
    _add_items_of(cluster, department)
    _note(campaign, f"department:{department.code}", f"增加部门 {department.short_name}", actor, at, capacity)
    return row


@transaction.atomic
def remove_department(
    *, campaign: Campaign, department_id: UUID, reason: str, actor: Actor, at: datetime
) -> ClusterDepartment:
    """Take a department out; it stays visible with the reason, and its items go with it."""
    capacity, cluster = _opened(campaign, actor=actor, at=at)
    row: ClusterDepartment = _row(cluster.departments.select_related("department"), department_id=department_id)
    if row.is_initiator:
        raise PlanRefused(message=_("发起部门不能移出。"), field="department", code="initiator")
    words = _removed(row, reason=reason)
    ClusterItem.objects.filter(cluster=cluster, item__department_id=department_id, is_removed=False).update(
        is_removed=True, removed_reason=_("部门已移出")
    )
    _note(
        campaign,
        f"department:{row.department.code}",
        f"移出部门 {row.department.short_name}：{words}",
        actor,
        at,
        capacity,
    )
    return row


@transaction.atomic
def remove_item(*, campaign: Campaign, item_id: UUID, reason: str, actor: Actor, at: datetime) -> ClusterItem:
    """Take an item out of this cluster; the department's own list of items is not touched (R3)."""
    capacity, cluster = _opened(campaign, actor=actor, at=at)
    row: ClusterItem = _row(cluster.items.select_related("item"), item_id=item_id)
    words = _removed(row, reason=reason)
    _note(campaign, f"item:{row.item.code}", f"移出事项 {row.item.title}：{words}", actor, at, capacity)
    return row


@transaction.atomic
def remove_target(*, campaign: Campaign, target_id: UUID, reason: str, actor: Actor, at: datetime) -> ClusterTarget:
    """Take a target out with a reason; it is published with the exclusions of the draw."""
    capacity, cluster = _opened(campaign, actor=actor, at=at)
    row: ClusterTarget = _row(cluster.targets.select_related("target"), target_id=target_id)
    words = _removed(row, reason=reason)
    row.removed_code, row.removed_by = "clerk", actor.id
    row.save(update_fields=["removed_code", "removed_by"])
    _note(campaign, f"target:{row.target.object_id}", f"移出对象 1 户：{words}", actor, at, capacity)
    return row


@transaction.atomic
def restore_row(*, campaign: Campaign, kind: str, row_id: UUID, actor: Actor, at: datetime) -> Row:
    """Take back a removal made by hand; what a rule took out stays out."""
    capacity, cluster = _opened(campaign, actor=actor, at=at)
    rows: dict[str, Any] = {
        "department": cluster.departments.filter(department_id=row_id),
        "item": cluster.items.filter(item_id=row_id),
        "target": cluster.targets.filter(target_id=row_id),
    }
    row: Row | None = rows[kind].first() if kind in rows else None
    if row is None or not row.is_removed:
        raise PlanRefused(message=_("没有找到可以恢复的这一行。"), code="gone")
    if isinstance(row, ClusterTarget):
        if row.removed_code != "clerk":
            raise PlanRefused(message=_("由规则剔除的对象不能人工恢复：%s") % row.removed_reason, code="by_rule")
        row.removed_code = row.removed_by = ""
    row.is_removed, row.removed_reason = False, ""
    row.save()
    _note(campaign, f"{kind}:{row_id}", "恢复已移出的一行", actor, at, capacity)
    return row


def _opened(campaign: Campaign, *, actor: Actor, at: datetime) -> tuple[Capacity, Cluster]:
    """Lock the plan and its current cluster for an edit of rows."""
    capacity = actor.must("campaign.edit", campaign)
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    CAMPAIGN.next(state=plan.state, verb="campaign.edit")
    cluster = selectors.current_cluster(plan)
    if cluster is None:
        raise PlanRefused(message=_("还没有集群，请先匹配。"), code="unmatched")
    if plan.submitted_at and cluster.matched_at <= plan.submitted_at:
        cluster = _next_version(cluster, at=at)
    return capacity, cluster


def _next_version(former: Cluster, *, at: datetime) -> Cluster:
    """Copy a version that was handed in, so that what the head returned stays as it was seen."""
    cluster = Cluster.objects.create(
        campaign_id=former.campaign_id,
        version=former.version + 1,
        matched_on=former.matched_on,
        matched_at=at,
        registers_digest=former.registers_digest,
        notes=former.notes,
    )
    _copy(ClusterDepartment, former.departments.all(), to=cluster)
    _copy(ClusterItem, former.items.all(), to=cluster)
    _copy(ClusterTarget, former.targets.all(), to=cluster)
    return cluster


def _copy(kind: Any, rows: Any, *, to: Cluster) -> None:
    copies = list(rows)
    for copy in copies:
        copy.pk, copy.cluster = uuid4(), to
    kind.objects.bulk_create(copies, batch_size=1000)


def _row(rows: Any, **key: UUID) -> Any:
    row = rows.filter(**key, is_removed=False).first()
    if row is None:
        raise PlanRefused(message=_("这一行已不在集群内，请刷新后再看。"), code="gone")
    return row


def _removed(row: Row, *, reason: str) -> str:
    words = words_of(reason, message=_("请写明移出理由。"), field="reason")[:300]
    row.is_removed, row.removed_reason = True, words
    row.save(update_fields=["is_removed", "removed_reason"])
    return words


def _note(campaign: Campaign, what: str, change: str, actor: Actor, at: datetime, capacity: Capacity) -> None:
    event = events.CampaignEdited(
        subject=str(campaign.pk), number=campaign.number, what=what[:80], reason=f"集群{change}"
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)


def _notes(proposal: matching.Proposal) -> dict[str, Any]:
    """Keep beside the rows what did not become one: unusable items, candidates, overlaps and gaps."""
    return {
        "unmatched": [{"code": out.code, "name": out.name, "words": out.words} for out in proposal.unmatched],
        "candidates": [
            {"id": found.department.id, "name": found.department.short_name, "words": _words(found.reasons)}
            for found in proposal.candidates
        ],
        "excluded_items": [
            {"code": out.item.code, "title": out.item.title, "reason": out.code, "words": out.words}
            for out in proposal.excluded_items
        ],
        "overlaps": [{"items": list(pair.item_codes), "words": pair.words} for pair in proposal.overlaps],
        "orphans": [{"kind": gap.kind, "key": gap.key, "words": gap.words} for gap in proposal.orphans],
    }


def _words(reasons: tuple[matching.Reason, ...]) -> str:
    return "；".join(reason.words for reason in reasons)[:300]


def _rule(reasons: tuple[matching.Reason, ...]) -> str:
    return reasons[0].rule if reasons else ""


def _write_departments(
    cluster: Cluster, proposal: matching.Proposal, *, plan: Campaign, before: Cluster | None
) -> None:
    kept = {row.department_id: row for row in before.departments.all()} if before else {}
    rows = [
        ClusterDepartment(
            cluster=cluster,
            department_id=UUID(found.department.id),
            is_initiator=UUID(found.department.id) == plan.initiator_id,
            reason=_words(found.reasons),
            rule=_rule(found.reasons),
        )
        for found in proposal.departments
    ]
    if plan.initiator_id not in {row.department_id for row in rows}:
        rows.insert(
            0,
            ClusterDepartment(
                cluster=cluster,
                department_id=plan.initiator_id,
                is_initiator=True,
                reason=_("由本部门发起"),
                rule="department.initiator",
            ),
        )
    present = {row.department_id for row in rows}
    for row in rows:
        former = kept.get(row.department_id)
        if former and former.is_removed:
            row.is_removed, row.removed_reason = True, former.removed_reason
        if former:
            row.sixth_reason = former.sixth_reason
    rows += [
        ClusterDepartment(
            cluster=cluster,
            department_id=former.department_id,
            reason=former.reason,
            rule="manual",
            is_removed=former.is_removed,
            removed_reason=former.removed_reason,
            sixth_reason=former.sixth_reason,
        )
        for former in kept.values()
        if former.rule == "manual" and former.department_id not in present
    ]
    ClusterDepartment.objects.bulk_create(rows)


def _write_items(cluster: Cluster, proposal: matching.Proposal, *, before: Cluster | None) -> None:
    removed = {row.item_id: row.removed_reason for row in before.items.filter(is_removed=True)} if before else {}
    rows = [_item_row(cluster, found) for found in proposal.items]
    for row in rows:
        if row.item_id in removed:
            row.is_removed, row.removed_reason = True, removed[row.item_id]
    ClusterItem.objects.bulk_create(rows)
    for manual in cluster.departments.filter(rule="manual", is_removed=False).select_related("department"):
        _add_items_of(cluster, manual.department)


def _item_row(cluster: Cluster, found: matching.MatchedItem) -> ClusterItem:
    return ClusterItem(
        cluster=cluster,
        item_id=UUID(found.item.id),
        reason=_words(found.reasons),
        rule=_rule(found.reasons),
        bases=[
            {
                "id": basis.id,
                "words": basis.words,
                "valid_from": basis.valid_from.isoformat(),
                "valid_to": basis.valid_to.isoformat() if basis.valid_to else "",
                "is_verified": basis.is_verified,
            }
            for basis in found.bases
        ],
    )


def _add_items_of(cluster: Cluster, department: Department) -> None:
    """Add the items of the field that a department added by hand owns and that may be used on the day."""
    plan = cluster.campaign
    proposal = proposals.propose(selectors.question_of(plan, with_codes=(department.code,)))
    there = {row.item_id: row for row in cluster.items.filter(item__department=department)}
    for found in proposal.items:
        if found.item.department_code != department.code:
            continue
        row = there.get(UUID(found.item.id))
        if row is None:
            _item_row(cluster, found).save()
        elif row.is_removed and row.removed_reason == _("部门已移出"):
            row.is_removed, row.removed_reason = False, ""
            row.save(update_fields=["is_removed", "removed_reason"])


def _write_targets(cluster: Cluster, proposal: matching.Proposal, *, before: Cluster | None) -> None:
    by_hand = (
        {row.target_id: row for row in before.targets.filter(is_removed=True, removed_code="clerk")} if before else {}
    )
    rows = []
    for found in proposal.targets:
        row = ClusterTarget(
            cluster=cluster,
            target_id=UUID(found.target.id),
            reason=_words(found.reasons),
            rule=_rule(found.reasons),
        )
        former = by_hand.get(row.target_id)
        if former:
            row.is_removed, row.removed_code = True, "clerk"
            row.removed_reason, row.removed_by = former.removed_reason, former.removed_by
        rows.append(row)
    rows += [
        ClusterTarget(
            cluster=cluster,
            target_id=UUID(out.target.id),
            reason=_("符合条件但被规则剔除"),
            rule=out.code,
            is_removed=True,
            removed_code=out.code,
            removed_reason=out.words[:300],
        )
        for out in proposal.excluded_targets
    ]
    ClusterTarget.objects.bulk_create(rows, batch_size=1000)
