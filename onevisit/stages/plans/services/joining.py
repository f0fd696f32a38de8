"""Take a further department with its items into the cluster of an approved plan, as that department asked (并入)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.plans import events
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign, Cluster, ClusterDepartment, ClusterItem
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.stages.plans.services.campaigns import check_inspecting_body
from onevisit.stages.registers import selectors as registers
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

RULE = "department.joined"


@transaction.atomic
def join(
    *, cluster_id: UUID, department: Department, item_ids: Iterable[UUID], reason: str, actor: Actor, at: datetime
) -> ClusterDepartment:
    """Add a department and the items it asked for; targets, quota and days of the approved plan stay as they are.

    Raises:
        PlanRefused: the department stands in the cluster, or an item is not its own or has no basis on the first day.
    """
    cluster = Cluster.objects.select_related("campaign").get(pk=cluster_id)
    capacity = actor.must("campaign.join", cluster.campaign)
    plan = Campaign.objects.select_for_update().get(pk=cluster.campaign_id)
    CAMPAIGN.next(state=plan.state, verb="campaign.join")
    check_inspecting_body(department, field="department")
    row = cluster.departments.filter(department=department).first() or ClusterDepartment(
        cluster=cluster, department=department
    )
    row.is_removed, row.removed_reason, row.rule = False, "", RULE
    row.reason = (_("本部门申请并入：%(words)s") % {"words": reason})[:300]
    row.save()
    count = _write_items(cluster, department=department, item_ids=list(item_ids))
    event = events.CampaignJoined(
        subject=str(plan.pk), number=plan.number, department=department.short_name, items=count
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


def _write_items(cluster: Cluster, *, department: Department, item_ids: list[UUID]) -> int:
    usable = {item.pk: item for item in registers.usable_items(department_id=department.pk, on=cluster.matched_on)}
    if missing := [item_id for item_id in item_ids if item_id not in usable]:
        raise PlanRefused(
            message=_("有 %(n)s 项事项在 %(day)s 没有有效的法律依据或已停用，请申请部门重新选择。")
            % {"n": len(missing), "day": cluster.matched_on},
            code="basis.none",
        )
    bases = registers.valid_bases(item_ids=item_ids, on=cluster.matched_on)
    for item_id in item_ids:
        ClusterItem.objects.update_or_create(
            cluster=cluster,
            item_id=item_id,
            defaults={
                "reason": _("%(name)s并入") % {"name": department.short_name},
                "rule": RULE,
                "is_removed": False,
                "removed_reason": "",
                "bases": [
                    {
                        "id": str(basis.pk),
                        "words": basis.words,
                        "valid_from": basis.valid_from.isoformat(),
                        "valid_to": basis.valid_to.isoformat() if basis.valid_to else "",
                        "is_verified": basis.is_verified,
                    }
                    for basis in bases[item_id]
                ],
            },
        )
    return len(item_ids)
