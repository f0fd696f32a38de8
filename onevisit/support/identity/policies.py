"""Who may change organs, posts and delegations."""

from typing import TYPE_CHECKING

from onevisit.support.identity.models import Delegation, Department, Post
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity


def _operator(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(Role.OPERATOR)


def _post_administrator(actor: "Actor", department: Department | None) -> "Capacity | None":
    """An organ's head administers its own posts; the operator may do it for every organ."""
    own = actor.holds(Role.APPROVER, department_id=department.pk) if department else actor.holds(Role.APPROVER)
    return own or actor.holds(Role.OPERATOR)


def _holder(actor: "Actor", post: Post | None) -> "Capacity | None":
    """Only the holder of a post may appoint a substitute, and never a substitute a further one."""
    if post is None:
        return actor.capacities[0] if actor.capacities else None
    if post.officer_id != actor.officer_id:
        return None
    held = actor.holds(Role(post.role), department_id=post.department_id)
    return held if held and held.on_behalf_of_id is None else None


def _delegation_owner(actor: "Actor", delegation: Delegation | None) -> "Capacity | None":
    if delegation is None:
        return actor.capacities[0] if actor.capacities else None
    if delegation.from_officer_id == actor.officer_id:
        return actor.holds(Role(delegation.role), department_id=delegation.department_id)
    return actor.holds(Role.APPROVER, department_id=delegation.department_id)


def _anyone_with_a_post(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.capacities[0] if actor.capacities else None


def _overseer(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)


POLICIES = (
    Policy("organ.see", "查看机构", _anyone_with_a_post, "须有在任岗位。", is_read=True),
    Policy("organ.onboard", "接入机构", _operator, "由运维人员办理。"),
    Policy("organ.switch_on", "启用机构", _operator, "由运维人员办理。"),
    Policy("organ.rename", "变更机构名称", _operator, "由运维人员办理。"),
    Policy("post.grant", "授予岗位", _post_administrator, "由本机构审批人或运维人员办理。"),
    Policy("post.end", "终止岗位", _post_administrator, "由本机构审批人或运维人员办理。"),
    Policy("delegation.grant", "委托代行", _holder, "只能由在任本人委托。"),
    Policy("delegation.revoke", "收回委托", _delegation_owner, "由委托人或本机构审批人办理。"),
    Policy("ledger.see", "查看留痕", _anyone_with_a_post, "须有在任岗位。", is_read=True),
    Policy("ledger.verify", "校验全部留痕", _overseer, "由协调处、执法监督或运维人员办理。", is_read=True),
)
