"""Who may take a list out as a file: whoever holds an office, and never more than his lists show him."""

from typing import TYPE_CHECKING

from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity
    from onevisit.web.ui.models import ListExport

_MAY_EXPORT = (Role.COORDINATOR, Role.CLERK, Role.APPROVER, Role.SUPERVISOR, Role.LEADER, Role.OPERATOR)


def _exporter(actor: "Actor", export: "ListExport | None") -> "Capacity | None":
    if export is not None and export.officer_id != actor.officer_id:
        return None
    return actor.holds(*_MAY_EXPORT)


POLICIES = (
    Policy("list.export", "导出列表", _exporter, "由联络员、审批人、协调处、领导或监督人员办理。", is_read=True),
)
