"""Who may look back: supervisor and prosecutor read everything and write opinions; a department answers for itself."""

from typing import Any

from onevisit.support.identity.actors import SYSTEM_CAPACITY, Actor, Capacity
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy
from onevisit.watch.oversight.models import SEE_ALL, SEE_OWN


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


def _reader(actor: Actor, alert: Any) -> Capacity | None:
    return actor.holds(*SEE_ALL) or _department(actor, alert)


def _department(actor: Actor, alert: Any) -> Capacity | None:
    return actor.holds(*SEE_OWN, department_id=alert.department_id if alert is not None else None)


def _supervisor(actor: Actor, _alert: Any) -> Capacity | None:
    return actor.holds(Role.SUPERVISOR)


def _supervisor_or_system(actor: Actor, _subject: Any) -> Capacity | None:
    return SYSTEM_CAPACITY if actor.is_system else actor.holds(Role.SUPERVISOR)


def _asker(actor: Actor, _alert: Any) -> Capacity | None:
    return actor.holds(Role.SUPERVISOR, Role.COORDINATOR)


def _seat(actor: Actor, _chain: Any) -> Capacity | None:
    return actor.holds(Role.SUPERVISOR, Role.PROSECUTOR)


_JUDGE = "由执法监督（司法局）定性。"
_TRACERS = "由执法监督、协调处、领导、检察席位和参与部门查看。"
POLICIES = (
    Policy("alert.see", "查看预警", _reader, "由执法监督、协调处、领导、检察席位和所涉部门查看。", is_read=True),
    Policy("alert.look", "核对预警规则", _supervisor_or_system, "由系统定时办理，执法监督可随时核对。"),
    Policy("alert.ask", "请部门说明", _asker, "由执法监督或协调处办理。"),
    Policy("alert.explain", "说明预警", _department, "由所涉部门联络员或审批人办理。"),
    Policy("alert.confirm", "定为属实", _supervisor, _JUDGE),
    Policy("alert.reject", "定为不属实", _supervisor, _JUDGE),
    Policy("alert.exclude", "不计预警", _supervisor, _JUDGE),
    Policy("alert_rule.renew", "续期预警规则", _asker, "由执法监督或协调处办理。"),
    Policy("trace.open", "打开责任追溯", _tracer, _TRACERS, is_read=True),
    Policy("trace.export", "导出责任追溯证明包", _tracer, _TRACERS, is_read=True),
    Policy("opinion.write", "提出监督意见", _seat, "由执法监督或检察院席位提出。"),
)
