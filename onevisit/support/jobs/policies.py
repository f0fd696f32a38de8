"""Who may see and retry failed jobs."""

from typing import TYPE_CHECKING

from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity


def _operator(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(Role.OPERATOR)


POLICIES = (
    Policy("job.see", "查看后台任务", _operator, "由运维人员办理。", is_read=True),
    Policy("job.retry", "重试后台任务", _operator, "由运维人员办理。"),
)
