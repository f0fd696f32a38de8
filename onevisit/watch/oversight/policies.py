"""Who may trace responsibility: the supervisor, the office, leaders, prosecutors; a department its own part."""

from typing import Any

from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

SEE_ALL = (Role.SUPERVISOR, Role.PROSECUTOR, Role.COORDINATOR, Role.LEADER)
SEE_OWN = (Role.CLERK, Role.APPROVER)


def _tracer(actor: Actor, chain: Any) -> Capacity | None:
    """A department may trace only an inspection in which it took part."""
    if capacity := actor.holds(*SEE_ALL):
        return capacity
    if chain is None:
        return actor.holds(*SEE_OWN)
    for department_id in sorted(chain.department_ids(), key=str):
        if capacity := actor.holds(*SEE_OWN, department_id=department_id):
            return capacity
    return None


POLICIES = (
    Policy("trace.open", "打开责任追溯", _tracer, "由执法监督、协调处、领导、检察席位和参与部门查看。", is_read=True),
)
