"""Who may start, edit and approve a campaign: the coordination office, any department for its own, its head."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from onevisit.stages.plans.models import Campaign, ClusterDepartment, PlanNote
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity

READERS = (Role.COORDINATOR, Role.CLERK, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.PROSECUTOR)


def _reader(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(*READERS)


def _starter(actor: "Actor", initiator: Department | None) -> "Capacity | None":
    """No privileged initiator: any department may start one for itself (R57)."""
    own = actor.holds(Role.CLERK, department_id=initiator.pk) if initiator else actor.holds(Role.CLERK)
    return actor.holds(Role.COORDINATOR) or own


def _keeper(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    """Work on the plan is done by the organiser: the coordination office, or the department that started its own."""
    if campaign is None:
        return actor.holds(Role.COORDINATOR, Role.CLERK)
    return actor.holds(Role.COORDINATOR, Role.CLERK, department_id=campaign.organiser_id)


def _head(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    """The plan is approved by the head of the initiator before any offer (AI-07)."""
    return actor.holds(Role.APPROVER, department_id=campaign.initiator_id if campaign else None)


def _runner(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    """The plan runs when the initiator sends its offer."""
    return actor.holds(Role.CLERK, department_id=campaign.initiator_id if campaign else None)


def _evaluator(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    return _keeper(actor, campaign) or _runner(actor, campaign)


def _stopper(actor: "Actor", _campaign: Campaign | None) -> "Capacity | None":
    return identity.coordination_capacity(actor, Role.APPROVER)


def _readmitter(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    """What a clerk took out comes back by the head of the initiator or of the organiser of the draws."""
    return _head(actor, campaign) or identity.coordination_capacity(actor, Role.APPROVER)


def _mender(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    return identity.coordination_capacity(actor, Role.COORDINATOR) or _keeper(actor, campaign)


def _planner(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    return _keeper(actor, campaign) or _runner(actor, campaign)


def _standing(actor: "Actor", campaign: Campaign | None) -> "Capacity | None":
    """Remarks are written by clerk or head of a department that stands in the plan's cluster."""
    if campaign is None:
        return actor.holds(Role.CLERK, Role.APPROVER)
    held = actor.department_ids(Role.CLERK, Role.APPROVER)
    rows = ClusterDepartment.objects.filter(cluster__campaign=campaign, is_removed=False, department_id__in=held)
    found = rows.order_by("department__code").values_list("department_id", flat=True).first()
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=found) if found else None


def _note_keeper(actor: "Actor", note: PlanNote | None) -> "Capacity | None":
    return _keeper(actor, note.campaign if note else None)


def _note_owner(actor: "Actor", note: PlanNote | None) -> "Capacity | None":
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=note.department_id if note else None)


def _policy(verb: str, label: str, rule: "Callable[[Actor, Campaign | None], Capacity | None]", who: str) -> Policy:
    return Policy(verb, label, rule, who)


POLICIES = (
    Policy("campaign.see", "查看计划专项", _reader, "须有在任岗位。", is_read=True),
    Policy("campaign.start", "发起专项", _starter, "由协调处或发起部门联络员办理。"),
    _policy("campaign.match", "匹配集群", _keeper, "由本专项的组织单位办理。"),
    _policy("campaign.edit", "修改方案", _keeper, "由本专项的组织单位办理。"),
    _policy("campaign.consult", "征求意见", _keeper, "由本专项的组织单位办理。"),
    _policy("campaign.annotate", "批注", _standing, "由集群内部门的联络员或审批人办理。"),
    _policy("campaign.agree", "答复无意见", _standing, "由集群内部门的联络员或审批人办理。"),
    _policy("campaign.minute", "登记会议纪要", _keeper, "由本专项的组织单位办理。"),
    _policy("campaign.void_minutes", "作废会议纪要", _keeper, "由本专项的组织单位办理。"),
    Policy("plan_note.adopt", "采纳批注", _note_keeper, "由本专项的组织单位办理。"),
    Policy("plan_note.decline", "说明未采纳", _note_keeper, "由本专项的组织单位办理。"),
    Policy("plan_note.withdraw", "撤回批注", _note_owner, "由写批注的部门办理。"),
    _policy("campaign.submit", "提交审批", _keeper, "由本专项的组织单位办理。"),
    _policy("campaign.recall", "收回方案", _keeper, "由本专项的组织单位办理。"),
    _policy("campaign.approve", "批准方案", _head, "由发起部门审批人办理。"),
    _policy("campaign.return", "退回方案", _head, "由发起部门审批人办理。"),
    _policy("campaign.run", "转入执行", _runner, "由发起部门联络员办理。"),
    _policy("campaign.join", "接受并入", _runner, "由发起部门联络员办理。"),
    _policy("campaign.readmit", "放回对象", _readmitter, "由发起部门或协调处审批人办理。"),
    _policy("campaign.follow_merge", "改为并入后的对象", _mender, "由协调处或组织单位办理。"),
    _policy("campaign.evaluate", "评估成效", _evaluator, "由组织单位或发起部门联络员办理。"),
    _policy("campaign.stop", "中止专项", _stopper, "由综合执法协调处审批人办理。"),
    _policy("plan_entry.log", "登记抽取计划", _planner, "由组织单位或发起部门联络员办理。"),
)
