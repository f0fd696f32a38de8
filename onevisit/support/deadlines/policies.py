"""Who may change the figures, and who may pause a term."""

from typing import TYPE_CHECKING

from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.deadlines.models import Deadline
    from onevisit.support.identity.actors import Actor, Capacity


def _keeper_of_rules(actor: "Actor", _subject: object) -> "Capacity | None":
    """The operator enters what the coordination office decided; a rule is common to all organs."""
    return actor.holds(Role.COORDINATOR) or actor.holds(Role.OPERATOR)


def _reader(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.capacities[0] if actor.capacities else None


def _head(actor: "Actor", deadline: "Deadline | None") -> "Capacity | None":
    """A term is paused by the head of the organ that must act, never by the one who is late with it."""
    if deadline is None:
        return actor.holds(Role.APPROVER)
    return actor.holds(Role.APPROVER, department_id=deadline.department_id)


POLICIES = (
    Policy("rule.see", "查看规则与期限", _reader, "须有在任岗位。", is_read=True),
    Policy("rule.change", "变更规则", _keeper_of_rules, "由协调处或运维人员办理。"),
    Policy("deadline.pause", "中止期限", _head, "由本部门审批人办理。"),
    Policy("deadline.resume", "恢复期限", _head, "由本部门审批人办理。"),
)
